package org.quotaledger.jdbc;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.AccountHolds;
import org.quotaledger.accounting.Command;
import org.quotaledger.accounting.Step;
import org.quotaledger.spi.QuotaStoreException;
import org.quotaledger.spi.QuotaStoreException.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the commands that wait in one queue, by one thread: all that wait at the same time share a transaction, and
 * none ever waits for company. Thread-safe.
 */
final class Lane {

    private static final Logger LOG = LoggerFactory.getLogger(JdbcQuotaStore.class);

    /** Wakes a lane that waits for commands when it is closed; never decided. */
    private final Pending<?> wake = new Pending<>(new Command.Inspect(AccountId.of("closed")), null);

    private final Tx tx;
    private final DefinitionCache definitions;
    private final @Nullable Clock clock;
    private final int batchSize;
    private final int capacity;
    private final BlockingQueue<Pending<?>> queue;
    private final Thread thread;

    /** Held by whoever carries commands: the lane's thread, or a caller who has found nothing to wait for. */
    private final ReentrantLock carrying = new ReentrantLock();

    /** What was written or loaded last, or {@code null} where nothing can be decided on it. */
    private final @Nullable KeptStates kept;

    private final DatabaseTime time;

    private volatile boolean closed;

    /**
     * @param routes who finds this lane, or {@code null} where nothing is remembered
     * @param clock the clock that decides, or {@code null} for the database's
     */
    Lane(
            String name,
            Tx tx,
            DefinitionCache definitions,
            @Nullable Routes routes,
            DatabaseTime time,
            @Nullable Clock clock,
            int batchSize,
            int capacity) {
        this.tx = tx;
        this.definitions = definitions;
        this.kept = routes == null ? null : new KeptStates(this, routes);
        this.time = time;
        this.clock = clock;
        this.batchSize = batchSize;
        this.capacity = capacity;
        queue = new ArrayBlockingQueue<>(capacity);
        thread = new Thread(this::carry, name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Takes a command, or fails it at once if too many wait already. */
    void submit(Pending<?> pending) {
        if (!queue.offer(pending)) {
            pending.fail(QuotaStoreException.notApplied(
                    capacity + " commands wait for the database already, which is as many as may", null));
        } else if (closed && queue.remove(pending)) {
            pending.fail(closedBefore());
        }
    }

    /**
     * Takes a command whose caller waits. If nobody else is at it, the caller carries it: that is two changes of threads
     * less. It never carries what others have asked for, which an interrupt of its thread must not concern.
     */
    void carry(Pending<?> pending) {
        if (!queue.isEmpty() || closed || !carrying.tryLock()) {
            submit(pending);
            return;
        }
        try {
            run(List.of(pending));
        } catch (Throwable bug) {
            LOG.error("command failed", bug);
            pending.fail(bug);
        } finally {
            carrying.unlock();
        }
    }

    private static QuotaStoreException closedBefore() {
        return QuotaStoreException.notApplied("store was closed before the command was decided", null);
    }

    private void carry() {
        List<Pending<?>> batch = new ArrayList<>(batchSize);
        while (!closed) {
            try {
                batch.add(queue.take());
                carrying.lock();
                try {
                    while (!closed && !batch.isEmpty()) {
                        queue.drainTo(batch, batchSize - batch.size());
                        batch.remove(wake);
                        run(batch);
                        batch.clear();
                        queue.drainTo(batch, batchSize);
                    }
                } finally {
                    carrying.unlock();
                }
            } catch (InterruptedException nobodyDoesThat) {
                LOG.warn("lane was interrupted, and goes on", nobodyDoesThat);
            } catch (Throwable bug) {
                LOG.error("lane failed, and goes on", bug);
                batch.forEach(pending -> pending.fail(bug));
                batch.clear();
            }
        }
        queue.drainTo(batch);
        batch.forEach(pending -> pending.fail(closedBefore()));
    }

    private void run(List<Pending<?>> batch) {
        if (batch.isEmpty()) {
            return;
        }
        KeptStates states = kept;
        runLocked(states == null ? batch : runGuarded(batch, states));
    }

    /**
     * Decides on what is remembered, and returns what is left to be decided under locks. Where another node has changed an
     * account, what is remembered of those concerned is read anew, and once more decided on.
     */
    private List<Pending<?>> runGuarded(List<Pending<?>> batch, KeptStates states) {
        load(states.unknown(batch), states);
        for (boolean again = false; ; again = true) {
            Instant now = clock != null ? clock.instant() : time.now();
            if (now == null) {
                return batch;
            }
            List<Pending<?>> left = new ArrayList<>(0);
            GuardedBatch work = decide(batch, states, now, left);
            if (lookUp(work.lacking(), states)) {
                left.clear();
                work = decide(batch, states, now, left);
            }
            if (work.isEmpty()) {
                return batch;
            }
            if (isWritten(work, states)) {
                work.keep();
                work.decided().forEach(Pending::complete);
                return left;
            }
            if (again || !work.isLost() || !reload(work, states)) {
                work.forget();
                return batch;
            }
        }
    }

    /** @param left takes those that were not decided */
    private GuardedBatch decide(List<Pending<?>> batch, KeptStates states, Instant now, List<Pending<?>> left) {
        GuardedBatch work = new GuardedBatch(states, now, clock == null, definitions.lead());
        for (Pending<?> pending : batch) {
            if (!work.decide(pending)) {
                left.add(pending);
            }
        }
        return work;
    }

    /**
     * Looks up holds that decisions need, in one round trip without a lock; {@code false} if there was nothing to look up, or
     * it failed. They are what they were under the stamps of their accounts, or the guard finds that those are no longer so.
     */
    private boolean lookUp(List<Step.HoldsOf> asked, KeptStates states) {
        if (asked.isEmpty()) {
            return false;
        }
        try {
            List<AccountHolds> found = tx.atOnce(session -> HoldLookUp.together(session, asked));
            for (int i = 0; i < asked.size(); i++) {
                states.keep(asked.get(i).account(), found.get(i));
            }
            return true;
        } catch (SQLException | QuotaStoreException | ArithmeticException failure) {
            LOG.debug("holds of {} accounts were not looked up", asked.size(), failure);
            return false;
        }
    }

    private boolean isWritten(GuardedBatch work, KeptStates states) {
        int size = work.decided().size();
        try {
            GuardedWrite.Outcome outcome = tx.atOnce(work::write);
            time.tell(outcome.at());
            if (outcome.written()) {
                return true;
            }
            LOG.debug("{} commands were decided on what is no longer so", size);
        } catch (SQLException failure) {
            // The same id taken by somebody else, a deadlock, the connection not to be had: under locks it will show.
            if (SqlFailure.of(failure) == SqlFailure.OTHER) {
                LOG.warn("{} commands were not written, and are tried under locks", size, failure);
            } else {
                LOG.debug("{} commands were not written", size, failure);
            }
        } catch (QuotaStoreException unknown) {
            LOG.debug("{} commands may have been written", size, unknown);
            work.decided().forEach(Pending::perhapsApplied);
            // Who answers now may not be who answered before.
            states.forgetAll();
        }
        return false;
    }

    /** Reads what is not remembered. If that fails, it is read under locks. */
    private void load(Collection<AccountId> unknown, KeptStates states) {
        if (!unknown.isEmpty()) {
            learn(unknown, null, states);
        }
    }

    /** Reads again what was decided on and is no longer so. */
    private boolean reload(GuardedBatch lost, KeptStates states) {
        return learn(lost.accounts(), lost.stamp(), states);
    }

    private boolean learn(Collection<AccountId> accounts, @Nullable Long lostStamp, KeptStates states) {
        try {
            tx.atOnce(session -> ChainLoad.of(session, accounts, clock)).learn(states, lostStamp, definitions, time);
            return true;
        } catch (SQLException | QuotaStoreException | IllegalArgumentException failure) {
            LOG.debug("{} accounts were not read", accounts.size(), failure);
            return false;
        }
    }

    private void runLocked(List<Pending<?>> batch) {
        if (batch.isEmpty()) {
            return;
        }
        Batch work = new Batch(batch, definitions, clock);
        try {
            tx.write(session -> {
                work.run(session);
                return work;
            });
        } catch (QuotaStoreException failure) {
            if (batch.size() == 1 || failure.outcome() == Outcome.UNKNOWN || SqlFailure.isOfConnections(failure)) {
                batch.forEach(pending -> pending.fail(failure));
            } else {
                runSingly(batch, failure);
            }
            return;
        } catch (RuntimeException bug) {
            if (batch.size() == 1) {
                batch.get(0).fail(bug);
            } else {
                runSingly(batch, bug);
            }
            return;
        }
        if (kept != null) {
            work.learn(kept, time);
        }
        batch.forEach(Pending::complete);
    }

    /** One of them made the transaction fail: by itself it fails by itself. */
    private void runSingly(List<Pending<?>> batch, RuntimeException failure) {
        LOG.debug("{} commands failed together, and are run one by one", batch.size(), failure);
        batch.forEach(pending -> runLocked(List.of(pending)));
    }

    /** Lets the transaction under way end, and fails what waits. */
    void close() {
        closed = true;
        // Where there is no place for it, the lane is not waiting.
        boolean offered = queue.offer(wake);
        LOG.debug("{} is closed, and {} to be woken", thread.getName(), offered ? "was asked" : "had not");
    }

    /** Waits for the lane's end, unless it is the lane that asks. */
    void awaitEnd(long millis) {
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            thread.join(millis);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOG.warn("{} still waits for the database after the store was closed", thread.getName());
        }
    }
}
