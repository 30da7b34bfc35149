package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/** Threads that start at once; the race is over when all are, and fails if one of them failed or never came back. */
final class Race {

    /** Longer than any wait of a test takes on the busiest machine: a thread that is not back by then hangs. */
    static final Duration PATIENCE = Duration.ofMinutes(10);

    /** What each thread does. */
    interface Runner {
        void run(int thread) throws Exception;
    }

    private Race() {}

    static void of(int threads, Runner runner) throws InterruptedException {
        CountDownLatch start = new CountDownLatch(1);
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int number = i;
            Thread thread = new Thread(
                    () -> {
                        try {
                            start.await();
                            runner.run(number);
                        } catch (Throwable failure) {
                            failures.add(failure);
                        }
                    },
                    "race-" + i);
            thread.setDaemon(true);
            thread.start();
            running.add(thread);
        }
        start.countDown();
        for (Thread thread : running) {
            thread.join(PATIENCE.toMillis());
            assertThat(thread.isAlive())
                    .as("%s is still at %s", thread, List.of(thread.getStackTrace()))
                    .isFalse();
        }
        assertThat(failures).isEmpty();
    }
}
