package org.quotaledger.jdbc;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Command;
import org.quotaledger.accounting.Step;
import org.quotaledger.spi.Applied;
import org.quotaledger.spi.QuotaStoreException;
import org.quotaledger.spi.QuotaStoreException.Outcome;

/** A command that waits for its answer. The outcome is confined to whoever carries the command. */
final class Pending<A> {

    private final Command<A> command;
    private final @Nullable Executor executor;
    private final CompletableFuture<Applied<A>> answer = new CompletableFuture<>();

    private @Nullable Applied<A> applied;
    private @Nullable RuntimeException refusedByRule;
    private boolean perhapsApplied;

    /**
     * @param executor runs what continues from the answer: one that asked the store for something more and waited for it
     *     would wait for ever for the very thread that carries commands. {@code null} if nothing continues from it, and a
     *     thread waits for it
     */
    Pending(Command<A> command, @Nullable Executor executor) {
        this.command = command;
        this.executor = executor;
    }

    Command<A> command() {
        return command;
    }

    CompletableFuture<Applied<A>> answer() {
        return answer;
    }

    /**
     * Notes what to answer once it is durable.
     *
     * @param accounts those that it was decided on
     */
    void decided(Step.Done<A> done, List<AccountId> accounts) {
        applied = new Applied<>(done.answer(), done.events(), accounts);
        refusedByRule = null;
    }

    /** Notes what the rule threw. */
    void refused(RuntimeException thrown) {
        applied = null;
        refusedByRule = thrown;
    }

    /** Notes that it may have been applied already: it is tried again by its id, and must not be said not to have been. */
    void perhapsApplied() {
        perhapsApplied = true;
    }

    /** Answers what was noted. */
    void complete() {
        Applied<A> result = applied;
        RuntimeException refusal = refusedByRule;
        if (result == null) {
            fail(refusal != null ? refusal : new IllegalStateException("command was not decided: " + command));
        } else if (executor == null) {
            answer.complete(result);
        } else {
            answer.completeAsync(() -> result, executor);
        }
    }

    void fail(Throwable thrown) {
        Throwable failure =
                perhapsApplied && thrown instanceof QuotaStoreException known && known.outcome() == Outcome.NOT_APPLIED
                        ? QuotaStoreException.outcomeUnknown(
                                "connection was lost, and then: " + known.getMessage(), known)
                        : thrown;
        if (executor == null) {
            answer.completeExceptionally(failure);
        } else {
            executor.execute(() -> answer.completeExceptionally(failure));
        }
    }
}
