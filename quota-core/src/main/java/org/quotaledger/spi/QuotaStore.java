package org.quotaledger.spi;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Command;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.history.HistoryQuery;
import org.quotaledger.history.KeptChange;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;

/**
 * Keeps a ledger: the contract that a backend signs. Thread-safe.
 *
 * <p>A store does one thing: it runs commands through the pure rule, each in an atomic step. For a step it
 *
 * <ol>
 *   <li>locks the accounts concerned, in one global order, or otherwise makes sure that no other step of them comes
 *       between what it loads and what it keeps; an {@linkplain Command.Edit edit} runs beside no other edit;
 *   <li>opens a {@link org.quotaledger.accounting.UnitOfWork} with all that the command names;
 *   <li>calls {@link Command#decide} with its clock, and answers its {@link org.quotaledger.accounting.Facts};
 *   <li>keeps all changes of the unit of work, or, if the rule throws, nothing;
 *   <li>answers when that is as durable as the store promises.
 * </ol>
 *
 * The rule may be run more than once for a command, since it is pure. A store may carry many commands in one transaction,
 * each decided on the state that the ones before it left; a command whose rule throws must not fail its neighbours. It
 * decides nothing itself, and runs no code of a user while it holds a lock. Its promises are the tests of
 * {@code QuotaStoreContract} in quota-testkit.
 *
 * <p>Every method but {@link #submit} blocks and throws {@link QuotaStoreException} if the store fails;
 * {@link IllegalStateException} if it is closed. A store that waits for something beyond this process has a time-out, from
 * the call on, for everything that the call waits for: an answer comes by then. A command that was not answered in time is
 * {@linkplain QuotaStoreException.Outcome#NOT_APPLIED not applied}, and will not be, unless it may have been written: then
 * the outcome is {@linkplain QuotaStoreException.Outcome#UNKNOWN unknown}. An interrupt of a caller concerns that caller alone.
 */
public interface QuotaStore extends AutoCloseable {

    /**
     * Applies a command.
     *
     * @return completes when what the command changed is durable; exceptionally with {@link QuotaStoreException} if the
     *     store failed, or with what the rule threw: then nothing was changed
     */
    <A> CompletionStage<Applied<A>> submit(Command<A> command);

    /**
     * Applies a command and waits until that is done: {@link #submit} for a caller that has a thread to spare, which a
     * store can answer without handing it to another.
     *
     * @throws RuntimeException what the stage would complete with
     */
    default <A> Applied<A> apply(Command<A> command) {
        return await(submit(command));
    }

    /**
     * Waits for a stage of a store.
     *
     * @throws RuntimeException what the stage completed with; {@link QuotaStoreException}, outcome unknown, if the
     *     thread was interrupted
     */
    static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw QuotaStoreException.outcomeUnknown("interrupted while waiting for the store", interrupted);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            if (cause instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            if (cause instanceof Error error) {
                throw error;
            }
            throw QuotaStoreException.outcomeUnknown("store failed", cause);
        }
    }

    /** Returns the account, a deleted one too; empty if it was never created. */
    Optional<AccountEntry> account(AccountId id);

    /**
     * Returns accounts in the order of their ids, deleted ones too.
     *
     * @param after only ids after this one, or {@code null} to begin at the first
     * @param max at most so many, 1 or more
     */
    List<AccountEntry> accounts(@Nullable AccountId after, int max);

    /** Returns the policy, or empty. */
    Optional<PolicyEntry> policy(String name);

    /**
     * Returns policies in the order of their names.
     *
     * @param after only names after this one, or {@code null} to begin at the first
     * @param max at most so many, 1 or more
     */
    List<PolicyEntry> policies(@Nullable String after, int max);

    /** Returns the reservation or direct charge, or empty if there is none or it is forgotten. */
    Optional<ReservationState> reservation(RequestId id);

    /** Gives the journal's rows to {@code rows}, in the order in which they were written, as they are at one instant. */
    void journal(JournalQuery query, Consumer<JournalRow> rows);

    /** Returns every usage row of the account's limits in force beside what it should be, as they are at one instant. */
    List<UsageAudit> audit(AccountId id);

    /**
     * Returns reservations that have expired and are not written down as expired.
     *
     * @param max at most so many, 1 or more
     */
    List<RequestId> expired(int max);

    /**
     * Returns accounts whose suspension has ended by itself and is not written down as ended.
     *
     * @param max at most so many, 1 or more
     */
    List<AccountId> suspensionsOver(int max);

    /** Returns a page of the history, the latest change first. It is kept for good. */
    List<KeptChange> history(HistoryQuery query);

    /** Returns the events that wait to be delivered. */
    EventOutbox outbox();

    /**
     * Forgets reservations, direct charges and refunds, so that their ids are no longer known, and events, delivered or
     * not. Journal and usage stay.
     *
     * @param endedBefore only those that were settled, released or written down as expired before this instant; events
     *     that happened before it
     * @param max at most so many, 1 or more
     * @return how many were forgotten
     */
    int forget(Instant endedBefore, int max);

    /**
     * Merges rows of the journal that were recorded before an instant, as
     * {@link org.quotaledger.accounting.Compaction} says, of one account in an atomic step.
     *
     * @param after how far the pass has come, as the batch before told, or {@code null} to begin one
     * @param max at most so many rows are looked at, 1 or more
     */
    Compacted compact(Instant recordedBefore, Compacted.@Nullable Point after, int max);

    /**
     * Brings accounts back to the clock, in one atomic step, as {@link org.quotaledger.accounting.ReturnToClock} says. Their
     * later instants become the clock's: of usage, holds, reservations, journal and definitions, and of events, those of
     * policies too. Events whose delivery waits for a later instant are due. No amount of the journal changes.
     *
     * @param accounts all accounts that charge each other's parents: a step is as late as the latest of its chain
     */
    void returnToClock(List<AccountId> accounts);

    /** Returns how far an account may be ahead of the clock before a step logs it. */
    default Duration clockLead() {
        return ClockLead.DEFAULT_BOUND;
    }

    /** Returns the instant of the clock that decides, to the microsecond. */
    Instant now();

    /**
     * Returns a view of this store whose calls have this time-out; a store that never waits can return itself. To close the
     * view is to close this store.
     *
     * @param timeout for each call, from the call on
     * @throws IllegalArgumentException if it is not a millisecond to a day
     */
    QuotaStore within(Duration timeout);

    /**
     * Returns a time-out that is as allowed.
     *
     * @throws IllegalArgumentException if it is not a millisecond to a day
     */
    static Duration checkTimeout(Duration timeout) {
        if (timeout.compareTo(Duration.ofMillis(1)) < 0 || timeout.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("timeout is " + timeout + ": expected a millisecond to a day");
        }
        return timeout;
    }

    /** Frees what the store holds of the machine; commands not yet decided complete exceptionally, as not applied. */
    @Override
    void close();
}
