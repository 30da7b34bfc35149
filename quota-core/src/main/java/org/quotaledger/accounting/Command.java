package org.quotaledger.accounting;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Charge;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.reservation.Adjusted;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Charged;
import org.quotaledger.reservation.CheckAnswer;
import org.quotaledger.reservation.Decision;
import org.quotaledger.reservation.Extended;
import org.quotaledger.reservation.Progressed;
import org.quotaledger.reservation.Refunded;
import org.quotaledger.reservation.Released;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.RequestOrigin;
import org.quotaledger.reservation.ReserveMode;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.Settled;
import org.quotaledger.reservation.Tags;
import org.quotaledger.reservation.UnbilledReason;

/**
 * One thing asked of the ledger, and the rule that decides it. Immutable and thread-safe.
 *
 * <p>Checks have one order: replay, form, not found, meter, state, amount, room. Every command can be repeated after an
 * unknown outcome: it names an id, or an absolute value.
 *
 * @param <A> what it answers
 */
public sealed interface Command<A> {

    /**
     * Decides the command, and leaves its changes in the unit of work.
     *
     * <p>The instant is cut to the microsecond, and time never runs backwards: an instant earlier than what the accounts have
     * seen counts as that one; an edit is dated at the clock all the same. Where the rule throws, the unit of work is undone.
     *
     * @param work holds all that the command's {@link #account}, {@link #reservation} and {@link #refund} name
     * @param clock the instant, years 1 to 9999
     * @return the answer
     * @throws ArithmeticException if a sum is more than a {@code long} holds
     */
    default A decide(UnitOfWork work, Instant clock) {
        Instant cut = clock.getNano() % 1000 == 0 ? clock : clock.truncatedTo(ChronoUnit.MICROS);
        List<Counter> recounted = List.of();
        while (true) {
            try {
                work.begin(cut, recounted);
                return apply(work);
            } catch (Recounted rows) {
                // What the step has changed by then was decided without them.
                work.undo();
                recounted = rows.and(recounted);
            } catch (RuntimeException | Error thrown) {
                work.undo();
                throw thrown;
            }
        }
    }

    /** Decides the command at the instant of the unit of work. */
    A apply(UnitOfWork work);

    /**
     * Returns the account whose chain of parents it is about, of an edit that account alone; {@code null} if the reservation
     * tells the chain, or the edit is of a policy.
     */
    default @Nullable AccountId account() {
        return null;
    }

    /** Returns whether it edits definitions: see {@link Edit}. */
    default boolean edits() {
        return false;
    }

    /** Returns the policy that it edits, or {@code null}. */
    default @Nullable String policy() {
        return null;
    }

    /**
     * Returns whether its step never changes anything. A store decides such a command on a snapshot and takes no lock for it:
     * a reader never waits for a writer.
     */
    default boolean onlyReads() {
        return false;
    }

    /** Returns whether it can make room, so that a request which was refused before it can be granted after it. */
    default boolean makesRoom() {
        return !onlyReads();
    }

    /** Returns whether its charge can overflow to another account. */
    default boolean overflows() {
        return false;
    }

    /** Returns the id of the reservation or direct charge that it is about, or {@code null}. */
    default @Nullable RequestId reservation() {
        return null;
    }

    /** Returns the id of the refund that it is about, or {@code null}. */
    default @Nullable RequestId refund() {
        return null;
    }

    /**
     * Returns the chain of the reservation where the caller knows it, else an empty list. A store may lock and load by it
     * at once, instead of looking the reservation up first; the reservation's own chain is what counts.
     */
    default List<AccountId> knownChain() {
        return List.of();
    }

    /**
     * Returns the instants in the past that it charges where no reservation of its id is known: a store loads the usage of
     * their spans too. Those of a reservation it has to load by itself.
     */
    default List<Instant> chargedAt(Instant now) {
        return List.of();
    }

    /**
     * Sets the charge aside on the account and its parents, if their limits allow it.
     *
     * @param request the request: the id of the reservation, the account asked for and the tags
     * @param charge what is asked for; if it is not billed, what it counts all the same
     * @param mode how it meets the limits
     * @param timeToLive how long the hold may live
     * @param asksTimeToLive whether the request says so itself; a retry is not another request because the ledger's own
     *     time to live is another now
     * @param unbilled why it is not billed, or {@code null}
     * @param firstAttempt whether nobody has asked with this id before, so that it need not be looked for
     */
    record Reserve(
            RequestOrigin request,
            Charge charge,
            ReserveMode mode,
            Duration timeToLive,
            boolean asksTimeToLive,
            @Nullable UnbilledReason unbilled,
            boolean firstAttempt)
            implements Command<Decision> {

        /** @throws IllegalArgumentException if it is to be billed and names no meter, or may not live so long */
        public Reserve {
            Objects.requireNonNull(request, "request");
            Objects.requireNonNull(charge, "charge");
            Objects.requireNonNull(mode, "mode");
            ReserveRequest.checkTimeToLive(timeToLive);
            if (charge.isNone() && unbilled == null) {
                throw new IllegalArgumentException("reserve of " + charge + " without a reason why it is not billed");
            }
        }

        /** A hold makes room for no request. */
        @Override
        public boolean makesRoom() {
            return false;
        }

        @Override
        public boolean overflows() {
            return true;
        }

        @Override
        public RequestId reservation() {
            return request.id();
        }

        @Override
        public AccountId account() {
            return request.account();
        }

        @Override
        public Decision apply(UnitOfWork work) {
            return Reserving.reserve(this, work);
        }
    }

    /** Tells whether a reserve would be granted, without any effect. */
    record Check(AccountId account, Charge charge, ReserveMode mode) implements Command<CheckAnswer> {

        /** @throws IllegalArgumentException if the charge names no meter */
        public Check {
            Objects.requireNonNull(account, "account");
            Objects.requireNonNull(mode, "mode");
            if (charge.isNone()) {
                throw new IllegalArgumentException("charge to check names no meter: expected one or more");
            }
        }

        @Override
        public boolean onlyReads() {
            return true;
        }

        @Override
        public CheckAnswer apply(UnitOfWork work) {
            return Reserving.check(this, work);
        }
    }

    /** Tells what is used and held of every limit of the account and its parents, without any effect. */
    record Inspect(AccountId account) implements Command<List<LimitStatus>> {

        /** The account is required. */
        public Inspect {
            Objects.requireNonNull(account, "account");
        }

        @Override
        public boolean onlyReads() {
            return true;
        }

        @Override
        public List<LimitStatus> apply(UnitOfWork work) {
            return LimitStatus.of(work);
        }
    }

    /**
     * An edit of definitions: of its {@link #account} or of its {@link #policy}. A store runs edits one after the other. For
     * an edit it locks the account, not its parents, or all accounts that have the policy, deleted ones too, and reads the clock
     * after that. The unit of work has the account alone, or no account, and its facts have {@link Facts#definitions}.
     *
     * <p>An account whose limits in force change is looked at again in the step: it is suspended if the change exhausts a limit
     * which suspends, and resumed if it relieves the limit that had suspended it. Thresholds that a lower amount puts below
     * the used amount are alerted. After an edit of a policy the store runs {@link PolicyChange#reassess}.
     *
     * <p>An edit that cannot be done throws {@link org.quotaledger.admin.DefinitionException}, and nothing is changed.
     *
     * @param <A> the type of its answer
     */
    sealed interface Edit<A> extends Command<A> permits AccountEdit, AmountEdit, PolicyEdit, Tighten {

        /** Returns the person who edits, for the history; {@code null} if none is named. */
        @Nullable
        String actor();

        /** Returns its own id, by which it is done once; {@code null} if it has none. */
        default @Nullable RequestId operation() {
            return null;
        }

        @Override
        default boolean edits() {
            return true;
        }
    }

    /**
     * Looks again at an account whose policy was changed. A store runs it in the atomic step of the change, with the account
     * alone as the chain.
     *
     * @param account the account
     * @param before its limits in force before the change
     * @param operation identifies the change among all changes of the policy
     */
    record Reassess(AccountId account, List<LimitEntry> before, String operation) implements Command<Boolean> {

        /** All are required. */
        public Reassess {
            Objects.requireNonNull(account, "account");
            Objects.requireNonNull(operation, "operation");
            before = List.copyOf(before);
        }

        @Override
        public Boolean apply(UnitOfWork work) {
            return Reassessing.reassess(new LimitsChange(before, operation, false), work);
        }
    }

    /**
     * Counts reserves that were refused, which wrote nothing then, on the account that was asked for and its parents;
     * answers whether that account exists.
     *
     * <p>Unlike others it cannot be repeated after an unknown outcome without counting twice: it is no money.
     *
     * @param operation the id of this count
     * @param counts in the order in which the first of each was; those of limits are of one span
     */
    record CountRefusals(RequestId operation, AccountId account, List<RefusalCount> counts)
            implements Command<Boolean> {

        /** All are required. */
        public CountRefusals {
            Objects.requireNonNull(operation, "operation");
            Objects.requireNonNull(account, "account");
            counts = List.copyOf(counts);
        }

        @Override
        public boolean makesRoom() {
            return false;
        }

        @Override
        public Boolean apply(UnitOfWork work) {
            return Refusing.count(this, work);
        }
    }

    /** Writes down that an account's suspension has ended by itself; answers whether there was anything to do. */
    record EndSuspension(AccountId account) implements Command<Boolean> {

        /** The account is required. */
        public EndSuspension {
            Objects.requireNonNull(account, "account");
        }

        @Override
        public Boolean apply(UnitOfWork work) {
            boolean ended = !work.accounts().isEmpty()
                    && Suspending.hasEnded(work.accounts().get(0).entry(), work.now());
            return ended ? work.done(true, null) : work.unchanged(false);
        }
    }

    /**
     * Charges the true cost of a reservation.
     *
     * @param cost of the meters that are held; if it is not billed, what it counts all the same, of none or some of them
     * @param unbilled why it is not billed, or {@code null}
     */
    record Settle(
            RequestId reservation, Charge cost, @Nullable UnbilledReason unbilled, List<AccountId> knownChain)
            implements Command<Answer<Settled>> {

        /** All but the reason are required. */
        public Settle {
            Objects.requireNonNull(reservation, "reservation");
            Objects.requireNonNull(cost, "cost");
            knownChain = List.copyOf(knownChain);
        }

        @Override
        public Answer<Settled> apply(UnitOfWork work) {
            return Settling.settle(this, work);
        }
    }

    /** Gives all that a reservation holds back uncharged. */
    record Release(RequestId reservation, List<AccountId> knownChain) implements Command<Answer<Released>> {

        /** Both are required. */
        public Release {
            Objects.requireNonNull(reservation, "reservation");
            knownChain = List.copyOf(knownChain);
        }

        @Override
        public Answer<Released> apply(UnitOfWork work) {
            return Settling.release(this, work);
        }
    }

    /** Writes down that a reservation has expired, and charges what is due; answers whether there was anything to do. */
    record Expire(RequestId reservation) implements Command<Boolean> {

        /** The reservation is required. */
        public Expire {
            Objects.requireNonNull(reservation, "reservation");
        }

        @Override
        public Boolean apply(UnitOfWork work) {
            return Settling.expire(work);
        }
    }

    /**
     * Lets a hold live longer.
     *
     * @param timeToLive from now; a hold that lives longer anyway is not shortened
     */
    record Extend(RequestId reservation, Duration timeToLive, List<AccountId> knownChain)
            implements Command<Answer<Extended>> {

        /** @throws IllegalArgumentException if the time to live is not one that a request may have */
        public Extend {
            Objects.requireNonNull(reservation, "reservation");
            ReserveRequest.checkTimeToLive(timeToLive);
            knownChain = List.copyOf(knownChain);
        }

        @Override
        public Answer<Extended> apply(UnitOfWork work) {
            return Holding.extend(this, work);
        }
    }

    /**
     * Makes a reservation hold more or less.
     *
     * @param charge what it is to hold, of the meters that are held
     */
    record Adjust(RequestId reservation, Charge charge, List<AccountId> knownChain)
            implements Command<Answer<Adjusted>> {

        /** All are required. */
        public Adjust {
            Objects.requireNonNull(reservation, "reservation");
            Objects.requireNonNull(charge, "charge");
            knownChain = List.copyOf(knownChain);
        }

        @Override
        public Answer<Adjusted> apply(UnitOfWork work) {
            return Holding.adjust(this, work);
        }
    }

    /**
     * Marks a reservation started and notes what was delivered.
     *
     * @param delivered the sum since the start, of the meters that are held
     */
    record ReportProgress(RequestId reservation, Charge delivered, List<AccountId> knownChain)
            implements Command<Answer<Progressed>> {

        /** All are required. */
        public ReportProgress {
            Objects.requireNonNull(reservation, "reservation");
            Objects.requireNonNull(delivered, "delivered");
            knownChain = List.copyOf(knownChain);
        }

        @Override
        public Answer<Progressed> apply(UnitOfWork work) {
            return Holding.progress(this, work);
        }
    }

    /**
     * Charges an account and its parents at once, without a hold and past their limits if need be.
     *
     * @param byHand that a person does it and no request, or {@code null}
     */
    record DirectCharge(
            RequestId reservation,
            AccountId account,
            Charge charge,
            Tags tags,
            @Nullable ByHand byHand) implements Command<Answer<Charged>> {

        /** The charge of a request. */
        public DirectCharge(RequestId reservation, AccountId account, Charge charge, Tags tags) {
            this(reservation, account, charge, tags, null);
        }

        /** @throws IllegalArgumentException if the charge names no meter */
        public DirectCharge {
            Objects.requireNonNull(reservation, "reservation");
            Objects.requireNonNull(account, "account");
            Objects.requireNonNull(tags, "tags");
            if (charge.isNone()) {
                throw new IllegalArgumentException("direct charge names no meter: expected one or more");
            }
        }

        @Override
        public Answer<Charged> apply(UnitOfWork work) {
            return Settling.charge(this, work);
        }
    }

    /**
     * Records a request that was let through while the store could not be asked, with what it turned out to have cost, as
     * if it had been reserved and settled then. No limit is asked: the usage did happen. If its reserve had reached the
     * store after all, that hold is settled.
     *
     * @param reserve what was asked for
     * @param held what it held in the end, of the same meters: more than that is excess
     * @param cost of the meters asked for; if it is not billed, what it counts all the same, of none or some of them
     * @param unbilled why it is not billed, or {@code null}
     * @param late whether it had expired when it was settled
     * @param reservedAgo how long ago it was let through, in whole microseconds
     * @param settledAgo how long ago its cost was known, no longer than that
     */
    record RecordUse(
            Reserve reserve,
            Charge held,
            Charge cost,
            @Nullable UnbilledReason unbilled,
            boolean late,
            Duration reservedAgo,
            Duration settledAgo)
            implements Command<Answer<Settled>> {

        /** @throws IllegalArgumentException if it holds other meters, or a time is not as allowed */
        public RecordUse {
            Objects.requireNonNull(reserve, "reserve");
            if (!held.sameMeters(reserve.charge())) {
                throw new IllegalArgumentException("use of " + reserve.charge() + " that holds " + held);
            }
            if (settledAgo.isNegative()
                    || settledAgo.compareTo(reservedAgo) > 0
                    || reservedAgo.getNano() % 1000 != 0
                    || settledAgo.getNano() % 1000 != 0) {
                throw new IllegalArgumentException("use reserved " + reservedAgo + " and settled " + settledAgo
                        + " ago: expected the second to be zero to the first, both in whole microseconds");
            }
        }

        @Override
        public AccountId account() {
            return reserve.account();
        }

        @Override
        public RequestId reservation() {
            return reserve.reservation();
        }

        @Override
        public List<Instant> chargedAt(Instant now) {
            return List.of(now.minus(reservedAgo), now.minus(settledAgo));
        }

        @Override
        public Answer<Settled> apply(UnitOfWork work) {
            return Recording.record(this, work);
        }
    }

    /**
     * Gives back some of what was charged, to the spans that it was charged to.
     *
     * @param refund the refund's own id
     * @param reservation the reservation or direct charge
     * @param charge of meters that were charged, not necessarily all
     * @param byHand that a person does it and no request, or {@code null}
     */
    record Refund(
            RequestId refund,
            RequestId reservation,
            Charge charge,
            @Nullable ByHand byHand) implements Command<Answer<Refunded>> {

        /** The refund of a request. */
        public Refund(RequestId refund, RequestId reservation, Charge charge) {
            this(refund, reservation, charge, null);
        }

        /** @throws IllegalArgumentException if the charge names no meter */
        public Refund {
            Objects.requireNonNull(refund, "refund");
            Objects.requireNonNull(reservation, "reservation");
            if (charge.isNone()) {
                throw new IllegalArgumentException("refund names no meter: expected one or more");
            }
        }

        @Override
        public Answer<Refunded> apply(UnitOfWork work) {
            return Settling.refund(this, work);
        }
    }
}
