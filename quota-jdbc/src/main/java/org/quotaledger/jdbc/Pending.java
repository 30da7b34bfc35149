package org.quotaledger.jdbc;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Command;
import org.quotaledger.accounting.Step;
import org.quotaledger.spi.Applied;

/** A command that waits for its answer. The outcome is confined to the lane that carries the command. */
final class Pending<A> {

    private final Command<A> command;
    private final CompletableFuture<Applied<A>> answer = new CompletableFuture<>();

    private @Nullable Applied<A> applied;
    private @Nullable RuntimeException refusedByRule;

    Pending(Command<A> command) {
        this.command = command;
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

    /**
     * Answers what was noted. Whoever continues from the answer runs on another thread than this: one that asked the
     * store for something more and waited for it would wait for ever for this very thread.
     */
    void complete() {
        Applied<A> result = applied;
        if (result != null) {
            answer.completeAsync(() -> result);
        } else {
            fail(failure());
        }
    }

    /** Answers what was noted to the thread that calls this, which is the one that asked. */
    void completeHere() {
        Applied<A> result = applied;
        if (result != null) {
            answer.complete(result);
        } else {
            answer.completeExceptionally(failure());
        }
    }

    private RuntimeException failure() {
        RuntimeException refusal = refusedByRule;
        return refusal != null ? refusal : new IllegalStateException("command was not decided: " + command);
    }

    void fail(Throwable failure) {
        answer.defaultExecutor().execute(() -> answer.completeExceptionally(failure));
    }
}
