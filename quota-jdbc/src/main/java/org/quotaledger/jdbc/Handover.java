package org.quotaledger.jdbc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Rows on their way from a thread of the store, which reads them, to the caller's, which uses them. At most two pages are in
 * memory, and the reader waits for the caller. For one thread on each side.
 */
final class Handover<R> {

    private static final int PAGE = 500;

    /** Thrown where rows are given that nobody takes any more. */
    static final class StoppedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        StoppedException() {
            super("nobody takes the rows any more");
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Confined to the thread that reads. */
    private List<R> page = new ArrayList<>(PAGE);

    /** The page that waits to be taken, or {@code null}; guarded by the lock, as all below. */
    private @Nullable List<R> given;

    private boolean ended;
    private boolean stopped;
    private @Nullable Throwable failure;

    /** Gives a row, and waits while the caller has enough of them. */
    void give(R row) {
        page.add(row);
        if (page.size() == PAGE) {
            givePage();
        }
    }

    private void givePage() {
        lock.lock();
        try {
            while (given != null && !stopped) {
                changed.awaitUninterruptibly();
            }
            if (stopped) {
                throw new StoppedException();
            }
            given = page;
            page = new ArrayList<>(PAGE);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends it, when the transaction has ended.
     *
     * @param thrown its failure, or {@code null}
     */
    void end(@Nullable Throwable thrown) {
        Throwable why = thrown;
        if (why == null && !page.isEmpty()) {
            try {
                givePage();
            } catch (StoppedException nobodyTakesThem) {
                why = nobodyTakesThem;
            }
        }
        ended(why);
    }

    /** Ends it in the place of the thread that reads, before that has given a row. */
    void fail(Throwable thrown) {
        ended(thrown);
    }

    private void ended(@Nullable Throwable why) {
        lock.lock();
        try {
            ended = true;
            failure = why;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes all rows.
     *
     * @param timeout for how long it waits for more of them
     * @throws ExecutionException if the thread that reads has failed
     */
    void takeAll(Consumer<R> rows, Duration timeout) throws InterruptedException, TimeoutException, ExecutionException {
        for (List<R> next = take(timeout); next != null; next = take(timeout)) {
            next.forEach(rows);
        }
    }

    private @Nullable List<R> take(Duration timeout) throws InterruptedException, TimeoutException, ExecutionException {
        lock.lockInterruptibly();
        try {
            long left = timeout.toNanos();
            while (given == null && !ended) {
                if (left <= 0) {
                    throw new TimeoutException();
                }
                left = changed.awaitNanos(left);
            }
            List<R> taken = given;
            if (taken == null && failure != null) {
                throw new ExecutionException(failure);
            }
            given = null;
            changed.signalAll();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more rows, and waits for a moment until the thread that reads has given its connection back. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
            changed.signalAll();
            long left = TimeUnit.SECONDS.toNanos(1);
            while (!ended && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
