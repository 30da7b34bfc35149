package org.quotaledger.jdbc;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Command;
import org.quotaledger.accounting.UnitOfWork;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.spi.Applied;
import org.quotaledger.spi.QuotaStoreException;
import org.quotaledger.spi.QuotaStoreException.Outcome;

/**
 * A command that waits for its answer. It is answered once: by the thread that carries it, or when its time is over.
 * Thread-safe, but for the decision, which is confined to the thread that carries it.
 */
final class Pending<A> {

    /** How far it has come. */
    private enum Stage {
        /** Nothing of it was sent to be written: it can be withdrawn. */
        WAITING,
        /** It may be written. */
        SENT,
        ANSWERED
    }

    private final Command<A> command;
    private final @Nullable Executor executor;
    private final Duration timeout;
    private final long until;
    private final CompletableFuture<Applied<A>> answer = new CompletableFuture<>();
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WAITING);

    private @Nullable Applied<A> applied;
    private @Nullable ReservationState written;
    private boolean made;
    private boolean changesNothing = true;
    private @Nullable RuntimeException refusedByRule;
    private @Nullable Attempt<A> lostAttempt;

    private volatile boolean perhapsApplied;
    private volatile String waitsFor = "the database has not answered";

    /**
     * An attempt that may have been written, whose answer was lost.
     *
     * @param written the reservation as it wrote it, if it did
     * @param made whether the reservation is new
     */
    private record Attempt<A>(Applied<A> answer, ReservationState written, boolean made) {}

    /**
     * @param executor runs what continues from the answer: one that asked the store for something more and waited for it
     *     would wait for ever for the very thread that carries commands. {@code null} if nothing continues from it, and a
     *     thread waits for it
     * @param timeout for how long it may wait, from now on
     */
    Pending(Command<A> command, @Nullable Executor executor, Duration timeout) {
        this.command = command;
        this.executor = executor;
        this.timeout = timeout;
        this.until = System.nanoTime() + timeout.toNanos();
    }

    Command<A> command() {
        return command;
    }

    CompletableFuture<Applied<A>> answer() {
        return answer;
    }

    /** Returns the {@link System#nanoTime} until which it is to be answered. */
    long until() {
        return until;
    }

    boolean isAnswered() {
        return stage.get() == Stage.ANSWERED;
    }

    /** Notes that from now on it may be written; {@code false} if it is answered, and must not be. */
    boolean send() {
        return stage.compareAndSet(Stage.WAITING, Stage.SENT) || stage.get() == Stage.SENT;
    }

    /** Notes that nothing of it was written after all. */
    void notWritten() {
        stage.compareAndSet(Stage.SENT, Stage.WAITING);
    }

    /** Notes why it has no answer yet, for people. */
    void waitsFor(String what) {
        waitsFor = what;
    }

    /**
     * Notes what to answer once it is durable.
     *
     * @param accounts those that it was decided on
     */
    void decided(A decision, UnitOfWork done, List<AccountId> accounts) {
        applied = new Applied<>(decision, done.events(), accounts);
        written = done.reservation();
        made = done.known() == null;
        changesNothing = done.changesNothing();
        refusedByRule = null;
    }

    /** Notes what the rule threw. */
    void refused(RuntimeException thrown) {
        applied = null;
        written = null;
        changesNothing = true;
        refusedByRule = thrown;
    }

    /** Notes that it may have been applied: it is tried again by its id, and a failure from now on is unknown. */
    void perhapsApplied() {
        Applied<A> lost = applied;
        ReservationState state = written;
        if (!changesNothing) {
            perhapsApplied = true;
            lostAttempt = lost == null || state == null ? null : new Attempt<>(lost, state, made);
        }
        notWritten();
    }

    /**
     * Takes the answer of a lost attempt of its own, if that attempt has written the reservation: no other has the
     * microsecond of both its reserve and its end.
     */
    boolean wasApplied(@Nullable ReservationState found) {
        Attempt<A> lost = lostAttempt;
        if (lost == null
                || found == null
                || !found.reservedAt().equals(lost.written().reservedAt())
                || !isFurther(found, lost)) {
            return false;
        }
        applied = lost.answer();
        refusedByRule = null;
        written = null;
        changesNothing = true;
        return true;
    }

    /** Whether it is as it was written, or has gone on since from there. */
    private static boolean isFurther(ReservationState found, Attempt<?> lost) {
        ReservationState written = lost.written();
        if (written.endedAt() == null) {
            // A change of a hold has no instant of its own, and is as good when it is made anew.
            return lost.made() || found.equals(written);
        }
        return found.status() == written.status() && written.endedAt().equals(found.endedAt());
    }

    /** Answers what was noted. */
    void complete() {
        Applied<A> result = applied;
        RuntimeException refusal = refusedByRule;
        if (result == null) {
            fail(refusal != null ? refusal : new IllegalStateException("command was not decided: " + command));
        } else if (stage.getAndSet(Stage.ANSWERED) != Stage.ANSWERED) {
            if (executor == null) {
                answer.complete(result);
            } else {
                answer.completeAsync(() -> result, executor);
            }
        }
    }

    /** Answers with a failure. One that says that it was not applied says so of this attempt. */
    void fail(Throwable thrown) {
        if (stage.getAndSet(Stage.ANSWERED) != Stage.ANSWERED) {
            answer(thrown);
        }
    }

    /** Answers with a failure, unless it may be written at this moment. */
    void withdraw(Throwable why) {
        if (stage.compareAndSet(Stage.WAITING, Stage.ANSWERED)) {
            answer(why);
        }
    }

    /** Answers if its time is over: not applied, or unknown if it may be written. */
    boolean expire(long now) {
        if (until - now > 0) {
            return false;
        }
        withdraw(QuotaStoreException.notApplied("no answer within " + timeout + ": " + waitsFor, null));
        if (stage.compareAndSet(Stage.SENT, Stage.ANSWERED)) {
            answer(QuotaStoreException.outcomeUnknown("no answer to a write within " + timeout, null));
        }
        return true;
    }

    private void answer(Throwable thrown) {
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
