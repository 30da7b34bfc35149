package org.quotaledger.reservation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Charge;

/**
 * A reservation or direct charge as the ledger keeps it. Immutable and thread-safe.
 *
 * @param terms the part that stays as it was made
 * @param held what is set aside on each account of the chain; less than requested after an at-most reserve, more or less
 *     after an adjust
 * @param period when it holds
 * @param status the status as last written; see {@link #statusAt}
 * @param progress what was delivered so far, {@code null} if it was not marked started
 * @param unbilled why it is not billed, or {@code null}
 * @param endedAt when it was settled or released, or its expiry once that is written; else {@code null}
 * @param settlement its settlement, {@code null} unless it is settled
 */
public record ReservationState(
        Terms terms,
        Charge held,
        HoldPeriod period,
        ReservationStatus status,
        @Nullable Charge progress,
        @Nullable UnbilledReason unbilled,
        @Nullable Instant endedAt,
        @Nullable Settlement settlement) {

    /** The operation that made a reservation. */
    public enum Operation {
        /** A reserve. */
        RESERVE,
        /** A direct charge: settled from the start. */
        CHARGE
    }

    /**
     * The part of a reservation that never changes. Immutable and thread-safe.
     *
     * @param request the request that asked for it
     * @param operation the operation that made it
     * @param chain the accounts charged with it: the account asked for, or the one that it overflowed to, then that one's
     *     parents as they were then
     * @param requested what was asked for
     * @param mode how it met the limits
     * @param timeToLive how long the hold was to live
     * @param observed the code for which limits that only observe would have refused it, or {@code null}
     */
    public record Terms(
            RequestOrigin request,
            Operation operation,
            List<AccountId> chain,
            Charge requested,
            ReserveMode mode,
            Duration timeToLive,
            @Nullable RefusalCode observed) {

        /** @throws IllegalArgumentException if the chain is empty */
        public Terms {
            Objects.requireNonNull(request, "request");
            Objects.requireNonNull(operation, "operation");
            Objects.requireNonNull(requested, "requested");
            Objects.requireNonNull(mode, "mode");
            Objects.requireNonNull(timeToLive, "timeToLive");
            chain = List.copyOf(chain);
            if (chain.isEmpty()) {
                throw new IllegalArgumentException("reservation " + request.id() + " has no account");
            }
        }
    }

    /**
     * How a reservation was settled. Immutable and thread-safe.
     *
     * @param cost the cost that the settle named
     * @param charged what was charged for that
     * @param refunded what of it was given back by refunds
     * @param late whether the reservation had expired when it was settled
     */
    public record Settlement(Charge cost, Charge charged, Charge refunded, boolean late) {

        /** All are required. */
        public Settlement {
            Objects.requireNonNull(cost, "cost");
            Objects.requireNonNull(charged, "charged");
            Objects.requireNonNull(refunded, "refunded");
        }
    }

    /** @throws IllegalArgumentException if it is settled without a settlement or an end, or has one and is not settled */
    public ReservationState {
        Objects.requireNonNull(terms, "terms");
        Objects.requireNonNull(held, "held");
        Objects.requireNonNull(period, "period");
        Objects.requireNonNull(status, "status");
        boolean settled = status == ReservationStatus.SETTLED;
        if (settled != (settlement != null) || (settled && endedAt == null)) {
            throw new IllegalArgumentException("reservation " + terms.request().id() + " is " + status
                    + ", with the settlement " + settlement + " and the end " + endedAt);
        }
    }

    /** Returns its id. */
    public RequestId id() {
        return terms.request().id();
    }

    /** Returns the account that was asked for. */
    public AccountId account() {
        return terms.request().account();
    }

    /** Returns its tags. */
    public Tags tags() {
        return terms.request().tags();
    }

    /** Returns the accounts charged with it: the one that is charged itself, then its parents. */
    public List<AccountId> chain() {
        return terms.chain();
    }

    /** Returns the account that is charged itself: the one asked for, unless it overflowed to another. */
    public AccountId chargedAccount() {
        return terms.chain().get(0);
    }

    /** Returns what was asked for. */
    public Charge requested() {
        return terms.requested();
    }

    /** Returns when it was made. */
    public Instant reservedAt() {
        return period.reservedAt();
    }

    /** Returns when it expires unless it has ended. */
    public Instant expiresAt() {
        return period.expiresAt();
    }

    /** Returns the cost that its settle named, or {@code null} if it is not settled. */
    public @Nullable Charge cost() {
        return settlement == null ? null : settlement.cost();
    }

    /** Returns what of its charge was given back: zero of its meters if it is not settled. */
    public Charge refunded() {
        return settlement == null ? held.zero() : settlement.refunded();
    }

    /** Returns whether it was settled when it had expired. */
    public boolean late() {
        return settlement != null && settlement.late();
    }

    /** Returns what was charged, or {@code null} if it is not settled. */
    public @Nullable Charge charged() {
        return settlement == null ? null : settlement.charged();
    }

    /** Returns the instants whose spans it counts in: of its reserve, its expiry and its end. */
    public List<Instant> instants() {
        return endedAt == null ? List.of(reservedAt(), expiresAt()) : List.of(reservedAt(), expiresAt(), endedAt);
    }

    /** Returns its status: a hold is expired from its expiry on, whether or not that was written. */
    public ReservationStatus statusAt(Instant now) {
        return status == ReservationStatus.HELD && !now.isBefore(expiresAt()) ? ReservationStatus.EXPIRED : status;
    }

    /** Returns it as it is at that instant: expired from its expiry on, whether or not that was written. */
    public ReservationState at(Instant now) {
        return statusAt(now) == status ? this : ended(ReservationStatus.EXPIRED, expiresAt());
    }

    /** Returns what was charged and not given back, or empty if it is not settled. */
    public Optional<Charge> refundable() {
        return Optional.ofNullable(settlement).map(all -> all.charged().minusOrZero(all.refunded()));
    }

    /**
     * Returns it settled.
     *
     * @param reason why it is not billed, or {@code null}
     */
    public ReservationState settled(Settlement as, @Nullable UnbilledReason reason, Instant now) {
        return new ReservationState(terms, held, period, ReservationStatus.SETTLED, progress, reason, now, as);
    }

    /** Returns it with other instants. */
    public ReservationState at(HoldPeriod other, @Nullable Instant ended) {
        return new ReservationState(terms, held, other, status, progress, unbilled, ended, settlement);
    }

    /** Returns it ended without a settle. */
    public ReservationState ended(ReservationStatus how, Instant now) {
        return new ReservationState(terms, held, period, how, progress, unbilled, now, settlement);
    }

    /** Returns it with another hold, expiry or progress. */
    public ReservationState changed(Charge heldNow, Instant expiresNow, @Nullable Charge progressNow) {
        return new ReservationState(
                terms,
                heldNow,
                new HoldPeriod(reservedAt(), expiresNow),
                status,
                progressNow,
                unbilled,
                endedAt,
                settlement);
    }

    /**
     * Returns it with more given back.
     *
     * @throws IllegalStateException if it is not settled
     */
    public ReservationState refunded(Charge total) {
        if (settlement == null) {
            throw new IllegalStateException("refund of " + id() + ", which is " + status);
        }
        Settlement changed = new Settlement(settlement.cost(), settlement.charged(), total, settlement.late());
        return new ReservationState(terms, held, period, status, progress, unbilled, endedAt, changed);
    }
}
