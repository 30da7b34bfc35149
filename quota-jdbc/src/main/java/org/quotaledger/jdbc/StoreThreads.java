package org.quotaledger.jdbc;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that wait for a database in the place of callers. An interrupt of a caller's thread must not reach a driver,
 * which may close a file that others use. And a caller has a time-out, but a driver need not have one. They are daemons, and
 * end when there is nothing to do. Thread-safe.
 */
final class StoreThreads implements Executor {

    /** So many calls beside those of lanes, and reports, wait for a database at the same time. */
    private static final int MOST_CALLS = 8;

    private final ExecutorService threads = Executors.newCachedThreadPool(named());

    /** Taken by a call; a call that is given up gives its place to another, though its thread may hang. */
    private final Semaphore calls = new Semaphore(MOST_CALLS, true);

    private static ThreadFactory named() {
        AtomicInteger number = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, "quota-store-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    Semaphore calls() {
        return calls;
    }

    @Override
    public void execute(Runnable work) {
        threads.execute(work);
    }

    /** Lets the work under way end. */
    void close() {
        threads.shutdown();
    }
}
