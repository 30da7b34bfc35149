package org.quotaledger.jdbc;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Command;
import org.quotaledger.accounting.RefundState;
import org.quotaledger.accounting.UnitOfWork;
import org.quotaledger.jdbc.AccountTable.AccountRow;
import org.quotaledger.jdbc.DefinitionCache.Known;
import org.quotaledger.policy.Account;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;

/**
 * Commands that share a transaction: locks the accounts of all of them, loads what all of them need, decides each in
 * the order in which they came on what those before it left, and writes. Not thread-safe.
 *
 * <p>Which accounts to lock is a guess until they are locked: parents change, and a reservation may have come to be.
 * Then the transaction is rolled back and tried again with the accounts that were missing.
 */
final class Batch {

    private final List<Pending<?>> commands;
    private final DefinitionCache definitions;
    private final @Nullable Clock clock;
    private final RowLocks locks;

    /** Accounts that an earlier attempt found missing. */
    private final Set<AccountId> foundMissing = new HashSet<>();

    /** Accounts that somebody else has locked, and commands that have to wait for them. */
    private Set<AccountId> locked = Set.of();

    private final List<Pending<?>> left = new ArrayList<>();
    private final Set<RequestId> leftIds = new HashSet<>();

    private @Nullable WorkingSet last;
    private DatabaseTime.@Nullable Told lastTold;

    /** @param clock the clock that decides, or {@code null} for the database's */
    Batch(List<Pending<?>> commands, DefinitionCache definitions, @Nullable Clock clock, RowLocks locks) {
        this.commands = new ArrayList<>(commands);
        this.definitions = definitions;
        this.clock = clock;
        this.locks = locks;
    }

    /**
     * Decides all commands that are not answered yet and writes their changes. Those that have to wait for a lock are left.
     * It can be run again after a rollback.
     */
    void run(Session session) throws SQLException {
        commands.removeIf(Pending::isAnswered);
        commands.forEach(Pending::notWritten);
        left.clear();
        leftIds.clear();
        last = null;
        if (commands.isEmpty()) {
            return;
        }
        TreeSet<AccountId> toLock = new TreeSet<>(foundMissing);
        guessAccounts(session, toLock);
        WorkingSet set = new WorkingSet(session);
        locked = set.lock(toLock, definitions, locks);
        if (!locked.isEmpty() && commands.stream().allMatch(this::namesLocked)) {
            commands.forEach(this::leave);
            return;
        }
        set.load(reservationIds(), refundIds());
        requireAllLocked(set);
        Instant now = clock == null ? session.now() : clock.instant();
        lastTold = clock == null ? new DatabaseTime.Told(now, System.nanoTime()) : null;
        set.loadUsage(now);
        loadPastUsage(set, now);
        for (Pending<?> command : commands) {
            if (!mustWait(command, set)) {
                decide(command, set, now);
            }
        }
        set.finish(now);
        last = set;
    }

    /** Lets everything that was decided be written; it must not be if one of the commands was given up meanwhile. */
    void commitBegins() throws SQLException {
        for (Pending<?> pending : commands) {
            if (!left.contains(pending) && !pending.send()) {
                throw Session.cameBetween("a command was given up before the commit");
            }
        }
    }

    /** Answers the commands that were decided, now that it is committed. */
    void complete() {
        commands.stream().filter(pending -> !left.contains(pending)).forEach(Pending::complete);
    }

    /** Returns the commands that have to wait, in their order. */
    List<Pending<?>> left() {
        return List.copyOf(left);
    }

    /** Returns the accounts for which they have to wait. */
    Set<AccountId> locked() {
        return locked;
    }

    /** Whether a command is about an account that is locked elsewhere, or an id that such a command is about. */
    private boolean mustWait(Pending<?> pending, WorkingSet set) {
        if (locked.isEmpty()) {
            return false;
        }
        Command<?> command = pending.command();
        RequestId id = command.reservation();
        List<AccountId> missing = new ArrayList<>();
        boolean waits = (id != null && leftIds.contains(id))
                || namesLocked(pending)
                || isLocked(chain(command, set, missing))
                || isLocked(missing);
        if (waits) {
            leave(pending);
        }
        return waits;
    }

    private boolean namesLocked(Pending<?> pending) {
        AccountId account = pending.command().account();
        return (account != null && locked.contains(account))
                || isLocked(pending.command().knownChain());
    }

    private boolean isLocked(Collection<AccountId> accounts) {
        return accounts.stream().anyMatch(locked::contains);
    }

    private void leave(Pending<?> pending) {
        left.add(pending);
        RequestId id = pending.command().reservation();
        if (id != null) {
            leftIds.add(id);
        }
    }

    /** Hands on what is known now that it is committed. */
    void learn(KeptStates kept, DatabaseTime time) {
        WorkingSet set = last;
        if (set != null) {
            set.learn(kept);
        }
        DatabaseTime.Told told = lastTold;
        if (told != null) {
            time.tell(told);
        }
    }

    private void guessAccounts(Session session, Set<AccountId> accounts) throws SQLException {
        Set<RequestId> unknownChains = new LinkedHashSet<>();
        Set<AccountId> unread = new HashSet<>();
        for (Pending<?> pending : commands) {
            Command<?> command = pending.command();
            AccountId account = command.account();
            RequestId reservation = command.reservation();
            if (account != null) {
                addLastKnown(account, accounts, unread);
                for (AccountId to : definitions.lastOverflows(account)) {
                    addLastKnown(to, accounts, unread);
                }
            } else if (!command.knownChain().isEmpty()) {
                accounts.addAll(command.knownChain());
            } else if (reservation != null) {
                unknownChains.add(reservation);
            }
        }
        if (!unknownChains.isEmpty()) {
            ReservationTable.chains(session, unknownChains).values().forEach(accounts::addAll);
        }
        for (int level = 0; level < Account.MAX_CHAIN && !unread.isEmpty(); level++) {
            List<AccountRow> rows = AccountTable.accountRows(session, unread);
            unread.clear();
            for (AccountRow row : rows) {
                accounts.add(row.id());
                if (row.parent() != null && !accounts.contains(row.parent())) {
                    unread.add(row.parent());
                }
            }
        }
    }

    /**
     * Adds an account and its parents as they were when they were last read; the first never read goes to the others.
     */
    private void addLastKnown(AccountId nearest, Set<AccountId> accounts, Set<AccountId> unread) {
        AccountId id = nearest;
        for (int level = 0; level < Account.MAX_CHAIN && id != null; level++) {
            Known known = definitions.lastKnown(id);
            if (known == null) {
                unread.add(id);
                return;
            }
            accounts.add(id);
            id = known.entry().account().parent().orElse(null);
        }
    }

    private Set<RequestId> reservationIds() {
        Set<RequestId> ids = new LinkedHashSet<>();
        for (Pending<?> pending : commands) {
            RequestId id = pending.command().reservation();
            if (id != null) {
                ids.add(id);
            }
        }
        return ids;
    }

    private Set<RequestId> refundIds() {
        Set<RequestId> ids = new LinkedHashSet<>();
        for (Pending<?> pending : commands) {
            RequestId id = pending.command().refund();
            if (id != null) {
                ids.add(id);
            }
        }
        return ids;
    }

    private void requireAllLocked(WorkingSet set) throws SQLException {
        List<AccountId> missing = new ArrayList<>();
        for (Pending<?> pending : commands) {
            for (AccountId id : chain(pending.command(), set, missing)) {
                if (set.entry(id) == null) {
                    missing.add(id);
                }
            }
        }
        missing.removeAll(locked);
        requireNone(missing);
    }

    /** Returns the accounts that a command is about: its reservation's, or its account and that one's parents. */
    private static List<AccountId> chain(Command<?> command, WorkingSet set, Collection<AccountId> missing) {
        ReservationState known = set.reservation(command.reservation());
        return known != null ? known.chain() : set.chain(command.account(), missing);
    }

    private void loadPastUsage(WorkingSet set, Instant now) throws SQLException {
        for (Pending<?> pending : commands) {
            Command<?> command = pending.command();
            List<Instant> instants = command.chargedAt(now);
            List<AccountId> chain = instants.isEmpty() || set.reservation(command.reservation()) != null
                    ? List.of()
                    : chain(command, set, new ArrayList<>());
            if (!isLocked(chain)) {
                for (AccountId id : chain) {
                    set.loadUsage(id, null, instants, now);
                }
            }
        }
    }

    private <A> void decide(Pending<A> pending, WorkingSet set, Instant now) throws SQLException {
        Command<A> command = pending.command();
        ReservationState reservation = set.reservation(command.reservation());
        if (pending.wasApplied(reservation)) {
            return;
        }
        RefundState refund = set.refund(command.refund());
        List<AccountId> accounts = chain(command, set, new ArrayList<>());
        Set<AccountId> overflows = new HashSet<>();
        Set<AccountId> all = new LinkedHashSet<>(accounts);
        UnitOfWork work = set.open(accounts, reservation, refund, set.facts(to -> {
            List<AccountId> overflow = overflow(to, set);
            overflows.add(to);
            all.addAll(overflow);
            return set.working(overflow);
        }));
        definitions.lead().look(work, now);
        try {
            A answer = command.decide(work, now);
            AccountId account = command.account();
            if (account != null && command.overflows()) {
                definitions.overflowed(account, overflows);
            }
            set.keep(work, List.copyOf(all));
            pending.decided(answer, work, List.copyOf(all));
        } catch (LockedElsewhere overflow) {
            leave(pending);
        } catch (WorkingSet.FailedQuery query) {
            throw query.failure();
        } catch (ArithmeticException | IllegalArgumentException refusedByRule) {
            // It alone: nothing of it is kept, and its neighbours do not notice.
            pending.refused(refusedByRule);
        } finally {
            work.close();
        }
    }

    /** Returns the chain that a request overflows to. It was not known to be needed, so it may not be locked yet. */
    private List<AccountId> overflow(AccountId to, WorkingSet set) throws SQLException {
        List<AccountId> missing = new ArrayList<>();
        List<AccountId> chain = set.chain(to, missing);
        if (locked.contains(to) || isLocked(missing)) {
            throw new LockedElsewhere();
        }
        boolean isThere = set.entry(to) != null;
        if (!isThere && !foundMissing.contains(to)) {
            missing.add(to);
        }
        requireNone(missing);
        return isThere ? chain : List.of();
    }

    /** An account that a command overflows to is locked: it has to wait for that too. */
    private static final class LockedElsewhere extends RuntimeException {

        private static final long serialVersionUID = 1L;

        LockedElsewhere() {
            super("account is locked elsewhere", null, false, false);
        }
    }

    private void requireNone(List<AccountId> missing) throws SQLException {
        if (!missing.isEmpty()) {
            foundMissing.addAll(missing);
            throw Session.cameBetween("accounts " + missing + " have to be locked too");
        }
    }
}
