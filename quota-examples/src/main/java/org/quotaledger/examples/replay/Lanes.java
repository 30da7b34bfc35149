package org.quotaledger.examples.replay;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Replays requests on several nodes at once, each key on one of them. Keys share no limit, and each has its requests in the
 * order of time, so the answers are the same on any number of nodes.
 */
final class Lanes {

    private final SharedStore store;
    private final Dealing dealing;
    private final Charges charges;
    private final Arguments arguments;
    private final Progress progress;

    Lanes(SharedStore store, Dealing dealing, Charges charges, Arguments arguments, Progress progress) {
        this.store = store;
        this.dealing = dealing;
        this.charges = charges;
        this.arguments = arguments;
        this.progress = progress;
    }

    /**
     * Replays requests.
     *
     * @param rows in the order of time
     */
    Tally replay(List<TraceRow> rows) {
        int lanes = Math.min(arguments.load().threads(), dealing.keys());
        ExecutorService threads = Executors.newFixedThreadPool(lanes);
        try {
            CompletionService<Tally> running = new ExecutorCompletionService<>(threads);
            for (int i = 0; i < lanes; i++) {
                int lane = i;
                running.submit(() -> lane(rows.stream()
                        .filter(row -> dealing.keyOf(row) % lanes == lane)
                        .toList()));
            }
            Tally all = new Tally(arguments.output().window());
            for (int i = 0; i < lanes; i++) {
                all.addAll(running.take().get());
            }
            return all;
        } catch (ExecutionException failed) {
            throw unchecked(failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while replaying", interrupted);
        } finally {
            stop(threads);
        }
    }

    private Tally lane(List<TraceRow> rows) throws InterruptedException {
        Tally tally = new Tally(arguments.output().window());
        if (rows.isEmpty()) {
            return tally;
        }
        Instant start = rows.get(0).at();
        return new Lane(store.open(start), dealing, charges, arguments.load().serviceTime(), tally, progress)
                .replay(rows);
    }

    /** Returns when no thread uses the store any more. */
    private static void stop(ExecutorService threads) {
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
                throw new IllegalStateException("replay does not stop");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static RuntimeException unchecked(@Nullable Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(cause);
    }
}
