package org.quotaledger.jdbc;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The answer of work that blocks its thread. Confined to that thread. */
final class BlockingAnswer<T> implements ForkJoinPool.ManagedBlocker {

    private final Supplier<T> work;
    private final CompletableFuture<T> answer = new CompletableFuture<>();

    private BlockingAnswer(Supplier<T> work) {
        this.work = work;
    }

    /**
     * Runs work, and returns a stage that holds its result or its failure.
     *
     * @param executor runs it, and keeps other threads for the answers of the lanes; {@code null} for the calling thread
     */
    static <T> CompletionStage<T> of(Supplier<T> work, @Nullable Executor executor) {
        BlockingAnswer<T> blocking = new BlockingAnswer<>(work);
        if (executor == null) {
            blocking.block();
        } else {
            executor.execute(blocking::blockManaged);
        }
        return blocking.answer;
    }

    private void blockManaged() {
        try {
            ForkJoinPool.managedBlock(this);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            answer.completeExceptionally(stopped);
        }
    }

    @Override
    public boolean block() {
        try {
            answer.complete(work.get());
        } catch (RuntimeException | Error failure) {
            answer.completeExceptionally(failure);
        }
        return true;
    }

    @Override
    public boolean isReleasable() {
        return answer.isDone();
    }
}
