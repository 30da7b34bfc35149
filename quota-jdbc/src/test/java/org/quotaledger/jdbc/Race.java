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

/** Actions that start at the same moment, each on a thread of its own. */
final class Race {

    private Race() {}

    /** Runs one action on so many threads, and returns what each came to. */
    static <T> List<T> all(int threads, Callable<T> action) throws Exception {
        return all(Collections.nCopies(threads, action));
    }

    /** Runs these actions, each for a minute at most, and returns what each came to. */
    static <T> List<T> all(List<Callable<T>> actions) throws Exception {
        return all(actions, Duration.ofMinutes(1));
    }

    /** Runs these actions, each for so long at most, and returns what each came to. */
    static <T> List<T> all(List<Callable<T>> actions, Duration most) throws Exception {
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
                results.add(future.get(most.toMillis(), TimeUnit.MILLISECONDS));
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
