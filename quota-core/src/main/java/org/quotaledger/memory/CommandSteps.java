package org.quotaledger.memory;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.AccountHolds;
import org.quotaledger.accounting.Command;
import org.quotaledger.accounting.Counter;
import org.quotaledger.accounting.Definitions;
import org.quotaledger.accounting.Facts;
import org.quotaledger.accounting.Hold;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.accounting.PolicyChange;
import org.quotaledger.accounting.UnitOfWork;
import org.quotaledger.accounting.WorkingAccount;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.spi.Applied;
import org.quotaledger.spi.ClockLead;

/** Runs commands, each in a step that holds the locks of all accounts concerned. Thread-safe. */
final class CommandSteps {

    private final Clock clock;
    private final ClockLead lead;
    private final AccountCells accounts;
    private final KnownIds ids;
    private final EventBox events;
    private final ChangeBox changes;
    private final AtomicLong journalSequence = new AtomicLong();

    CommandSteps(Clock clock, ClockLead lead, AccountCells accounts, KnownIds ids, EventBox events, ChangeBox changes) {
        this.clock = clock;
        this.lead = lead;
        this.accounts = accounts;
        this.ids = ids;
        this.events = events;
        this.changes = changes;
    }

    ClockLead lead() {
        return lead;
    }

    <A> Applied<A> apply(Command<A> command) {
        Set<AccountId> overflows = Set.of();
        while (true) {
            ReservationState before = reservation(command);
            List<AccountCell> chain = chain(command, before);
            List<AccountCell> inOrder = sorted(chain, overflows);
            lock(inOrder);
            try {
                // Read once: one that came to be after its chain was compared would be decided without its accounts.
                ReservationState known = reservation(command);
                if (stands(chain, before, known)) {
                    Instant read = clock.instant();
                    UnitOfWork work = open(command, chain, known, inOrder, read);
                    try {
                        A answer = command.decide(work, noEarlierThanKept(inOrder, read));
                        if (keep(work, inOrder)) {
                            return new Applied<>(answer, work.events(), ids(inOrder));
                        }
                        work.undo();
                    } finally {
                        work.close();
                    }
                }
            } catch (NotLocked overflow) {
                overflows = union(overflows, Set.of(overflow.to));
            } finally {
                unlock(inOrder);
            }
        }
    }

    /** A request overflows to an account that is not locked: which one, is known only when it is decided. */
    private static final class NotLocked extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient AccountId to;

        NotLocked(AccountId to) {
            super("overflow account is not locked", null, false, false);
            this.to = to;
        }
    }

    /** The live objects of the accounts that a step has locked. */
    private final class LiveFacts implements Facts {

        private final Collection<AccountCell> locked;

        /** The definitions, for an edit, or {@code null}. */
        private final @Nullable Definitions definitions;

        LiveFacts(Collection<AccountCell> locked, @Nullable Definitions definitions) {
            this.locked = locked;
            this.definitions = definitions;
        }

        @Override
        public Definitions definitions() {
            return definitions == null ? Facts.super.definitions() : definitions;
        }

        @Override
        public AccountHolds holds(HoldsOf asked) {
            return accounts.get(asked.account()).use().lookUp(asked);
        }

        @Override
        public Counter recount(Recount asked) {
            return accounts.get(asked.account()).use().recount(asked);
        }

        @Override
        public Map<String, Instant> alerts(AlertsOf asked) {
            return accounts.get(asked.account()).use().alerted(asked);
        }

        @Override
        public List<WorkingAccount> overflow(AccountId to) {
            List<AccountCell> chain = accounts.chain(to);
            if (!locked.containsAll(chain)) {
                throw new NotLocked(to);
            }
            return working(chain, List.of());
        }
    }

    /** Whether a chain is the same as before its locks were taken: the parents, or the reservation, may have changed. */
    private boolean stands(
            List<AccountCell> chain, @Nullable ReservationState before, @Nullable ReservationState known) {
        if (known != null) {
            return before != null && before.chain().equals(known.chain());
        }
        return before == null && accounts.isChain(chain);
    }

    private static Set<AccountId> union(Set<AccountId> one, Set<AccountId> another) {
        Set<AccountId> both = new HashSet<>(one);
        both.addAll(another);
        return both;
    }

    private static void lock(List<AccountCell> cells) {
        for (int i = 0; i < cells.size(); i++) {
            cells.get(i).lock.lock();
        }
    }

    private static void unlock(List<AccountCell> cells) {
        for (int i = 0; i < cells.size(); i++) {
            cells.get(i).lock.unlock();
        }
    }

    /** Returns the accounts that the command is about: its reservation's, or its account and that one's parents. */
    private List<AccountCell> chain(Command<?> command, @Nullable ReservationState known) {
        if (known != null) {
            List<AccountId> chain = known.chain();
            return chain.size() == 1
                    ? List.of(accounts.get(chain.get(0)))
                    : chain.stream().map(accounts::get).toList();
        }
        return accounts.chain(command.account());
    }

    static List<AccountId> ids(List<AccountCell> chain) {
        if (chain.size() == 1) {
            return List.of(chain.get(0).entry().id());
        }
        AccountId[] ids = new AccountId[chain.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = chain.get(i).entry().id();
        }
        return List.of(ids);
    }

    /** Returns the accounts to lock, in the order of all that lock more than one: the chain, and those of overflows. */
    private List<AccountCell> sorted(List<AccountCell> chain, Set<AccountId> overflows) {
        if (overflows.isEmpty() && chain.size() < 2) {
            return chain;
        }
        return Stream.concat(chain.stream(), overflows.stream().flatMap(to -> accounts.chain(to).stream()))
                .distinct()
                .sorted(AccountCells.BY_ID)
                .toList();
    }

    private static Instant noEarlierThanKept(List<AccountCell> locked, Instant read) {
        Instant now = read;
        for (int i = 0; i < locked.size(); i++) {
            now = locked.get(i).use().noEarlierThanKept(now);
        }
        return now;
    }

    private UnitOfWork open(
            Command<?> command,
            List<AccountCell> chain,
            @Nullable ReservationState known,
            Collection<AccountCell> locked,
            Instant now) {
        UnitOfWork work = new UnitOfWork(
                working(chain, known == null ? command.chargedAt(now) : known.instants()),
                known,
                known == null ? List.of() : holds(chain, known.id()),
                ids.refund(command.refund()),
                new LiveFacts(locked, null));
        lead.look(work, now);
        return work;
    }

    /** Opens a unit of work for an edit of an account, whose lock is held, or of a policy: then it has no account. */
    UnitOfWork open(@Nullable AccountCell cell, Definitions definitions) {
        List<AccountCell> alone = cell == null ? List.of() : List.of(cell);
        return new UnitOfWork(working(alone, List.of()), null, List.of(), null, new LiveFacts(alone, definitions));
    }

    /** Opens a unit of work for an account alone, whose lock is held, with the policy that it is to have. */
    UnitOfWork open(AccountCell cell, PolicyEntry policy) {
        WorkingAccount account = cell.use().working(cell.entry(), policy, List.of());
        return new UnitOfWork(List.of(account), null, List.of(), null, new LiveFacts(List.of(cell), null));
    }

    private static List<Hold> holds(List<AccountCell> chain, RequestId reservation) {
        if (chain.size() == 1) {
            return chain.get(0).use().holdsOf(reservation);
        }
        List<Hold> holds = new ArrayList<>(chain.size());
        chain.forEach(cell -> holds.addAll(cell.use().holdsOf(reservation)));
        return holds;
    }

    private List<WorkingAccount> working(List<AccountCell> chain, List<Instant> instants) {
        if (chain.size() == 1) {
            return List.of(working(chain.get(0), instants));
        }
        return chain.stream().map(cell -> working(cell, instants)).toList();
    }

    private WorkingAccount working(AccountCell cell, List<Instant> instants) {
        AccountEntry entry = cell.entry();
        return cell.use().working(entry, accounts.policyOf(entry), instants);
    }

    // The lists of a step are read by index: their iterators were a tenth of the bytes that a pair allocates.

    /** Keeps all of a step, or nothing and returns {@code false} if another step has just taken its id. */
    boolean keep(UnitOfWork done, List<AccountCell> locked) {
        if (done.changesNothing()) {
            return true;
        }
        if (!ids.keep(done, stored(done, locked), done.known() == null)) {
            return false;
        }
        keepUsage(done, locked);
        keepHolds(done, locked);
        keepJournal(done, locked);
        done.changedAccounts().forEach(accounts::define);
        PolicyChange policy = done.changedPolicy();
        if (policy != null) {
            accounts.change(policy);
        }
        changes.add(done.changes());
        events.add(done.events());
        keepAlerts(done.events(), locked);
        return true;
    }

    private static void keepAlerts(List<LedgerEvent> events, List<AccountCell> locked) {
        for (int i = 0; i < events.size(); i++) {
            LedgerEvent event = events.get(i);
            if (event instanceof LedgerEvent.Alert alert) {
                among(locked, alert.account()).use().keep(alert);
            } else if (event instanceof LedgerEvent.Refused refused) {
                among(locked, refused.account()).use().keep(refused);
            }
        }
    }

    private static @Nullable StoredReservation stored(UnitOfWork done, List<AccountCell> locked) {
        ReservationState reservation = done.reservation();
        return reservation == null
                ? null
                : among(locked, reservation.chargedAccount()).use().stored(reservation);
    }

    private static void keepUsage(UnitOfWork done, List<AccountCell> locked) {
        List<Counter> counters = done.counters();
        for (int i = 0; i < counters.size(); i++) {
            among(locked, counters.get(i).account()).use().keep(counters.get(i));
        }
    }

    private static void keepHolds(UnitOfWork done, List<AccountCell> locked) {
        List<Hold> holds = done.holds();
        for (int i = 0; i < holds.size(); i++) {
            among(locked, holds.get(i).account()).use().keep(holds.get(i));
        }
        ReservationState reservation = done.reservation();
        if (done.dropsHolds() && reservation != null) {
            for (AccountId id : reservation.chain()) {
                among(locked, id).use().dropHolds(reservation.id());
            }
        }
    }

    private void keepJournal(UnitOfWork done, List<AccountCell> locked) {
        List<JournalRow> rows = done.journal();
        for (int i = 0; i < rows.size(); i++) {
            among(locked, rows.get(i).account()).use().append(journalSequence.incrementAndGet(), rows.get(i));
        }
    }

    /** Returns the account of a row of a step: one of those that are locked for it. */
    private static AccountCell among(List<AccountCell> locked, AccountId id) {
        for (int i = 0; i < locked.size(); i++) {
            if (locked.get(i).entry().id().equals(id)) {
                return locked.get(i);
            }
        }
        throw new IllegalStateException("step keeps something of " + id + ", which is not locked for it");
    }

    private @Nullable ReservationState reservation(Command<?> command) {
        return ids.reservation(command.reservation());
    }
}
