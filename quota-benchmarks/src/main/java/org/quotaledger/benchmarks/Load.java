package org.quotaledger.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * Asks again and again, and tells how often it was answered. An operation counts, and its latency, if it ends in the
 * measured time; what runs while warming up and at the end is done all the same, and is verified with the rest.
 */
final class Load {

    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(1);

    private Load() {}

    /** What is asked, by threads that wait for the answer. */
    @FunctionalInterface
    interface Operation {
        void run() throws Exception;
    }

    /** What is asked, where no thread waits for the answer. */
    @FunctionalInterface
    interface AsyncOperation {
        CompletionStage<?> start();
    }

    /** When is measured. */
    private record Times(long measuredFrom, long measuredUntil) {

        static Times of(Plan plan) {
            long from = System.nanoTime() + plan.warmUp().toNanos();
            return new Times(from, from + plan.measured().toNanos());
        }

        boolean measures(long nanoTime) {
            return nanoTime - measuredFrom >= 0 && nanoTime - measuredUntil < 0;
        }

        boolean over(long nanoTime) {
            return nanoTime - measuredUntil >= 0;
        }

        Sample sample(long operations, Histogram nanos) {
            return Sample.perSecond(operations, Duration.ofNanos(measuredUntil - measuredFrom), nanos);
        }
    }

    /** Every thread asks anew as soon as it is answered, and every latency is recorded. */
    static Sample threads(int threads, Plan plan, Operation operation) throws Exception {
        return threads(threads, plan, 1, operation);
    }

    /**
     * Every thread asks anew as soon as it is answered.
     *
     * @param oneIn the latency of one operation in so many is recorded, where looking at the clock takes as long as the
     *     operation
     */
    static Sample threads(int threads, Plan plan, int oneIn, Operation operation) throws Exception {
        Times times = Times.of(plan);
        LongAdder operations = new LongAdder();
        Histogram all = new Histogram(LONGEST_NANOS, 3);
        AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(
                    () -> {
                        try {
                            Histogram own = repeat(times, oneIn, operation, operations, failed);
                            synchronized (all) {
                                all.add(own);
                            }
                        } catch (Throwable failure) {
                            failed.compareAndSet(null, failure);
                        }
                    },
                    "bench-" + i);
            thread.start();
            running.add(thread);
        }
        for (Thread thread : running) {
            thread.join();
        }
        throwIfFailed(failed.get());
        return times.sample(operations.sum(), all);
    }

    private static Histogram repeat(
            Times times,
            int oneIn,
            Operation operation,
            LongAdder operations,
            AtomicReference<@Nullable Throwable> failed)
            throws Exception {
        Histogram nanos = new Histogram(LONGEST_NANOS, 3);
        long counted = 0;
        long before = System.nanoTime();
        while (!times.over(before) && failed.get() == null) {
            for (int i = 1; i < oneIn; i++) {
                operation.run();
            }
            long last = oneIn == 1 ? before : System.nanoTime();
            operation.run();
            long after = System.nanoTime();
            if (times.measures(after)) {
                counted += oneIn;
                nanos.recordValue(Math.min(after - last, LONGEST_NANOS));
            }
            before = after;
        }
        operations.add(counted);
        return nanos;
    }

    /** So many operations are always under way, each followed by another when it is answered. */
    static Sample inFlight(int count, Plan plan, AsyncOperation operation) throws Exception {
        Chains chains = new Chains(Times.of(plan), count, operation);
        for (int i = 0; i < count; i++) {
            chains.next();
        }
        chains.ended.await();
        throwIfFailed(chains.failed.get());
        return chains.times.sample(chains.operations.sum(), chains.nanos.getIntervalHistogram());
    }

    /** Operations of which each starts another when it ends. */
    private static final class Chains {

        private final Times times;
        private final AsyncOperation operation;
        private final Recorder nanos = new Recorder(LONGEST_NANOS, 3);
        private final LongAdder operations = new LongAdder();
        private final AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
        private final CountDownLatch ended;

        Chains(Times times, int count, AsyncOperation operation) {
            this.times = times;
            this.operation = operation;
            this.ended = new CountDownLatch(count);
        }

        void next() {
            long before = System.nanoTime();
            if (times.over(before) || failed.get() != null) {
                ended.countDown();
                return;
            }
            try {
                operation.start().whenComplete((answer, failure) -> answered(before, failure));
            } catch (RuntimeException failure) {
                answered(before, failure);
            }
        }

        private void answered(long before, @Nullable Throwable failure) {
            if (failure != null) {
                failed.compareAndSet(null, failure);
                ended.countDown();
                return;
            }
            long after = System.nanoTime();
            if (times.measures(after)) {
                operations.increment();
                nanos.recordValue(Math.min(after - before, LONGEST_NANOS));
            }
            next();
        }
    }

    private static void throwIfFailed(@Nullable Throwable failure) throws Exception {
        if (failure instanceof Exception exception) {
            throw exception;
        }
        if (failure != null) {
            throw new IllegalStateException("a measured operation failed", failure);
        }
    }
}
