package org.quotaledger.jdbc;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.AccountHolds;
import org.quotaledger.accounting.Command;
import org.quotaledger.accounting.Facts;
import org.quotaledger.spi.QuotaStoreException;
import org.quotaledger.spi.QuotaStoreException.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the commands that wait in one queue, by one thread: all that wait at the same time share a transaction, and none
 * ever waits for company. A thread that hangs is replaced by another. Thread-safe.
 */
final class Lane implements Watch.Watched {

    private static final Logger LOG = LoggerFactory.getLogger(JdbcQuotaStore.class);

    private static final long SOON = TimeUnit.MILLISECONDS.toNanos(10);

    private static final long END_LOOKS_MILLIS = 50;

    /** Wakes a lane that waits for commands when it is closed; never decided. */
    private final Pending<?> wake =
            new Pending<>(new Command.Inspect(AccountId.of("closed")), null, Duration.ofDays(365));

    private final String name;
    private final Tx tx;
    private final Connections connections;
    private final StoreThreads threads;
    private final Watch watch;
    private final DefinitionCache definitions;
    private final @Nullable Routes routes;
    private final @Nullable Clock clock;
    private final Settings settings;
    private final BlockingQueue<Pending<?>> queue;
    private final SetAside aside = new SetAside();
    private final DatabaseTime time;

    private volatile Carrier carrier;
    private volatile boolean closed;

    /**
     * How a lane works.
     *
     * @param batchSize how many commands share a transaction at most
     * @param capacity how many commands wait at most
     */
    record Settings(int batchSize, int capacity) {}

    /** The parts that all lanes of a store share. */
    record Shared(
            Tx tx,
            Connections connections,
            StoreThreads threads,
            Watch watch,
            DefinitionCache definitions,
            DatabaseTime time) {}

    /**
     * @param routes who finds this lane, or {@code null} where nothing is remembered
     * @param clock the clock that decides, or {@code null} for the database's
     */
    Lane(String name, Shared shared, @Nullable Routes routes, @Nullable Clock clock, Settings settings) {
        this.name = name;
        this.tx = shared.tx();
        this.connections = shared.connections();
        this.threads = shared.threads();
        this.watch = shared.watch();
        this.definitions = shared.definitions();
        this.time = shared.time();
        this.routes = routes;
        this.clock = clock;
        this.settings = settings;
        queue = new ArrayBlockingQueue<>(settings.capacity());
        carrier = new Carrier();
    }

    void start() {
        connections.whenDown(this::withdrawAll);
        watch.add(this);
        carrier.start();
    }

    /** Takes a command, or fails it at once if too many wait already, or the database is known to be down. */
    void submit(Pending<?> pending) {
        try {
            connections.requireUp();
        } catch (QuotaStoreException down) {
            pending.fail(down);
            return;
        }
        if (queue.size() + aside.size() >= settings.capacity() || !queue.offer(pending)) {
            pending.fail(QuotaStoreException.notApplied(
                    settings.capacity() + " commands wait for the database already, which is as many as may", null));
            return;
        }
        if (closed && queue.remove(pending)) {
            pending.fail(closedBefore());
        }
        watch.expect(pending.until());
    }

    private static QuotaStoreException notCarried() {
        return QuotaStoreException.notApplied("thread that carried it hangs, and is replaced", null);
    }

    private static QuotaStoreException closedBefore() {
        return QuotaStoreException.notApplied("store was closed before the command was decided", null);
    }

    /** Fails everything that is not being written, now that the database is known to be down. */
    private void withdrawAll(QuotaStoreException down) {
        List<Pending<?>> waiting = new ArrayList<>();
        queue.drainTo(waiting);
        if (waiting.remove(wake)) {
            wakeUp();
        }
        waiting.forEach(pending -> pending.withdraw(down));
        carrier.carried.forEach(pending -> pending.withdraw(down));
        aside.withdrawAll(down);
    }

    /** Answers commands that have waited for too long, and replaces the thread if it hangs. */
    @Override
    public long look(long now) {
        Carrier carrying = carrier;
        long next = carrying.look(now);
        next = earliest(next, expire(queue, now));
        next = earliest(next, expire(carrying.carried, now));
        Long ofAside = aside.expire(now);
        return ofAside == null ? next : earliest(next, ofAside);
    }

    private static long earliest(long one, long other) {
        return one - other < 0 ? one : other;
    }

    private static long expire(Collection<Pending<?>> waiting, long now) {
        long next = now + Watch.IDLE;
        boolean answered = false;
        for (Pending<?> pending : waiting) {
            boolean over = pending.expire(now);
            answered |= over;
            next = earliest(next, !over ? pending.until() : pending.isAnswered() ? next : now + SOON);
        }
        if (answered && waiting instanceof BlockingQueue) {
            waiting.removeIf(Pending::isAnswered);
        }
        return next;
    }

    /** Has another thread go on, since this one hangs: nobody else looks after the commands that it carried. */
    private void replace(Carrier hangs) {
        LOG.warn("{} hangs, and is replaced", hangs.thread.getName());
        Carrier next = new Carrier();
        carrier = next;
        giveUp(hangs.carried, notCarried(), "thread that carried it hangs while it is written");
        aside.givenUp();
        // Also when the lane is closed: then it answers the commands that wait, and ends.
        next.start();
    }

    /** Answers commands that no thread of this lane will answer. */
    private static void giveUp(List<Pending<?>> left, QuotaStoreException notApplied, String whyUnknown) {
        left.forEach(pending -> pending.withdraw(notApplied));
        left.forEach(pending -> pending.fail(QuotaStoreException.outcomeUnknown(whyUnknown, null)));
    }

    /** Lets the transaction under way end, and fails what waits. */
    void close() {
        closed = true;
        wakeUp();
    }

    private void wakeUp() {
        // If the queue is full, the lane is awake.
        boolean offered = queue.offer(wake);
        LOG.debug("{} is closed, and {} to be woken", name, offered ? "was asked" : "had not");
    }

    /**
     * Waits for the lane's end, unless it is the lane that asks.
     *
     * @param until the {@link System#nanoTime} until which it waits
     */
    void awaitEnd(long until) {
        if (Thread.currentThread() == carrier.thread) {
            return;
        }
        try {
            // In short parts: the thread that is waited for may be replaced.
            while (carrier.thread.isAlive() && until - System.nanoTime() > 0) {
                carrier.thread.join(END_LOOKS_MILLIS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        if (carrier.thread.isAlive()) {
            LOG.warn("{} still waits for the database after the store was closed", name);
            leave();
        }
    }

    /** Answers all that the thread would have answered. */
    private void leave() {
        List<Pending<?>> left = new ArrayList<>(carrier.carried);
        queue.drainTo(left);
        left.addAll(aside.takeAll());
        giveUp(left, closedBefore(), "store was closed while it was written");
    }

    /** The thread that carries commands, and what only it may know. */
    private final class Carrier {

        private final Thread thread;

        /** The accounts as they were written or loaded last, or {@code null} where nothing can be decided on them. */
        private final @Nullable KeptStates kept;

        /** The commands under way, for others to see. */
        private volatile List<Pending<?>> carried = List.of();

        private volatile @Nullable TimedWork work;

        /** Becomes true only while there is work that hangs, under the lock under which the work changes. */
        private volatile boolean isReplaced;

        /** Sees to it that nothing is committed of which a command was given up. */
        private TimedWork.Commit commit = () -> {};

        Carrier() {
            kept = routes == null ? null : new KeptStates(Lane.this, routes);
            thread = new Thread(this::carry, name);
            thread.setDaemon(true);
        }

        void start() {
            thread.start();
        }

        long look(long now) {
            TimedWork under = work;
            if (under == null) {
                return now + Watch.IDLE;
            }
            if (connections.waitsTooLong(under, now) || under.outlivesAbort(now)) {
                if (leaves(under)) {
                    replace(this);
                }
                return now + Watch.IDLE;
            }
            if (under.abortIfOver(now, threads)) {
                connections.lost();
            }
            return under.nextLook(now, connections.longestWait());
        }

        /** Notes that another thread goes on; {@code false} if this one has come back from that work, and goes on itself. */
        private synchronized boolean leaves(TimedWork hangs) {
            if (work != hangs) {
                return false;
            }
            hangs.abandon();
            isReplaced = true;
            return true;
        }

        /** Has work looked after. Of a thread that is replaced it is given up from the start: it gets no connection. */
        private synchronized void takesOn(TimedWork begun) {
            if (isReplaced) {
                begun.abandon();
            }
            work = begun;
        }

        private synchronized void comesBack() {
            work = null;
            carried = List.of();
        }

        private boolean goesOn() {
            return !closed && !isReplaced;
        }

        private void carry() {
            List<Pending<?>> batch = new ArrayList<>(settings.batchSize());
            while (goesOn()) {
                try {
                    Pending<?> first = next();
                    if (first != null) {
                        batch.add(first);
                    }
                    queue.drainTo(batch, settings.batchSize() - batch.size());
                    batch.remove(wake);
                    run(batch);
                    batch.clear();
                    tryAgain();
                } catch (InterruptedException nobodyDoesThat) {
                    LOG.warn("lane was interrupted, and goes on", nobodyDoesThat);
                } catch (Throwable bug) {
                    LOG.error("lane failed, and goes on", bug);
                    batch.forEach(pending -> pending.fail(bug));
                    batch.clear();
                    carried.forEach(pending -> pending.fail(bug));
                } finally {
                    comesBack();
                }
            }
            if (isReplaced) {
                if (kept != null) {
                    kept.forgetAll();
                }
                return;
            }
            queue.drainTo(batch);
            batch.addAll(aside.takeAll());
            batch.forEach(pending -> pending.fail(closedBefore()));
        }

        private @Nullable Pending<?> next() throws InterruptedException {
            Pending<?> next = queue.poll();
            if (next != null) {
                return next;
            }
            return aside.isEmpty()
                    ? queue.take()
                    : queue.poll(Math.max(0, aside.untilDue(System.nanoTime())), TimeUnit.NANOSECONDS);
        }

        /** Lets others see the commands under way; the time of the work is over when that of each command is. */
        private TimedWork begins(List<Pending<?>> batch) {
            long first = batch.get(0).until();
            long last = first;
            for (Pending<?> pending : batch) {
                first = earliest(first, pending.until());
                last = pending.until() - last > 0 ? pending.until() : last;
            }
            TimedWork begun = TimedWork.until(last, () -> commit.begins());
            carried = List.copyOf(batch);
            takesOn(begun);
            // The watch may have looked while they were neither in the queue nor here.
            watch.expect(earliest(first, System.nanoTime() + connections.longestWait()));
            return begun;
        }

        private void run(List<Pending<?>> batch) {
            batch.removeIf(pending -> pending.isAnswered() || isSetAside(pending));
            if (batch.isEmpty()) {
                return;
            }
            TimedWork timed = begins(batch);
            KeptStates states = kept;
            List<Pending<?>> left = batch;
            RowLocks locks = aside.isEmpty() ? RowLocks.inLine(tx.dialect()) : RowLocks.FREE_ACCOUNTS;
            if (states != null) {
                try {
                    Guarded guarded = runGuarded(batch, states, timed);
                    left = guarded.left();
                    locks = guarded.lockedOut() ? RowLocks.FREE_ACCOUNTS : locks;
                } catch (NotConnectedException failure) {
                    fail(batch, Tx.failed(failure));
                    return;
                }
            }
            runLocked(left, locks, timed);
        }

        /** Sets a command aside if it is about an account, or an id, of those that are. */
        private boolean isSetAside(Pending<?> pending) {
            boolean taken = !aside.isEmpty() && aside.takes(pending, about(pending));
            if (taken) {
                watch.expect(pending.until());
            }
            return taken;
        }

        private void fail(List<Pending<?>> batch, RuntimeException failure) {
            batch.forEach(pending -> pending.fail(failure));
        }

        /** Returns the accounts that a command is about, as far as they are known without asking the database. */
        private List<AccountId> about(Pending<?> pending) {
            Command<?> command = pending.command();
            List<AccountId> about = new ArrayList<>(command.knownChain());
            KeptStates states = kept;
            KeptReservation known =
                    states == null || command.reservation() == null ? null : states.reservation(command.reservation());
            if (known != null) {
                about.addAll(known.state().chain());
            }
            about.addAll(definitions.lastChain(command.account()));
            return about;
        }

        /** Tries the commands that were set aside again, if that is due. */
        private void tryAgain() {
            if (!goesOn() || aside.isEmpty() || aside.untilDue(System.nanoTime()) > 0) {
                return;
            }
            List<Pending<?>> again = aside.takeAll();
            int before = again.size();
            TimedWork timed = begins(again);
            try {
                runAgain(again, timed);
            } finally {
                aside.tried(aside.waiting() < before);
            }
        }

        private void runAgain(List<Pending<?>> again, TimedWork timed) {
            for (int from = 0; from < again.size(); from += settings.batchSize()) {
                List<Pending<?>> part =
                        new ArrayList<>(again.subList(from, Math.min(again.size(), from + settings.batchSize())));
                runLocked(part, RowLocks.FREE_ACCOUNTS, timed);
            }
            if (tx.dialect().waitsInLine() && !aside.isEmpty()) {
                // Else those of other nodes that wait in line would always come first.
                List<Pending<?>> first = aside.takeFirst();
                runLocked(first, RowLocks.BRIEFLY_IN_LINE, timed);
            }
        }

        /**
         * The outcome of commands that were decided on remembered accounts.
         *
         * @param left those that are to be decided under locks
         * @param lockedOut whether a row was locked by another transaction
         */
        private record Guarded(List<Pending<?>> left, boolean lockedOut) {}

        /**
         * Decides on remembered accounts, and returns the commands that are left to be decided under locks. Where another
         * node has changed an account, those concerned are read anew, and once more decided on.
         */
        private Guarded runGuarded(List<Pending<?>> batch, KeptStates states, TimedWork timed)
                throws NotConnectedException {
            load(states.unknown(batch), states, timed);
            for (boolean again = false; ; again = true) {
                Instant now = clock != null ? clock.instant() : time.now();
                if (now == null) {
                    return new Guarded(batch, false);
                }
                List<Pending<?>> left = new ArrayList<>(0);
                GuardedBatch guarded = decide(batch, states, now, left);
                if (lookUp(guarded.lacking(), states, timed)) {
                    left.clear();
                    guarded = decide(batch, states, now, left);
                }
                if (guarded.isEmpty()) {
                    return new Guarded(batch, false);
                }
                Written written = write(guarded, states, timed);
                if (written == Written.YES) {
                    guarded.keep();
                    guarded.decided().forEach(Pending::complete);
                    return new Guarded(left, false);
                }
                if (again || written != Written.LOST_GUARD || !reload(guarded, states, timed)) {
                    guarded.forget();
                    return new Guarded(batch, written == Written.LOCKED_OUT);
                }
            }
        }

        /** @param left takes those that were not decided */
        private GuardedBatch decide(List<Pending<?>> batch, KeptStates states, Instant now, List<Pending<?>> left) {
            GuardedBatch guarded = new GuardedBatch(states, now, clock == null, definitions.lead());
            for (Pending<?> pending : batch) {
                if (!guarded.decide(pending)) {
                    left.add(pending);
                }
            }
            return guarded;
        }

        /**
         * Looks up holds that decisions need, in one round trip without a lock; {@code true} if some were found that were
         * asked for. The guard finds out whether they have changed under the stamps of their accounts.
         */
        private boolean lookUp(List<Facts.HoldsOf> asked, KeptStates states, TimedWork timed)
                throws NotConnectedException {
            if (asked.isEmpty()) {
                return false;
            }
            try {
                List<AccountHolds> found =
                        tx.atOnce(session -> HoldLookUp.together(session, asked, states::holds), timed);
                for (int i = 0; i < asked.size(); i++) {
                    states.keep(asked.get(i).account(), found.get(i));
                }
                return true;
            } catch (NotConnectedException failure) {
                throw failure;
            } catch (SQLException | QuotaStoreException | ArithmeticException failure) {
                LOG.debug("holds of {} accounts were not looked up", asked.size(), failure);
                return false;
            }
        }

        private Written write(GuardedBatch guarded, KeptStates states, TimedWork timed) throws NotConnectedException {
            int size = guarded.decided().size();
            try {
                GuardedWrite.Outcome outcome = tx.atOnce(session -> sendAndWrite(guarded, session), timed);
                time.tell(outcome.at());
                if (outcome.written()) {
                    return Written.YES;
                }
                LOG.debug("{} commands were decided on what is no longer so", size);
            } catch (NotConnectedException failure) {
                throw failure;
            } catch (SQLException failure) {
                // The same id taken by somebody else, a deadlock, a row that is locked: under locks it will show.
                if (SqlFailure.of(failure) == SqlFailure.OTHER) {
                    LOG.warn("{} commands were not written, and are tried under locks", size, failure);
                } else {
                    LOG.debug("{} commands were not written", size, failure);
                }
                guarded.decided().forEach(Pending::notWritten);
                return SqlFailure.isLockTimeout(failure) ? Written.LOCKED_OUT : Written.NO;
            } catch (QuotaStoreException unknown) {
                LOG.debug("{} commands may have been written", size, unknown);
                guarded.decided().forEach(Pending::perhapsApplied);
                // Who answers now may not be who answered before.
                states.forgetAll();
                return Written.NO;
            }
            guarded.decided().forEach(Pending::notWritten);
            return guarded.isLost() ? Written.LOST_GUARD : Written.NO;
        }

        /** Until there is a connection, nothing was sent. */
        private GuardedWrite.Outcome sendAndWrite(GuardedBatch guarded, Session session) throws SQLException {
            for (Pending<?> pending : guarded.decided()) {
                if (!pending.send()) {
                    throw Session.cameBetween("a command was given up before it was written");
                }
            }
            return guarded.write(session);
        }

        /** Reads accounts that are not remembered. If that fails, they are read under locks. */
        private void load(Collection<AccountId> unknown, KeptStates states, TimedWork timed)
                throws NotConnectedException {
            if (!unknown.isEmpty()) {
                learn(unknown, null, states, timed);
            }
        }

        /** Reads accounts again that another node has changed since they were decided on. */
        private boolean reload(GuardedBatch lost, KeptStates states, TimedWork timed) throws NotConnectedException {
            return learn(lost.accounts(), lost.stamp(), states, timed);
        }

        private boolean learn(
                Collection<AccountId> accounts, @Nullable Long lostStamp, KeptStates states, TimedWork timed)
                throws NotConnectedException {
            try {
                tx.atOnce(session -> ChainLoad.of(session, accounts, clock), timed)
                        .learn(states, lostStamp, definitions, time);
                return true;
            } catch (NotConnectedException failure) {
                throw failure;
            } catch (SQLException | QuotaStoreException | IllegalArgumentException failure) {
                LOG.debug("{} accounts were not read", accounts.size(), failure);
                return false;
            }
        }

        /** Decides under locks, and sets aside what cannot have them. */
        private void runLocked(List<Pending<?>> batch, RowLocks locks, TimedWork timed) {
            batch.removeIf(pending -> pending.isAnswered() || isSetAside(pending));
            if (isReplaced) {
                fail(batch, notCarried());
                return;
            }
            if (batch.isEmpty()) {
                return;
            }
            Batch decides = new Batch(batch, definitions, clock, locks);
            commit = decides::commitBegins;
            try {
                tx.write(session -> run(decides, session, locks), timed);
            } catch (LockedOutException lockedOut) {
                lockedOut(batch, locks, timed, lockedOut);
                return;
            } catch (QuotaStoreException failure) {
                failed(batch, timed, failure);
                return;
            } catch (RuntimeException bug) {
                if (batch.size() == 1) {
                    batch.get(0).fail(bug);
                } else {
                    runHalves(batch, timed, bug);
                }
                return;
            }
            if (kept != null) {
                decides.learn(kept, time);
            }
            decides.complete();
            decides.left().forEach(pending -> aside.add(pending, waitedFor(pending, decides.locked())));
        }

        /** Returns those of some locked accounts that a command is about; all where another one holds it up. */
        private Collection<AccountId> waitedFor(Pending<?> pending, Set<AccountId> locked) {
            Set<AccountId> own = new HashSet<>(locked);
            own.retainAll(about(pending));
            return own.isEmpty() ? locked : own;
        }

        /** A lock that is not had in time ends the attempt: to wait again would hold up the others. */
        private Batch run(Batch decides, Session session, RowLocks locks) throws SQLException {
            try {
                tx.dialect().waitingShortly(session, locks.millis(), decides::run);
            } catch (SQLException failure) {
                if (SqlFailure.isLockTimeout(failure)) {
                    throw new LockedOutException(failure);
                }
                throw failure;
            }
            return decides;
        }

        private void lockedOut(List<Pending<?>> batch, RowLocks locks, TimedWork timed, LockedOutException failure) {
            batch.forEach(Pending::notWritten);
            if (!locks.equals(RowLocks.inLine(tx.dialect())) && areOfOneAccount(batch)) {
                batch.forEach(pending -> aside.add(pending, nearest(pending)));
            } else if (locks.equals(RowLocks.FREE_ACCOUNTS)) {
                runHalves(batch, timed, failure);
            } else {
                runLocked(batch, RowLocks.FREE_ACCOUNTS, timed);
            }
        }

        private boolean areOfOneAccount(List<Pending<?>> batch) {
            List<AccountId> first = nearest(batch.get(0));
            return batch.size() == 1
                    || (!first.isEmpty()
                            && batch.stream()
                                    .allMatch(pending -> nearest(pending).equals(first)));
        }

        private void failed(List<Pending<?>> batch, TimedWork timed, QuotaStoreException failure) {
            if (batch.size() == 1 || failure.outcome() == Outcome.UNKNOWN || SqlFailure.endsSession(failure)) {
                fail(batch, failure);
                return;
            }
            batch.forEach(Pending::notWritten);
            runHalves(batch, timed, failure);
        }

        /** Returns the account that a command charges itself, and none of the parents that it shares with others. */
        private List<AccountId> nearest(Pending<?> pending) {
            List<AccountId> about = about(pending);
            return about.isEmpty() ? about : about.subList(0, 1);
        }

        /** One of them made the transaction fail: it is looked for by halves, which wait for hardly any lock. */
        private void runHalves(List<Pending<?>> batch, TimedWork timed, RuntimeException failure) {
            LOG.debug("{} commands failed together, and are run by halves", batch.size(), failure);
            int half = batch.size() / 2;
            runLocked(new ArrayList<>(batch.subList(0, half)), RowLocks.FREE_ACCOUNTS, timed);
            runLocked(new ArrayList<>(batch.subList(half, batch.size())), RowLocks.FREE_ACCOUNTS, timed);
        }
    }

    /** A row was locked by another transaction, and not free in time. */
    private static final class LockedOutException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        LockedOutException(SQLException cause) {
            super(cause);
        }
    }

    /** Whether commands that were decided on remembered accounts were written. */
    private enum Written {
        YES,
        NO,
        /** Something was not as it was remembered. */
        LOST_GUARD,
        /** Another transaction has locked a row. */
        LOCKED_OUT
    }
}
