package org.quotaledger;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.LimitStatus;
import org.quotaledger.amount.Charge;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.report.LedgerReports;
import org.quotaledger.reservation.Adjusted;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Charged;
import org.quotaledger.reservation.CheckAnswer;
import org.quotaledger.reservation.Extended;
import org.quotaledger.reservation.Progressed;
import org.quotaledger.reservation.Refunded;
import org.quotaledger.reservation.Released;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.Settled;
import org.quotaledger.reservation.Tags;
import org.quotaledger.reservation.UnbilledReason;
import org.quotaledger.spi.QuotaStore;

/**
 * A ledger of quotas: it sets charges aside, settles them, and refuses what does not fit. Thread-safe.
 *
 * <p>However many threads, processes and machines share its store, it never admits over a strict limit and never loses or
 * doubles a settled charge. Every operation is atomic over the account, all its parents and all their limits, and is
 * durable, as far as the store promises it, before it returns.
 *
 * <p>Every method throws {@link org.quotaledger.spi.QuotaStoreException} if the store fails; repeating the operation with
 * the same id is safe then. So it fails closed; {@link org.quotaledger.outage.FailOpenQuotaStore} is for hosts that choose
 * otherwise. A sum of more than a {@code long} holds throws {@link ArithmeticException} and changes
 * nothing.
 */
public interface QuotaLedger extends AutoCloseable {

    /** Returns a ledger over a store, with every default. */
    static QuotaLedger over(QuotaStore store) {
        return builder(store).build();
    }

    /** Returns a builder of a ledger over a store. */
    static Builder builder(QuotaStore store) {
        return new Builder(store);
    }

    /**
     * Sets a charge aside on an account and its parents: all or nothing, with an id made up and the ledger's time to
     * live.
     *
     * @throws IllegalArgumentException if the charge names no meter
     */
    default Admission reserve(AccountId account, Charge charge) {
        return reserve(ReserveRequest.builder(account, charge).build());
    }

    /**
     * Sets a charge aside on an account and its parents.
     *
     * <p>Asked again with the same id, it gives the same answer, marked replayed, with the reservation's status of now. One
     * that has ended is no permission to forward the request again: {@link Admission#orThrow} throws. A refused request is
     * evaluated afresh.
     *
     * @throws IllegalArgumentException if the time to live is longer than the ledger's maximum
     */
    Admission reserve(ReserveRequest request);

    /** Tells whether a reserve of this charge would be granted now, without any effect. */
    CheckAnswer check(AccountId account, Charge charge);

    /**
     * Charges the true cost of a reservation; what was held beyond it is free again. The charge counts in the windows of
     * the reserve, however late it is settled.
     *
     * @param cost of the meters that are held
     */
    Answer<Settled> settle(RequestId id, Charge cost);

    /**
     * Settles a reservation without a charge, because the request cannot be billed, and journals the reason. One that was
     * reserved as unbilled is charged its whole hold: its caller chose that amount.
     */
    default Answer<Settled> settleUnbilled(RequestId id, UnbilledReason reason) {
        return settleUnbilled(id, reason, Charge.NONE);
    }

    /**
     * Settles a reservation of a request that cannot be billed with the amounts that it still counts, such as one request,
     * and journals the reason.
     *
     * @param counted of some or all meters that are held; the others are charged zero
     */
    Answer<Settled> settleUnbilled(RequestId id, UnbilledReason reason, Charge counted);

    /** Gives back all that a reservation holds, uncharged. */
    Answer<Released> release(RequestId id);

    /**
     * Lets a hold live for {@code timeToLive} from now, unless it lives longer anyway.
     *
     * @throws IllegalArgumentException if that is not between a millisecond and the ledger's maximum
     */
    Answer<Extended> extend(RequestId id, Duration timeToLive);

    /**
     * Makes a reservation hold {@code charge}, more or less than now. More needs room.
     *
     * @param charge of the meters that are held
     */
    Answer<Adjusted> adjust(RequestId id, Charge charge);

    /**
     * Marks a reservation started and notes what was delivered so far, to be charged if it expires unsettled.
     *
     * @param delivered the sum since the start, of the meters that are held
     */
    Answer<Progressed> progress(RequestId id, Charge delivered);

    /** Charges an account and its parents at once, without a hold and past their limits if need be. */
    default Answer<Charged> charge(RequestId id, AccountId account, Charge charge) {
        return charge(id, account, charge, Tags.NONE);
    }

    /**
     * Charges an account and its parents at once, without a hold and past their limits if need be.
     *
     * @throws IllegalArgumentException if the charge names no meter
     */
    Answer<Charged> charge(RequestId id, AccountId account, Charge charge, Tags tags);

    /**
     * Gives back some of what a settled reservation or a direct charge was charged, to the windows that it counts in.
     *
     * @param refund the refund's own id
     * @param charge of meters that were charged, not necessarily all
     * @throws IllegalArgumentException if the charge names no meter
     */
    Answer<Refunded> refund(RequestId refund, RequestId reservation, Charge charge);

    /** Returns what is known of a reservation or direct charge, or empty if there is none or it is forgotten. */
    Optional<ReservationState> reservation(RequestId id);

    /** Returns what is used and held of every limit of the account and its parents, nearest first. */
    List<LimitStatus> usage(AccountId account);

    /** Returns the same ledger without blocking. */
    AsyncQuotaLedger async();

    /** Returns the side that manages accounts and policies. */
    LedgerAdmin admin();

    /** Returns the side that adds up what was charged. */
    LedgerReports reports();

    /**
     * Returns a view of this ledger whose calls to the store have this time-out instead of the store's own: an answer comes
     * by then. It covers the wait for other commands, for a connection and for locks, and every retry. A command that was
     * not answered in time throws {@link org.quotaledger.spi.QuotaStoreException}, which says whether it may have been
     * applied. Reservations that the view grants settle and release within the same time-out. An operation of
     * {@link #admin()} that makes several calls has it for each; a report, for each wait for more rows.
     *
     * <p>To close the view is to close this ledger. A store in memory never waits, and one in a transaction of the caller
     * waits as the caller's connection does: the time-out changes neither.
     *
     * @throws IllegalArgumentException if the time-out is not a millisecond to a day
     */
    QuotaLedger within(Duration timeout);

    /**
     * Returns a ledger with the settings of this one over another store, such as a view of its own that works in a
     * transaction of the caller ({@code JdbcQuotaStore.in}): a charge or a change of definitions is then committed or
     * rolled back with the caller's own rows.
     *
     * <p>Nobody is told of its events at once, since what brought them about may yet be rolled back; they are kept with
     * it. Closing the returned ledger closes that store only.
     *
     * @param other keeps the same ledger
     */
    QuotaLedger in(QuotaStore other);

    /** Writes down what was refused and not counted yet, and closes the store. */
    @Override
    void close();

    /** Builds a ledger. Not thread-safe. */
    final class Builder {

        private final QuotaStore store;
        private Duration timeToLive = Duration.ofMinutes(10);
        private Duration maxTimeToLive = Duration.ofHours(24);
        private Duration rememberIds = Duration.ofDays(7);
        private Consumer<LedgerEvent> onEvent = event -> {};

        private Builder(QuotaStore store) {
            this.store = Objects.requireNonNull(store, "store");
        }

        /** How long a hold lives unless the reserve says; default 10 minutes. */
        public Builder timeToLive(Duration value) {
            timeToLive = Objects.requireNonNull(value, "value");
            return this;
        }

        /** The longest that a hold may live from one reserve or extend; default 24 hours. */
        public Builder maxTimeToLive(Duration value) {
            maxTimeToLive = Objects.requireNonNull(value, "value");
            return this;
        }

        /** How long ids are remembered after their reservation's end; default and least 7 days. */
        public Builder rememberIds(Duration value) {
            rememberIds = Objects.requireNonNull(value, "value");
            return this;
        }

        /**
         * Who is told at once of the events that operations of this ledger brought about, after the change is durable and
         * on the thread that completes it; default nobody. What it throws is logged. Best effort, in this process only:
         * nothing is told again after a crash.
         */
        public Builder onEvent(Consumer<LedgerEvent> value) {
            onEvent = Objects.requireNonNull(value, "value");
            return this;
        }

        /**
         * Returns the ledger.
         *
         * @throws IllegalArgumentException if the time to live is not between a millisecond and the longest, or ids are
         *     to be remembered for less than 7 days
         */
        public QuotaLedger build() {
            ReserveRequest.checkTimeToLive(timeToLive);
            if (timeToLive.compareTo(maxTimeToLive) > 0 || maxTimeToLive.compareTo(Duration.ofDays(366)) > 0) {
                throw new IllegalArgumentException("time to live is " + timeToLive + ", the longest " + maxTimeToLive
                        + ": expected the first to be no more than the second, and that no more than 366 days");
            }
            if (rememberIds.compareTo(Duration.ofDays(7)) < 0) {
                throw new IllegalArgumentException(
                        "ids are remembered for " + rememberIds + ": expected 7 days or more");
            }
            return new StoreLedger(store, timeToLive, maxTimeToLive, rememberIds, new RequestIds(), onEvent);
        }
    }
}
