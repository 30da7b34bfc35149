package org.quotaledger.jdbc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Actions that start at the same moment, each on a thread of its own; and waits that only a hang exceeds. */
final class Race {

    /** Longer than any wait of a test takes on the busiest machine. */
    static final Duration PATIENCE = Duration.ofMinutes(10);

    private Race() {}

    /** Runs one action on so many threads, and returns the result of each. */
    static <T> List<T> all(int threads, Callable<T> action) throws Exception {
        return all(Collections.nCopies(threads, action));
    }

    /** Runs these actions, and returns the result of each. */
    static <T> List<T> all(List<Callable<T>> actions) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(actions.size());
        try {
            CyclicBarrier start = new CyclicBarrier(actions.size());
            List<Future<T>> running = new ArrayList<>();
            for (Callable<T> action : actions) {
                running.add(threads.submit(() -> {
                    start.await();
                    return action.call();
                }));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : running) {
                results.add(resultOf(future));
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    /** Waits for the result. */
    static <T> T resultOf(Future<T> future) throws Exception {
        return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Waits for the end of a process. */
    static void awaitEnd(Process process) throws InterruptedException {
        if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("process did not end in " + PATIENCE + ": " + process.info());
        }
    }

    /** A condition that another thread, or a server, makes true. */
    interface Condition {
        boolean holds() throws Exception;
    }

    /** Waits until the condition holds. */
    static void until(Condition condition) throws Exception {
        long start = System.nanoTime();
        while (!condition.holds()) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new AssertionError("condition did not hold in " + PATIENCE);
            }
            Thread.yield();
        }
    }
}
