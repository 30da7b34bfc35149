package org.quotaledger.jdbc;

import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.AccountHolds;
import org.quotaledger.accounting.Command;
import org.quotaledger.accounting.Counter;
import org.quotaledger.accounting.Facts;
import org.quotaledger.accounting.Hold;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.accounting.UnitOfWork;
import org.quotaledger.accounting.WorkingAccount;
import org.quotaledger.policy.Account;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.spi.ClockLead;
import org.quotaledger.window.WindowSpan;

/**
 * Commands that are decided on what a lane remembers, in the order in which they came, and written in one round trip if it
 * is still so. What it cannot decide, or cannot write, it leaves to a {@link Batch}; and then all that concerns the same
 * accounts and comes later, so that commands of an account keep their order. Not thread-safe.
 */
final class GuardedBatch {

    /** A time told by the database may be off by as much before nothing is decided on it. */
    private static final long TRUSTED_MILLIS = 1_000;

    private final KeptStates kept;
    private final Instant now;
    private final boolean databaseTime;
    private final ClockLead lead;

    private final Map<AccountId, Touched> touched = new HashMap<>();
    private final Map<RequestId, Changed> reservations = new LinkedHashMap<>();
    private final Set<RequestId> absent = new LinkedHashSet<>();
    private final List<JournalRow> journal = new ArrayList<>();
    private final Set<AccountId> left = new HashSet<>();
    private final List<Pending<?>> decided = new ArrayList<>();

    /** The holds that commands lack which could be decided with them. */
    private final Map<AccountId, Facts.HoldsOf> lacking = new LinkedHashMap<>();

    /** Until when the reservations that were looked at are what they are. */
    private Instant reservationsUntil = WindowSpan.LATEST;

    /** What the accounts that change are stamped with: a number that nobody else has taken. */
    private final long stamp = ThreadLocalRandom.current().nextLong();

    private boolean lost;

    /**
     * @param databaseTime whether {@code now} is what the clock of the database is thought to show, to be compared with it
     * @param lead logs the accounts that are ahead of it
     */
    GuardedBatch(KeptStates kept, Instant now, boolean databaseTime, ClockLead lead) {
        this.kept = kept;
        this.lead = lead;
        this.now = now.truncatedTo(ChronoUnit.MICROS);
        this.databaseTime = databaseTime;
    }

    /** An account that a command was decided on. */
    private static final class Touched {
        private final KeptAccount before;
        private final WorkingAccount account;
        private List<AccountHolds> holds;
        private boolean changed;
        private final List<Counter> counters = new ArrayList<>(2);

        Touched(KeptAccount before) {
            this.before = before;
            this.account = before.working().copy();
            this.holds = before.holds();
        }

        /** Returns the first instant after {@code now} at which it means something else. */
        Instant unchangedUntil(Instant now) {
            Instant first = account.unchangedUntil(now);
            for (AccountHolds lookedUp : holds) {
                Instant expiry = lookedUp.firstExpiry();
                first = expiry != null && expiry.isAfter(now) && expiry.isBefore(first) ? expiry : first;
            }
            return first;
        }

        /** Takes the counters that a step has changed, and its changes of holds. */
        void keep(UnitOfWork done) {
            for (Counter counter : done.counters()) {
                if (counter.account().equals(before.id()) && !counters.contains(counter)) {
                    counters.add(counter);
                }
            }
            holds = holds.stream()
                    .map(lookedUp -> lookedUp.after(before.id(), done))
                    .toList();
            changed = true;
        }

        boolean isStored(Counter counter) {
            return stored(counter) != null;
        }

        private @Nullable Counter stored(Counter counter) {
            for (Counter other : before.working().counters()) {
                if (other.isAt(counter)) {
                    return other;
                }
            }
            return null;
        }

        /**
         * Whether the counter is written over one of another window or meter, or with other debounced alerts, of which the
         * statement would keep half.
         */
        boolean redefines(Counter counter) {
            Counter other = stored(counter);
            if (other == null) {
                return counter.debounced() != null;
            }
            return !other.window().equals(counter.window())
                    || !other.meter().equals(counter.meter())
                    || !Objects.equals(other.debounced(), counter.debounced());
        }
    }

    /**
     * A reservation that a command changed.
     *
     * @param before what the tables have, or {@code null} if it is new
     */
    private record Changed(@Nullable KeptReservation before, ReservationState state, List<Hold> holds) {}

    boolean isEmpty() {
        return decided.isEmpty();
    }

    List<Pending<?>> decided() {
        return decided;
    }

    /** Decides a command; {@code false} if it is left. */
    <A> boolean decide(Pending<A> pending) {
        Command<A> command = pending.command();
        RequestId id = command.reservation();
        Changed changed = id == null ? null : reservations.get(id);
        KeptReservation before = changed != null ? changed.before() : id == null ? null : kept.reservation(id);
        ReservationState known = changed != null ? changed.state() : before == null ? null : before.state();
        List<Touched> chain = known != null ? chain(known.chain()) : chain(command.account());
        boolean chargesThePast = known == null && !command.chargedAt(now).isEmpty(); // Only open rows are remembered.
        if (chain == null || command.refund() != null || chargesThePast) {
            return leave(command, known);
        }
        List<Hold> holds = changed != null ? changed.holds() : before == null ? List.of() : before.holds();
        UnitOfWork work = new UnitOfWork(
                chain.stream().map(account -> account.account).toList(), known, holds, null, new Remembered(chain));
        try {
            return decide(pending, before, work, chain);
        } finally {
            work.close();
        }
    }

    private <A> boolean decide(
            Pending<A> pending, @Nullable KeptReservation before, UnitOfWork work, List<Touched> chain) {
        Command<A> command = pending.command();
        ReservationState known = work.known();
        A answer;
        try {
            lead.look(work, now);
            answer = command.decide(work, now);
        } catch (Facts.NotRemembered fact) {
            if (fact.isOfHolds()) {
                lack(chain);
            }
            return leave(command, known);
        } catch (ArithmeticException | IllegalArgumentException refusedByRule) {
            pending.refused(refusedByRule);
            look(command, known, chain);
            decided.add(pending);
            return true;
        }
        if (!takes(work, before, chain)) {
            work.undo();
            return leave(command, known);
        }
        look(command, work.reservation() == null ? known : work.reservation(), chain);
        keep(work, before, work.itsHolds(), chain);
        if (before != null) {
            until(before.state().expiresAt());
        }
        pending.decided(
                answer, work, chain.stream().map(account -> account.before.id()).toList());
        decided.add(pending);
        return true;
    }

    /** Notes which holds have to be looked up. Of an account that was changed here the tables are out of date. */
    private void lack(List<Touched> chain) {
        if (chain.stream().noneMatch(account -> account.changed)) {
            for (Touched account : chain) {
                Facts.HoldsOf asked = account.account.holdsToAsk(now);
                if (asked != null) {
                    lacking.merge(asked.account(), asked, Facts.HoldsOf::and);
                }
            }
        }
    }

    /** The holds that a lane remembers; everything else is looked up under locks. */
    private static final class Remembered implements Facts {

        private final List<Touched> chain;

        Remembered(List<Touched> chain) {
            this.chain = chain;
        }

        @Override
        public AccountHolds holds(HoldsOf asked) {
            for (AccountHolds known : of(chain, asked.account()).holds) {
                if (known.answers(asked)) {
                    return known;
                }
            }
            return NOTHING.holds(asked);
        }

        @Override
        public Counter recount(Recount asked) {
            return NOTHING.recount(asked);
        }

        @Override
        public Map<String, Instant> alerts(AlertsOf asked) {
            return NOTHING.alerts(asked);
        }

        @Override
        public List<WorkingAccount> overflow(AccountId to) {
            return NOTHING.overflow(to);
        }
    }

    /** Returns the holds that have to be looked up for commands which were left, each account once. */
    List<Facts.HoldsOf> lacking() {
        return List.copyOf(lacking.values());
    }

    private boolean leave(Command<?> command, @Nullable ReservationState known) {
        left.addAll(command.knownChain());
        if (known != null) {
            left.addAll(known.chain());
        }
        for (AccountId id = command.account(); id != null; ) {
            left.add(id);
            KeptAccount account = kept.account(id);
            id = account == null
                    ? null
                    : account.known().entry().account().parent().orElse(null);
            if (left.contains(id)) {
                break;
            }
        }
        return false;
    }

    private @Nullable List<Touched> chain(List<AccountId> ids) {
        List<Touched> chain = new ArrayList<>(ids.size());
        for (AccountId id : ids) {
            Touched account = account(id);
            if (account == null) {
                return null;
            }
            chain.add(account);
        }
        return chain;
    }

    private @Nullable List<Touched> chain(@Nullable AccountId nearest) {
        if (nearest == null) {
            return null;
        }
        List<Touched> chain = new ArrayList<>(2);
        for (AccountId id = nearest; id != null && chain.size() < Account.MAX_CHAIN; ) {
            Touched account = account(id);
            if (account == null) {
                return null;
            }
            chain.add(account);
            id = account.account.entry().account().parent().orElse(null);
        }
        return chain;
    }

    private @Nullable Touched account(AccountId id) {
        if (left.contains(id)) {
            return null;
        }
        Touched account = touched.get(id);
        if (account == null) {
            KeptAccount before = kept.account(id);
            if (before != null) {
                account = new Touched(before);
            }
        }
        return account;
    }

    /** Whether every change of a step is one that this writes. */
    private static boolean takes(UnitOfWork done, @Nullable KeptReservation before, List<Touched> chain) {
        if (done.refund() != null
                || !done.events().isEmpty()
                || !done.changes().isEmpty()
                || !done.changedAccounts().isEmpty()) {
            return false;
        }
        ReservationState reservation = done.reservation();
        for (Hold hold : done.holds()) {
            if (before != null
                    || reservation == null
                    || !hold.reservation().equals(reservation.id())
                    || hold.expired()) {
                return false;
            }
        }
        for (Counter row : done.counters()) {
            if (of(chain, row.account()).redefines(row)) {
                return false;
            }
        }
        return true;
    }

    private static Touched of(List<Touched> chain, AccountId id) {
        for (Touched account : chain) {
            if (account.before.id().equals(id)) {
                return account;
            }
        }
        throw new IllegalStateException("step changes account " + id + ", which it is not about");
    }

    /** Notes what a decision depends on. */
    private void look(Command<?> command, @Nullable ReservationState known, List<Touched> chain) {
        for (Touched account : chain) {
            touched.put(account.before.id(), account);
        }
        RequestId id = command.reservation();
        if (known == null && id != null) {
            absent.add(id);
        }
    }

    private void until(Instant instant) {
        if (instant.isAfter(now) && instant.isBefore(reservationsUntil)) {
            reservationsUntil = instant;
        }
    }

    private void keep(UnitOfWork done, @Nullable KeptReservation before, List<Hold> held, List<Touched> chain) {
        if (done.changesNothing()) {
            return;
        }
        chain.forEach(account -> account.keep(done));
        ReservationState reservation = done.reservation();
        if (reservation != null) {
            List<Hold> holds = done.dropsHolds() ? List.of() : done.holds().isEmpty() ? held : done.holds();
            reservations.put(reservation.id(), new Changed(before, reservation, holds));
        }
        journal.addAll(done.journal());
    }

    /** Writes everything, if all is as it was known; {@code false} if it is not, and nothing but stamps is written. */
    GuardedWrite.Outcome write(Session session) throws SQLException {
        GuardedWrite write = new GuardedWrite();
        Instant until = reservationsUntil;
        for (Touched account : touched.values()) {
            if (account.changed) {
                write.changes(account.before.id().value(), account.before.stamp());
                writeUsage(write, account);
            } else {
                write.reads(account.before.id().value(), account.before.stamp());
            }
            Instant same = account.unchangedUntil(now);
            until = same.isBefore(until) ? same : until;
        }
        absent.stream().filter(id -> !reservations.containsKey(id)).forEach(id -> write.requiresAbsent(id.value()));
        writeReservations(write);
        JournalTable.append(write.rows(GuardedPart.JOURNAL), journal);
        Instant trusted = now.plusMillis(TRUSTED_MILLIS);
        GuardedWrite.Outcome outcome = write.run(
                session,
                stamp,
                databaseTime ? now : WindowSpan.EARLIEST,
                !databaseTime ? WindowSpan.LATEST : trusted.isBefore(until) ? trusted : until,
                decided.size() == 1);
        lost = !outcome.written();
        return outcome;
    }

    /** Whether it was tried to be written, and something was not as it was known. */
    boolean isLost() {
        return lost;
    }

    /** Returns the accounts that something was decided on. */
    Set<AccountId> accounts() {
        return touched.keySet();
    }

    /** Returns what accounts that were as they were known are stamped with, whether or not anything else was written. */
    long stamp() {
        return stamp;
    }

    private void writeUsage(GuardedWrite write, Touched account) {
        for (Counter row : account.counters) {
            if (account.isStored(row)) {
                UsageTable.update(write.rows(GuardedPart.USAGE), row, UsageTable.openUntil(row, row.updatedAt()));
            } else {
                UsageTable.insert(write.rows(GuardedPart.NEW_USAGE), row);
            }
        }
        for (Counter row : account.account.counters()) {
            if (UsageTable.isOver(row, now) && account.isStored(row) && !account.counters.contains(row)) {
                UsageTable.update(write.rows(GuardedPart.USAGE), row, UsageTable.openUntil(row, now));
            }
        }
    }

    private void writeReservations(GuardedWrite write) {
        reservations.forEach((id, changed) -> {
            KeptReservation before = changed.before();
            if (before == null) {
                ReservationTable.insert(write, changed.state());
                HoldTable.insert(write.rows(GuardedPart.NEW_HOLD), changed.holds());
            } else {
                ReservationTable.update(write, changed.state(), before.state());
                if (changed.holds().isEmpty()) {
                    HoldTable.delete(write.rows(GuardedPart.DROPPED_HOLD), before.holds());
                }
            }
        });
    }

    /** Remembers what was written. */
    void keep() {
        for (Touched account : touched.values()) {
            if (account.changed) {
                kept.keep(new KeptAccount(
                        account.before.known(),
                        withoutOver(account.account),
                        account.holds,
                        stamp,
                        account.before.lineage()));
            }
        }
        reservations.forEach((id, changed) -> kept.keep(changed.state(), changed.holds()));
    }

    private WorkingAccount withoutOver(WorkingAccount account) {
        account.removeIf(counter -> UsageTable.isOver(counter, now));
        return account;
    }

    /** Forgets everything that was decided on: it is not as it was remembered. */
    void forget() {
        touched.keySet().forEach(kept::forget);
    }
}
