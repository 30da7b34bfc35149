package org.quotaledger.memory;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Command;
import org.quotaledger.accounting.Counter;
import org.quotaledger.accounting.Hold;
import org.quotaledger.accounting.ReturnToClock;
import org.quotaledger.accounting.UnitOfWork;
import org.quotaledger.admin.AccountLimits;
import org.quotaledger.admin.AdminCommand;
import org.quotaledger.admin.AdminState;
import org.quotaledger.admin.AdminStep;
import org.quotaledger.admin.OverflowTarget;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.history.Change;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.spi.Applied;

/** Runs what manages accounts and policies, one command after the other. Thread-safe. */
final class AdminSteps {

    private final Clock clock;
    private final AccountCells accounts;
    private final CommandSteps commands;
    private final EventBox events;
    private final ChangeBox changes;

    /** Held while definitions change. Taken before any account's lock, never while one is held. */
    private final ReentrantLock definitions = new ReentrantLock();

    AdminSteps(Clock clock, AccountCells accounts, CommandSteps commands, EventBox events, ChangeBox changes) {
        this.clock = clock;
        this.accounts = accounts;
        this.commands = commands;
        this.events = events;
        this.changes = changes;
    }

    <A> Applied<A> administer(AdminCommand<A> command, @Nullable String actor) {
        definitions.lock();
        try {
            // Looked up before the locks: it takes those of other accounts, and definitions stand still meanwhile.
            AdminState state = adminState(command);
            List<AccountCell> concerned = concerned(command);
            concerned.forEach(cell -> cell.lock.lock());
            try {
                Instant now = clock.instant();
                Map<AccountCell, List<LimitEntry>> before = new LinkedHashMap<>();
                concerned.forEach(cell -> before.put(cell, cell.entry().limits(accounts.policyOf(cell.entry()))));
                AdminStep<A> step = command.decide(fresh(state, concerned), now, actor);
                keep(step);
                return reassessed(command, step, before, now);
            } finally {
                concerned.forEach(cell -> cell.lock.unlock());
            }
        } finally {
            definitions.unlock();
        }
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

    /** A step may have suspended the account since it was looked up, before its lock was taken. */
    private static AdminState fresh(AdminState state, List<AccountCell> concerned) {
        AccountEntry account = state.account();
        AdminState fresh = state.withLatestUse(latestUse(concerned));
        return account == null ? fresh : fresh.withAccount(concerned.get(0).entry());
    }

    /** Looks again at every account whose limits the command has changed. */
    private <A> Applied<A> reassessed(
            AdminCommand<A> command, AdminStep<A> step, Map<AccountCell, List<LimitEntry>> before, Instant now) {
        A last = step.answer();
        List<LedgerEvent> told = new ArrayList<>(step.events());
        for (Map.Entry<AccountCell, List<LimitEntry>> each : before.entrySet()) {
            AccountCell cell = each.getKey();
            if (cell.entry().limits(accounts.policyOf(cell.entry())).equals(each.getValue())) {
                continue;
            }
            Command.Reassess reassess = step.reassess(cell.entry().id(), each.getValue());
            UnitOfWork done = commands.open(cell);
            try {
                reassess.decide(done, cell.use().noEarlierThanKept(now));
                commands.keep(reassess, done, List.of(cell));
            } finally {
                done.close();
            }
            told.addAll(done.events());
            for (AccountEntry account : done.changedAccounts()) {
                last = command.reassessed(last, account);
            }
        }
        return new Applied<>(last, told, CommandSteps.ids(List.copyOf(before.keySet())));
    }

    /**
     * Returns the accounts whose limits the command can change, in the order of their ids. A step under way on one of
     * them, by the limits of before, must have ended before the instant of the change is read.
     */
    private List<AccountCell> concerned(AdminCommand<?> command) {
        AccountId id = command.accountId();
        if (id != null) {
            return Optional.ofNullable(accounts.find(id)).stream().toList();
        }
        Optional<String> policy = Optional.ofNullable(command.policyName());
        return accounts.all().stream()
                .filter(cell -> cell.entry().account().policy().equals(policy))
                .sorted(AccountCells.BY_ID)
                .toList();
    }

    private static @Nullable Instant latestUse(List<AccountCell> cells) {
        Instant latest = null;
        for (AccountCell cell : cells) {
            Instant use = cell.isUsed() ? cell.use().latestUse() : null;
            latest = use != null && (latest == null || use.isAfter(latest)) ? use : latest;
        }
        return latest;
    }

    private void keep(AdminStep<?> step) {
        PolicyEntry policy = step.policy();
        if (policy != null) {
            accounts.define(policy);
        }
        if (step.droppedPolicy() != null) {
            accounts.drop(step.droppedPolicy());
        }
        AccountEntry account = step.account();
        if (account != null) {
            accounts.define(account);
        }
        events.add(step.events());
        Change change = step.change();
        if (change != null) {
            changes.add(List.of(change));
        }
    }

    private AdminState adminState(AdminCommand<?> command) {
        AccountId id = command.accountId();
        AccountCell cell = id == null ? null : accounts.find(id);
        AccountEntry account = cell == null ? null : cell.entry();
        String policyName = command.policyName();
        PolicyEntry own = account == null ? null : accounts.policyOf(account);
        return new AdminState(
                account,
                limitsOf(command.parentId()),
                account == null ? 0 : levelsBelow(account.id()),
                policyName == null ? own : accounts.policy(policyName),
                own,
                policyName != null && anyAccount(other -> other.policy().equals(Optional.of(policyName))),
                overflows(command),
                null,
                changes.of(command.operation()));
    }

    private List<AccountLimits> limitsOf(@Nullable AccountId nearest) {
        List<AccountLimits> chain = new ArrayList<>();
        for (AccountCell cell : accounts.chain(nearest)) {
            AccountEntry entry = cell.entry();
            chain.add(new AccountLimits(entry, accounts.policyOf(entry)));
        }
        return chain;
    }

    private List<OverflowTarget> overflows(AdminCommand<?> command) {
        Set<AccountId> targets = new TreeSet<>();
        addTargets(command.limits(), targets);
        accounts.policies().forEach(policy -> addTargets(policy.policy().limits(), targets));
        accounts.overflowing().stream()
                .map(AccountCell::entry)
                .filter(entry -> !entry.deleted())
                .forEach(entry -> addTargets(entry.account().overrides(), targets));
        return targets.stream()
                .map(to -> new OverflowTarget(to, limitsOf(to), isAboveUsers(to, command.policyName())))
                .toList();
    }

    private static void addTargets(List<QuotaLimit> limits, Set<AccountId> targets) {
        limits.forEach(limit -> limit.onExhaustion().overflow().ifPresent(targets::add));
    }

    private boolean isAboveUsers(AccountId to, @Nullable String policy) {
        return policy != null
                && anyAccount(account -> account.policy().equals(Optional.of(policy))
                        && accounts.chain(account.id()).stream()
                                .anyMatch(cell -> cell.entry().id().equals(to)));
    }

    private int levelsBelow(AccountId top) {
        int levels = 0;
        Set<AccountId> level = Set.of(top);
        while (true) {
            Set<AccountId> parents = level;
            Set<AccountId> below = new HashSet<>();
            accounts.all().stream()
                    .map(AccountCell::entry)
                    .filter(entry -> !entry.deleted()
                            && entry.account()
                                    .parent()
                                    .filter(parents::contains)
                                    .isPresent())
                    .forEach(entry -> below.add(entry.id()));
            if (below.isEmpty()) {
                return levels;
            }
            levels++;
            level = below;
        }
    }

    private boolean anyAccount(Predicate<Account> condition) {
        return accounts.all().stream()
                .map(AccountCell::entry)
                .anyMatch(entry -> !entry.deleted() && condition.test(entry.account()));
    }
}
