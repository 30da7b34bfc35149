package org.quotaledger.jdbc;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.AccountHolds;
import org.quotaledger.accounting.Counter;
import org.quotaledger.accounting.Definitions;
import org.quotaledger.accounting.Facts;
import org.quotaledger.accounting.Hold;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.accounting.PolicyChange;
import org.quotaledger.accounting.RefundState;
import org.quotaledger.accounting.UnitOfWork;
import org.quotaledger.accounting.WorkingAccount;
import org.quotaledger.amount.Charge;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.history.Change;
import org.quotaledger.jdbc.AccountTable.AccountRow;
import org.quotaledger.jdbc.DefinitionCache.Known;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.reservation.ReservationStatus;

/**
 * What the commands of one transaction are decided on: loaded once for all of them, then changed by each for those
 * after it, and written once. Lives as long as its transaction. Not thread-safe.
 *
 * <p>The locks on the accounts guard all of it: usage, holds and journal of an account are written under its lock only,
 * and a reservation under those of all its chain.
 */
final class WorkingSet {

    private final Session session;

    private final Map<AccountId, Known> accounts = new HashMap<>();

    /** What the accounts were stamped with when they were locked, and what those that change are stamped with. */
    private Map<AccountId, Long> stamps = Map.of();

    private final long stamp = ThreadLocalRandom.current().nextLong();
    private final Set<AccountId> changed = new TreeSet<>();

    private final Map<AccountId, Map<UsageTable.Key, Counter>> usage = new HashMap<>();

    /** The accounts as steps see them, with these counters. */
    private final Map<AccountId, WorkingAccount> working = new HashMap<>();

    private final Map<RequestId, ReservationState> reservations = new HashMap<>();
    private final Map<RequestId, Map<HoldTable.Key, Hold>> holds = new HashMap<>();
    private final Map<RequestId, RefundState> refunds = new HashMap<>();

    /** What is in the tables, as far as it was read or written: it is updated, the rest inserted. */
    private final Set<UsageTable.Key> storedUsage = new HashSet<>();

    /** The rows that steps look at. */
    private final Set<UsageTable.Key> openUsage = new HashSet<>();

    private final Map<RequestId, ReservationState> storedReservations = new HashMap<>();
    private final Set<HoldTable.Key> storedHolds = new HashSet<>();

    /** The holds that were looked up of accounts which have not changed since. */
    private final Map<AccountId, List<AccountHolds>> lookedUp = new HashMap<>();

    /** What is not written yet. Ids are written in one order, so that two transactions do not wait for each other. */
    private final Map<UsageTable.Key, Counter> dirtyUsage = new LinkedHashMap<>();

    private final Map<RequestId, ReservationState> dirtyReservations = new TreeMap<>();
    private final Map<HoldTable.Key, Hold> dirtyHolds = new LinkedHashMap<>();
    private final Set<HoldTable.Key> droppedHolds = new HashSet<>();
    private final Map<RequestId, RefundState> dirtyRefunds = new TreeMap<>();
    private final List<JournalRow> journal = new ArrayList<>();
    private final List<LedgerEvent> events = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>();
    private final Map<AccountId, AccountTable.Changed> dirtyAccounts = new LinkedHashMap<>();
    private final List<PolicyChange> dirtyPolicies = new ArrayList<>();

    WorkingSet(Session session) {
        this.session = session;
    }

    /**
     * Locks accounts and reads them.
     *
     * @param sorted without those that do not exist, or with them: it makes no difference
     * @param locks whether those that somebody else has locked are left, and for how long others are waited for
     * @return those that are left
     */
    Set<AccountId> lock(Collection<AccountId> sorted, DefinitionCache definitions, RowLocks locks) throws SQLException {
        Set<AccountId> left = new TreeSet<>();
        if (!sorted.isEmpty()) {
            List<AccountRow> rows = locks.skipsAccounts()
                    ? AccountTable.lockFree(session, sorted, locks.millis(), left)
                    : AccountTable.lock(session, sorted, locks.millis());
            accounts.putAll(definitions.known(session, rows));
            stamps = AccountTable.stamps(session, accounts.keySet());
        }
        return left;
    }

    /**
     * Reads an account and its parents without a lock: for a step that changes nothing.
     *
     * @return the chain, nearest first; empty if there is no such account
     */
    List<AccountId> look(AccountId nearest, DefinitionCache definitions) throws SQLException {
        List<AccountId> missing = new ArrayList<>(List.of(nearest));
        for (int level = 0; level < Account.MAX_CHAIN && !missing.isEmpty(); level++) {
            accounts.putAll(definitions.known(session, AccountTable.accountRows(session, missing)));
            missing.clear();
            chain(nearest, missing);
        }
        return chain(nearest, missing);
    }

    /** Takes accounts that are locked and read already. */
    void take(Collection<Known> locked) {
        locked.forEach(known -> accounts.put(known.entry().id(), known));
    }

    /** Reads reservations and refunds; the locks are held already, so that nobody changes what is read. */
    void load(Collection<RequestId> reservationIds, Collection<RequestId> refundIds) throws SQLException {
        storedReservations.putAll(ReservationTable.byId(session, reservationIds));
        reservations.putAll(storedReservations);
        refunds.putAll(RefundTable.byId(session, refundIds));
        List<RequestId> withHolds = storedReservations.values().stream()
                .filter(state ->
                        state.status() == ReservationStatus.HELD || state.status() == ReservationStatus.EXPIRED)
                .map(ReservationState::id)
                .toList();
        for (Hold hold : HoldTable.of(session, withHolds)) {
            HoldTable.Key key = HoldTable.Key.of(hold);
            storedHolds.add(key);
            put(key, hold);
        }
    }

    private void put(HoldTable.Key key, Hold hold) {
        holds.computeIfAbsent(hold.reservation(), id -> new LinkedHashMap<>()).put(key, hold);
    }

    /** Reads the usage that the loaded reservations and the instant need. */
    void loadUsage(Instant now) throws SQLException {
        for (Counter row : UsageTable.open(session, accounts.keySet(), now)) {
            openUsage.add(UsageTable.Key.of(row));
            loaded(row);
        }
        for (ReservationState state : storedReservations.values()) {
            if (accounts.keySet().containsAll(state.chain())) {
                for (AccountId id : state.chain()) {
                    loadUsage(id, state.held(), state.instants(), now);
                }
            }
        }
    }

    /**
     * Reads the usage of an account that a charge at these instants needs besides what is open.
     *
     * @param charge has the meters that are charged, or {@code null} where it can be any
     */
    void loadUsage(AccountId id, @Nullable Charge charge, List<Instant> instants, Instant now) throws SQLException {
        for (Instant instant : instants) {
            // Spans of instants to come are open.
            if (!now.isBefore(instant) && lacksCovering(id, charge, instant)) {
                UsageTable.covering(session, id, instant).forEach(this::loaded);
            }
        }
    }

    /** Whether some limit has no row for the instant. More rows do no harm, but reading them takes time. */
    private boolean lacksCovering(AccountId id, @Nullable Charge charge, Instant instant) {
        Collection<Counter> rows = usage.getOrDefault(id, Map.of()).values();
        for (LimitEntry entry : account(id).limits()) {
            if ((charge == null || charge.amount(entry.limit().meter()).isPresent())
                    && rows.stream()
                            .noneMatch(
                                    row -> row.isOf(entry.limit()) && row.span().contains(instant))) {
                return true;
            }
        }
        return false;
    }

    private void loaded(Counter row) {
        UsageTable.Key key = UsageTable.Key.of(row);
        storedUsage.add(key);
        Map<UsageTable.Key, Counter> known = usage.computeIfAbsent(row.account(), id -> new LinkedHashMap<>());
        WorkingAccount account = working.get(row.account());
        if (known.putIfAbsent(key, row) == null && account != null) {
            account.add(row);
        }
    }

    private Known account(AccountId id) {
        return Objects.requireNonNull(accounts.get(id), () -> "account " + id + " is not locked");
    }

    @Nullable
    AccountEntry entry(AccountId id) {
        Known known = accounts.get(id);
        return known == null ? null : known.entry();
    }

    @Nullable
    ReservationState reservation(@Nullable RequestId id) {
        return id == null ? null : reservations.get(id);
    }

    @Nullable
    RefundState refund(@Nullable RequestId id) {
        return id == null ? null : refunds.get(id);
    }

    /**
     * Returns an account and its parents, as they are under their locks, nearest first.
     *
     * @param missing takes a parent that is not locked: then the chain ends before it
     */
    List<AccountId> chain(@Nullable AccountId nearest, Collection<AccountId> missing) {
        List<AccountId> chain = new ArrayList<>(2);
        for (AccountId id = nearest; id != null && chain.size() < Account.MAX_CHAIN; ) {
            AccountEntry entry = entry(id);
            if (entry == null) {
                if (!chain.isEmpty()) {
                    missing.add(id);
                }
                break;
            }
            chain.add(id);
            id = entry.account().parent().orElse(null);
        }
        return chain;
    }

    UnitOfWork open(
            List<AccountId> chain, @Nullable ReservationState reservation, @Nullable RefundState refund, Facts facts) {
        List<Hold> itsHolds = reservation == null
                ? List.of()
                : List.copyOf(holds.getOrDefault(reservation.id(), Map.of()).values());
        return new UnitOfWork(working(chain), reservation, itsHolds, refund, facts);
    }

    /** Returns accounts that are locked, as a step sees them. */
    List<WorkingAccount> working(List<AccountId> chain) {
        return chain.stream()
                .map(id -> working.computeIfAbsent(id, this::newWorking))
                .toList();
    }

    private WorkingAccount newWorking(AccountId id) {
        Known known = account(id);
        return new WorkingAccount(
                known.entry(), known.limits(), usage.getOrDefault(id, Map.of()).values());
    }

    /** Finds the chain that a request overflows to, which was not known to be needed. */
    interface OverflowChain {
        List<WorkingAccount> of(AccountId to) throws SQLException;
    }

    /** Returns the facts of a step by queries, with what earlier commands of the transaction have left. */
    Facts facts(OverflowChain overflow) {
        return new QueriedFacts(overflow, null);
    }

    /** Returns the facts of an edit. */
    Facts facts(OverflowChain overflow, Definitions definitions) {
        return new QueriedFacts(overflow, definitions);
    }

    /** A query failed while the rule asked for a fact. */
    static final class FailedQuery extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final SQLException failure;

        private FailedQuery(SQLException failure) {
            super(failure);
            this.failure = failure;
        }

        SQLException failure() {
            return failure;
        }
    }

    /** A query of a fact. */
    interface Query<T> {
        T run() throws SQLException;
    }

    /** Returns the answer of a query to the rule, which knows no failure of a database. */
    static <T> T asked(Query<T> query) {
        try {
            return query.run();
        } catch (SQLException failure) {
            throw new FailedQuery(failure);
        }
    }

    private final class QueriedFacts implements Facts {

        private final OverflowChain overflow;
        private final @Nullable Definitions definitions;

        QueriedFacts(OverflowChain overflow, @Nullable Definitions definitions) {
            this.overflow = overflow;
            this.definitions = definitions;
        }

        @Override
        public Definitions definitions() {
            return definitions == null ? Facts.super.definitions() : definitions;
        }

        @Override
        public AccountHolds holds(HoldsOf asked) {
            List<AccountHolds> known = lookedUp.computeIfAbsent(asked.account(), id -> new ArrayList<>());
            for (AccountHolds earlier : known) {
                if (earlier.answers(asked)) {
                    return earlier;
                }
            }
            AccountHolds found = flushed(() -> HoldLookUp.of(session, asked));
            found.dues().forEach(hold -> storedHolds.add(HoldTable.Key.of(hold)));
            known.add(found);
            return found;
        }

        @Override
        public Counter recount(Recount asked) {
            return flushed(() -> JournalTable.recount(session, asked));
        }

        @Override
        public Map<String, Instant> alerts(AlertsOf asked) {
            return flushed(() -> EventTable.alerted(session, asked));
        }

        @Override
        public List<WorkingAccount> overflow(AccountId to) {
            return asked(() -> overflow.of(to));
        }

        /** Runs a query that sees the changes of earlier commands. */
        private <T> T flushed(Query<T> query) {
            return asked(() -> {
                flush();
                return query.run();
            });
        }
    }

    /** Takes what a step changed, for the steps after it and for the tables. */
    void keep(UnitOfWork done, List<AccountId> chain) {
        if (!done.changesNothing()) {
            changed.addAll(chain);
            chain.forEach(lookedUp::remove);
        }
        for (Counter row : done.counters()) {
            UsageTable.Key key = UsageTable.Key.of(row);
            usage.computeIfAbsent(row.account(), id -> new LinkedHashMap<>()).put(key, row);
            dirtyUsage.put(key, row);
        }
        ReservationState reservation = done.reservation();
        if (reservation != null) {
            reservations.put(reservation.id(), reservation);
            dirtyReservations.put(reservation.id(), reservation);
        }
        for (Hold hold : done.holds()) {
            HoldTable.Key key = HoldTable.Key.of(hold);
            put(key, hold);
            dirtyHolds.put(key, hold);
        }
        if (done.dropsHolds() && reservation != null) {
            dropHolds(reservation.id());
        }
        RefundState refund = done.refund();
        if (refund != null) {
            refunds.put(refund.id(), refund);
            dirtyRefunds.put(refund.id(), refund);
        }
        journal.addAll(done.journal());
        events.addAll(done.events());
        changes.addAll(done.changes());
        for (AccountEntry changed : done.changedAccounts()) {
            keep(changed);
        }
        if (done.changedPolicy() != null) {
            dirtyPolicies.add(done.changedPolicy());
        }
    }

    private void keep(AccountEntry changed) {
        AccountId id = changed.id();
        Known known = accounts.get(id);
        AccountTable.Changed earlier = dirtyAccounts.get(id);
        AccountEntry before = earlier != null ? earlier.before() : known == null ? null : known.entry();
        dirtyAccounts.put(id, new AccountTable.Changed(before, changed));
        if (known != null) {
            // An edit has defined it with other limits.
            WorkingAccount account = working.computeIfAbsent(id, this::newWorking);
            accounts.put(id, new Known(changed, known.policy(), account.limits()));
            account.define(changed, account.limits());
        }
    }

    private void dropHolds(RequestId reservation) {
        Map<HoldTable.Key, Hold> dropped = holds.remove(reservation);
        if (dropped != null) {
            for (HoldTable.Key key : dropped.keySet()) {
                dirtyHolds.remove(key);
                if (storedHolds.remove(key)) {
                    droppedHolds.add(key);
                }
            }
        }
    }

    /** Writes what is not written yet, for good. */
    void finish(Instant now) throws SQLException {
        flush();
        List<Counter> over = new ArrayList<>();
        for (AccountId id : changed) {
            for (Counter row : usage.getOrDefault(id, Map.of()).values()) {
                if (openUsage.contains(UsageTable.Key.of(row)) && UsageTable.isOver(row, now)) {
                    over.add(row);
                }
            }
        }
        UsageTable.close(session, over, now);
        over.forEach(row -> usage.getOrDefault(row.account(), Map.of()).remove(UsageTable.Key.of(row)));
        AccountTable.stamp(session, changed, stamp);
    }

    /** Hands on what is known of the accounts and reservations, once it is committed. */
    void learn(KeptStates kept) {
        accounts.forEach((id, known) -> {
            Long lockedAs = stamps.get(id);
            if (lockedAs != null) {
                KeptAccount before = kept.account(id);
                Object lineage = before != null && before.stamp() == lockedAs ? before.lineage() : new Object();
                List<Counter> rows =
                        List.copyOf(usage.getOrDefault(id, Map.of()).values());
                kept.keep(new KeptAccount(
                        known,
                        new WorkingAccount(known.entry(), known.limits(), rows),
                        List.of(),
                        changed.contains(id) ? stamp : lockedAs,
                        lineage));
            }
        });
        // Others' holds can have been counted out: those are looked up when they are settled.
        holds.keySet().forEach(kept::forget);
        reservations.forEach((id, state) ->
                kept.keep(state, List.copyOf(holds.getOrDefault(id, Map.of()).values())));
    }

    private void flush() throws SQLException {
        writeReservations();
        writeHolds();
        writeUsage();
        for (PolicyChange policy : dirtyPolicies) {
            PolicyTable.keep(session, policy);
        }
        dirtyPolicies.clear();
        AccountTable.keep(session, dirtyAccounts.values());
        dirtyAccounts.clear();
        JournalTable.append(session, journal);
        journal.clear();
        EventTable.append(session, events);
        events.clear();
        ChangeTable.append(session, changes);
        changes.clear();
    }

    private void writeReservations() throws SQLException {
        if (dirtyReservations.isEmpty()) {
            return;
        }
        List<ReservationState> made = new ArrayList<>();
        List<ReservationState> changed = new ArrayList<>();
        for (ReservationState state : dirtyReservations.values()) {
            (storedReservations.containsKey(state.id()) ? changed : made).add(state);
        }
        ReservationTable.insert(session, made);
        ReservationTable.update(session, changed, storedReservations);
        storedReservations.putAll(dirtyReservations);
        dirtyReservations.clear();
        RefundTable.insert(session, List.copyOf(dirtyRefunds.values()));
        dirtyRefunds.clear();
    }

    private void writeHolds() throws SQLException {
        HoldTable.delete(session, droppedHolds);
        droppedHolds.clear();
        List<Hold> made = new ArrayList<>();
        List<Hold> changed = new ArrayList<>();
        dirtyHolds.forEach((key, hold) -> (storedHolds.contains(key) ? changed : made).add(hold));
        HoldTable.insert(session, made);
        HoldTable.update(session, changed);
        storedHolds.addAll(dirtyHolds.keySet());
        dirtyHolds.clear();
    }

    private void writeUsage() throws SQLException {
        List<Counter> unknown = new ArrayList<>();
        List<Counter> changed = new ArrayList<>();
        dirtyUsage.forEach((key, row) -> (storedUsage.contains(key) ? changed : unknown).add(row));
        UsageTable.update(session, changed);
        UsageTable.updateOrInsert(session, unknown);
        storedUsage.addAll(dirtyUsage.keySet());
        dirtyUsage.clear();
    }
}
