package org.quotaledger.memory;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Command;
import org.quotaledger.accounting.Counter;
import org.quotaledger.accounting.Hold;
import org.quotaledger.accounting.PolicyChange;
import org.quotaledger.accounting.ReturnToClock;
import org.quotaledger.accounting.UnitOfWork;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.spi.Applied;

/** Runs edits of accounts and policies, one after the other. Thread-safe. */
final class EditSteps {

    private final Clock clock;
    private final AccountCells accounts;
    private final CommandSteps commands;
    private final EventBox events;
    private final ChangeBox changes;

    /** Held while definitions change. Taken before any account's lock, never while one is held. */
    private final ReentrantLock definitions = new ReentrantLock();

    EditSteps(Clock clock, AccountCells accounts, CommandSteps commands, EventBox events, ChangeBox changes) {
        this.clock = clock;
        this.accounts = accounts;
        this.commands = commands;
        this.events = events;
        this.changes = changes;
    }

    <A> Applied<A> apply(Command<A> edit) {
        definitions.lock();
        try {
            List<AccountCell> concerned = concerned(edit);
            concerned.forEach(cell -> cell.lock.lock());
            try {
                return applyLocked(edit, concerned);
            } finally {
                concerned.forEach(cell -> cell.lock.unlock());
            }
        } finally {
            definitions.unlock();
        }
    }

    private <A> Applied<A> applyLocked(Command<A> edit, List<AccountCell> concerned) {
        Instant now = clock.instant();
        boolean ofAccount = edit.account() != null && !concerned.isEmpty();
        Map<UnitOfWork, List<AccountCell>> steps = new LinkedHashMap<>();
        try {
            UnitOfWork work = commands.open(
                    ofAccount ? concerned.get(0) : null, new LiveDefinitions(accounts, changes, concerned));
            steps.put(work, concerned);
            A answer = edit.decide(work, now);
            PolicyChange policy = work.changedPolicy();
            if (policy != null && policy.after() != null) {
                for (AccountCell cell : concerned) {
                    Command.Reassess reassess = policy.reassess(cell.entry()).orElse(null);
                    if (reassess != null) {
                        UnitOfWork again = commands.open(cell, policy.after());
                        steps.put(again, List.of(cell));
                        reassess.decide(again, cell.use().noEarlierThanKept(now));
                    }
                }
            }
            List<LedgerEvent> published = new ArrayList<>();
            steps.forEach((step, cells) -> {
                if (!commands.keep(step, cells)) {
                    throw new IllegalStateException("edit takes an id of a reservation: " + edit);
                }
                published.addAll(step.events());
            });
            return new Applied<>(answer, published, CommandSteps.ids(concerned));
        } catch (RuntimeException | Error thrown) {
            steps.keySet().forEach(UnitOfWork::undo);
            throw thrown;
        } finally {
            steps.keySet().forEach(UnitOfWork::close);
        }
    }

    /**
     * Returns the accounts whose limits the edit can change, in the order of their ids. A step under way on one of them, by
     * the limits of before, must have ended before the clock of the edit is read.
     */
    private List<AccountCell> concerned(Command<?> edit) {
        AccountId id = edit.account();
        if (id != null) {
            return Optional.ofNullable(accounts.find(id)).stream().toList();
        }
        Optional<String> policy = Optional.ofNullable(edit.policy());
        return accounts.all().stream()
                .filter(cell -> cell.entry().account().policy().equals(policy))
                .sorted(AccountCells.BY_ID)
                .toList();
    }

    /** Brings accounts back to the clock. The locks of all accounts are taken: a reservation may have had other parents. */
    void returnToClock(List<AccountId> ids, KnownIds known) {
        definitions.lock();
        try {
            List<AccountCell> all = accounts.inOrder();
            all.forEach(cell -> cell.lock.lock());
            try {
                ReturnToClock to = new ReturnToClock(clock.instant());
                Map<RequestId, ReservationState> reservations = new HashMap<>();
                for (ReservationState state : known.chargedTo(Set.copyOf(ids))) {
                    List<Hold> holds = state.chain().stream()
                            .flatMap(id -> accounts.get(id).use().holdsOf(state.id()).stream())
                            .toList();
                    List<Counter> rows = state.chain().stream()
                            .flatMap(id -> accounts.get(id).use().rows().stream())
                            .toList();
                    ReservationState changed = to.back(state, holds, rows);
                    reservations.put(state.id(), changed);
                    known.replace(changed);
                }
                for (AccountId id : ids) {
                    AccountCell cell = accounts.get(id);
                    cell.use().back(to, reservations);
                    PolicyEntry policy = accounts.policyOf(cell.entry());
                    if (policy != null) {
                        accounts.define(to.back(policy));
                    }
                    cell.define(to.back(cell.entry()));
                }
                events.back(to, Set.copyOf(ids));
            } finally {
                all.forEach(cell -> cell.lock.unlock());
            }
        } finally {
            definitions.unlock();
        }
    }
}
