package org.quotaledger.outage;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.quotaledger.accounting.Command;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Decision;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.reservation.ReservationStatus;
import org.quotaledger.spi.Applied;
import org.quotaledger.spi.ForwardingQuotaStore;
import org.quotaledger.spi.QuotaStore;
import org.quotaledger.spi.QuotaStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store before another one that lets requests through while that one fails, and records what they cost when it is back.
 * Thread-safe.
 *
 * <pre>{@code
 * QuotaLedger ledger = QuotaLedger.over(FailOpenQuotaStore.builder(JdbcQuotaStore.open(dataSource))
 *         .letThrough(reserve -> knownKeys.contains(reserve.account()))
 *         .build());
 * }</pre>
 *
 * <p>Without it a ledger fails closed: a reserve throws {@link QuotaStoreException}. With it such a reserve is granted, with
 * {@code reservation.recorded()} false: no account and no limit was looked at, so limits are passed, by as much as is asked
 * for until the store is back. Only a failure of the store opens it; what the store refuses stays refused.
 *
 * <p><b>Until it is back</b> the request is kept in this process, and settle, release, extend, adjust and progress of its
 * id answer by the same rules as ever, except that what a limit chooses (to cap or refuse an excess) is not known. A refund
 * of it fails, as not applied. Every other operation fails as the store does.
 *
 * <p><b>When it is back</b> what was settled is recorded, in the background, after the next operation that the store
 * answers, at a sweep, and at {@link #close}: charged once, whatever the limits say, to the account that was asked for and
 * its parents, to the windows of when it was let through. That is measured as so long before the record, so clocks need
 * not agree. A window that opens with its first use and was not open then opens with the record. If the reserve had
 * reached the store after all, that hold is settled instead: an id is charged once.
 *
 * <p><b>Bounds.</b> At most {@code most} requests are kept; the next ones fail as without this. One that expired without
 * progress is given up after a day, or when its place is needed; one with progress is recorded with that at the first sweep
 * after its expiry.
 *
 * <p><b>What is lost.</b> What is not recorded when the process dies; what is not recorded at {@link #close}, which is
 * logged, each with what it cost, or as not settled; and the cost of accounts that do not exist, which is logged too.
 */
public final class FailOpenQuotaStore extends ForwardingQuotaStore {

    private static final Logger LOG = LoggerFactory.getLogger(FailOpenQuotaStore.class);

    /** So many are recorded at once, which a store can carry in one transaction. */
    private static final int BATCH = 100;

    private final Predicate<Command.Reserve> open;
    private final Clock clock;
    private final LetThrough kept;
    private final AtomicBoolean recording;
    private final AtomicBoolean closed;

    private FailOpenQuotaStore(Builder builder) {
        super(builder.store);
        open = builder.open;
        clock = builder.clock;
        kept = new LetThrough(builder.most);
        recording = new AtomicBoolean();
        closed = new AtomicBoolean();
    }

    /** A view of another one, which has admitted the same, before another view of its store. */
    private FailOpenQuotaStore(FailOpenQuotaStore other, QuotaStore store) {
        super(store);
        open = other.open;
        clock = other.clock;
        kept = other.kept;
        recording = other.recording;
        closed = other.closed;
    }

    /** Returns a builder of a store before another one. */
    public static Builder builder(QuotaStore store) {
        return new Builder(store);
    }

    /** Returns how many requests were let through that are not recorded: settled ones and such as are held. */
    public int unrecorded() {
        return kept.count();
    }

    @Override
    public <A> CompletionStage<Applied<A>> submit(Command<A> command) {
        Applied<A> known;
        try {
            known = ofKept(command);
        } catch (RuntimeException failure) {
            return CompletableFuture.failedFuture(failure);
        }
        return known != null
                ? CompletableFuture.completedFuture(known)
                : store.submit(command).handle((applied, failure) -> {
                    if (applied != null) {
                        recordInBackground();
                        return applied;
                    }
                    Throwable cause = failure instanceof CompletionException wrapped && wrapped.getCause() != null
                            ? wrapped.getCause()
                            : failure;
                    Applied<A> through = letThrough(command, cause);
                    if (through == null) {
                        throw cause instanceof CompletionException same ? same : new CompletionException(cause);
                    }
                    return through;
                });
    }

    @Override
    public <A> Applied<A> apply(Command<A> command) {
        Applied<A> known = ofKept(command);
        if (known != null) {
            return known;
        }
        Applied<A> applied;
        try {
            applied = store.apply(command);
        } catch (QuotaStoreException failure) {
            // A thread that is interrupted is to stop, not to go on without an answer.
            Applied<A> through = Thread.currentThread().isInterrupted() ? null : letThrough(command, failure);
            if (through == null) {
                throw failure;
            }
            return through;
        }
        recordInBackground();
        return applied;
    }

    /** Returns the answer to what is asked of a request that was let through, or {@code null} if it is none. */
    private <A> @Nullable Applied<A> ofKept(Command<A> command) {
        if (closed.get()) {
            throw new IllegalStateException("store is closed");
        }
        RequestId id = command.reservation();
        if (kept.count() == 0 || id == null || isOfTheStore(command)) {
            return null;
        }
        if (command.refund() != null) {
            if (kept.reservation(id).isPresent()) {
                throw QuotaStoreException.notApplied("reservation " + id + " is not recorded yet", null);
            }
            return null;
        }
        Unrecorded.Decided<A> decided = kept.decide(command, id, clock.instant());
        if (decided == null) {
            return null;
        }
        recordInBackground();
        return new Applied<>(unrecorded(decided.answer()), List.of(), List.of());
    }

    /** What expires or is recorded is what the store knows of. */
    private static boolean isOfTheStore(Command<?> command) {
        return command instanceof Command.Expire || command instanceof Command.RecordUse;
    }

    @SuppressWarnings("unchecked") // A grant is an answer to reserves, and stays one.
    private static <A> A unrecorded(A answer) {
        return answer instanceof Decision.Held held
                ? (A) new Decision.Held(held.state(), held.replayed(), held.observed(), false)
                : answer;
    }

    /** Returns the answer to a reserve that the store has failed to answer, or {@code null} if it is not to be. */
    @SuppressWarnings("unchecked") // The answer to a reserve is a decision.
    private <A> @Nullable Applied<A> letThrough(Command<A> command, @Nullable Throwable failure) {
        if (!(failure instanceof QuotaStoreException failed)
                || closed.get()
                || !(command instanceof Command.Reserve reserve)
                || !open.test(reserve)) {
            return null;
        }
        boolean mayBeKept = failed.outcome() == QuotaStoreException.Outcome.UNKNOWN || !reserve.firstAttempt();
        Decision through = kept.add(reserve, mayBeKept, clock.instant());
        if (through == null) {
            return null;
        }
        if (kept.count() == 1) {
            LOG.warn("store failed, requests are let through unrecorded from {} on", reserve.reservation(), failed);
        }
        return (Applied<A>) new Applied<>(unrecorded(through), List.of(), List.of());
    }

    /** Has what is due recorded, if nobody does already; waits for nothing. */
    private void recordInBackground() {
        while (kept.count() > 0 && recording.compareAndSet(false, true)) {
            List<Unrecorded> due = kept.due(BATCH);
            CompletableFuture<Boolean> all = all(due);
            if (!all.isDone()) {
                CompletableFuture<?> unused = all.whenComplete((answered, failure) -> {
                    recording.set(false);
                    if (failure == null && answered) {
                        recordInBackground();
                    }
                });
                return;
            }
            recording.set(false);
            // What came in the meantime was left to this thread.
            if (!all.join() || kept.due(1).isEmpty()) {
                return;
            }
        }
    }

    /**
     * Records what is due and waits for that, until nothing is due or the store fails. A host need not call it, but can:
     * before it stops, say, to see what it would lose.
     *
     * @return how many requests are not recorded then, those that are held included
     */
    public int record() {
        kept.expire(clock.instant());
        List<Unrecorded> due = kept.due(BATCH);
        while (!due.isEmpty() && all(due).join()) {
            due = kept.due(BATCH);
        }
        return kept.count();
    }

    /** Completes when they are tried, with whether the store has answered all: only then is it worth to try others. */
    private CompletableFuture<Boolean> all(List<Unrecorded> due) {
        CompletableFuture<Boolean> all = CompletableFuture.completedFuture(true);
        for (Unrecorded each : due) {
            all = all.thenCombine(one(each), Boolean::logicalAnd);
        }
        return all;
    }

    private CompletableFuture<Boolean> one(Unrecorded each) {
        Command<? extends Answer<?>> command = each.recording(clock.instant());
        if (command == null) { // Nobody asks the store, so it has not answered.
            return CompletableFuture.completedFuture(false);
        }
        CompletionStage<? extends Applied<? extends Answer<?>>> submitted;
        try {
            submitted = store.submit(command);
        } catch (RuntimeException failure) {
            return CompletableFuture.completedFuture(tried(each, null, failure));
        }
        return submitted
                .<Boolean>handle((applied, failure) -> tried(each, applied == null ? null : applied.answer(), failure))
                .toCompletableFuture();
    }

    private boolean tried(Unrecorded each, @Nullable Answer<?> answer, @Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure;
        if (cause instanceof QuotaStoreException || cause instanceof IllegalStateException) {
            return false;
        }
        kept.forget(each);
        if (cause != null) {
            lost(each, cause.toString());
        } else if (answer != null && each.state().cost() != null) {
            answer.fold(done -> true, declined -> lost(each, declined.message()));
        }
        return true;
    }

    private static boolean lost(Unrecorded each, String why) {
        LOG.error(
                "request {} of {} was let through and cannot be recorded: cost {}, reserved at {}: {}",
                each.id(),
                each.reserve().account(),
                each.state().cost(),
                each.state().reservedAt(),
                why);
        return false;
    }

    @Override
    public Optional<ReservationState> reservation(RequestId id) {
        Optional<ReservationState> unrecorded = kept.reservation(id);
        return unrecorded.isPresent() ? unrecorded : store.reservation(id);
    }

    /** A sweep asks this first: what is let through expires, and is recorded, with it. */
    @Override
    public List<RequestId> expired(int max) {
        kept.expire(clock.instant());
        recordInBackground();
        return store.expired(max);
    }

    /** Returns a view that has admitted the same; a request is admitted once the store has failed to answer in that time. */
    @Override
    public FailOpenQuotaStore within(Duration timeout) {
        return new FailOpenQuotaStore(this, store.within(timeout));
    }

    /** Tries once more to record what is due, logs what is not recorded then, and closes the store behind it. */
    @Override
    public void close() {
        // First of all: nobody is to be told that something is settled which nothing will record any more.
        closed.set(true);
        try {
            record();
            kept.all().forEach(FailOpenQuotaStore::leave);
        } finally {
            store.close();
        }
    }

    private static void leave(Unrecorded each) {
        if (each.state().cost() != null) {
            lost(each, "closed before the store was back");
        } else if (each.state().status() == ReservationStatus.HELD) {
            LOG.warn(
                    "request {} of {} was let through and is not settled: reserved at {}, nothing of it is recorded",
                    each.id(),
                    each.reserve().account(),
                    each.state().reservedAt());
        }
    }

    /** Builds a store. Not thread-safe. */
    public static final class Builder {

        private final QuotaStore store;
        private Predicate<Command.Reserve> open = reserve -> true;
        private int most = 10_000;
        private Clock clock = Clock.systemUTC();

        private Builder(QuotaStore store) {
            this.store = Objects.requireNonNull(store, "store");
        }

        /**
         * Which requests are let through while the store fails; default all, of unknown accounts too. It is asked on the
         * thread that asks for the reserve or on one of the store's, and must not block.
         */
        public Builder letThrough(Predicate<Command.Reserve> value) {
            open = Objects.requireNonNull(value, "value");
            return this;
        }

        /** How many requests are kept at most that were let through and are not recorded, 1 or more; default 10,000. */
        public Builder most(int value) {
            if (value < 1) {
                throw new IllegalArgumentException("most is " + value + ": expected 1 or more");
            }
            most = value;
            return this;
        }

        /** What tells the expiry of what is let through, and how long ago that was; default this machine's clock. */
        public Builder clock(Clock value) {
            clock = Objects.requireNonNull(value, "value");
            return this;
        }

        /** Returns the store. */
        public FailOpenQuotaStore build() {
            return new FailOpenQuotaStore(this);
        }
    }
}
