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
 * @param id its id
 * @param origin what made it
 * @param account the account that was asked for
 * @param chain the accounts charged with it: the account asked for, or the one that it overflowed to, then that one's
 *     parents as they were then
 * @param requested what was asked for
 * @param held what is set aside on each account of the chain; less than requested after an at-most reserve, more or less
 *     after an adjust
 * @param mode how it met the limits
 * @param timeToLive how long the hold was to live
 * @param tags its tags
 * @param unbilled why it is not billed, or {@code null}
 * @param observed what an observing reserve would have been refused for, or {@code null}
 * @param reservedAt when it was made
 * @param expiresAt when it expires unless it has ended
 * @param status the status as last written; see {@link #statusAt}
 * @param progress what was delivered so far, {@code null} if it was not marked started
 * @param cost what the settle said, or {@code null}
 * @param charged what was charged for that, or {@code null}
 * @param refunded what of it was given back by refunds
 * @param endedAt when it was settled or released, or its expiry once that is written; else {@code null}
 * @param late whether it was settled when it had expired
 */
public record ReservationState(
        RequestId id,
        Origin origin,
        AccountId account,
        List<AccountId> chain,
        Charge requested,
        Charge held,
        ReserveMode mode,
        Duration timeToLive,
        Tags tags,
        @Nullable UnbilledReason unbilled,
        @Nullable RefusalCode observed,
        Instant reservedAt,
        Instant expiresAt,
        ReservationStatus status,
        @Nullable Charge progress,
        @Nullable Charge cost,
        @Nullable Charge charged,
        Charge refunded,
        @Nullable Instant endedAt,
        boolean late) {

    /** What made a reservation. */
    public enum Origin {
        /** A reserve. */
        RESERVE,
        /** A direct charge: settled from the start. */
        CHARGE
    }

    /** @throws IllegalArgumentException if the chain is empty, or it is settled and says not what was charged */
    public ReservationState {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(origin, "origin");
        Objects.requireNonNull(account, "account");
        Objects.requireNonNull(requested, "requested");
        Objects.requireNonNull(held, "held");
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(timeToLive, "timeToLive");
        Objects.requireNonNull(tags, "tags");
        Objects.requireNonNull(reservedAt, "reservedAt");
        Objects.requireNonNull(expiresAt, "expiresAt");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(refunded, "refunded");
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("reservation " + id + " has no account");
        }
        if ((status == ReservationStatus.SETTLED) != (charged != null && cost != null && endedAt != null)) {
            throw new IllegalArgumentException("reservation " + id + " is " + status + " and was charged " + charged);
        }
    }

    /** Returns the account that is charged itself: the one asked for, unless it overflowed to another. */
    public AccountId chargedAccount() {
        return chain.get(0);
    }

    /** Returns the instants whose spans it counts in: of its reserve, its expiry and its end. */
    public List<Instant> instants() {
        return endedAt == null ? List.of(reservedAt, expiresAt) : List.of(reservedAt, expiresAt, endedAt);
    }

    /** Returns its status: a hold is expired from its expiry on, whether or not that was written. */
    public ReservationStatus statusAt(Instant now) {
        return status == ReservationStatus.HELD && !now.isBefore(expiresAt) ? ReservationStatus.EXPIRED : status;
    }

    /** Returns it as it is at that instant: expired from its expiry on, whether or not that was written. */
    public ReservationState at(Instant now) {
        return statusAt(now) == status ? this : ended(ReservationStatus.EXPIRED, expiresAt);
    }

    /** Returns what was charged and not given back, or empty if it is not settled. */
    public Optional<Charge> refundable() {
        return Optional.ofNullable(charged).map(all -> all.minusOrZero(refunded));
    }

    /** Returns it settled. */
    public ReservationState settled(
            Charge saidCost, Charge chargedNow, @Nullable UnbilledReason reason, Instant now, boolean lateNow) {
        return new ReservationState(
                id,
                origin,
                account,
                chain,
                requested,
                held,
                mode,
                timeToLive,
                tags,
                reason,
                observed,
                reservedAt,
                expiresAt,
                ReservationStatus.SETTLED,
                progress,
                saidCost,
                chargedNow,
                refunded,
                now,
                lateNow);
    }

    /** Returns it with other instants. */
    public ReservationState at(Instant reserved, Instant expires, @Nullable Instant ended) {
        return new ReservationState(
                id,
                origin,
                account,
                chain,
                requested,
                held,
                mode,
                timeToLive,
                tags,
                unbilled,
                observed,
                reserved,
                expires,
                status,
                progress,
                cost,
                charged,
                refunded,
                ended,
                late);
    }

    /** Returns it ended without a settle. */
    public ReservationState ended(ReservationStatus how, Instant now) {
        return new ReservationState(
                id,
                origin,
                account,
                chain,
                requested,
                held,
                mode,
                timeToLive,
                tags,
                unbilled,
                observed,
                reservedAt,
                expiresAt,
                how,
                progress,
                cost,
                charged,
                refunded,
                now,
                late);
    }

    /** Returns it with another hold, expiry or progress. */
    public ReservationState changed(Charge heldNow, Instant expiresNow, @Nullable Charge progressNow) {
        return new ReservationState(
                id,
                origin,
                account,
                chain,
                requested,
                heldNow,
                mode,
                timeToLive,
                tags,
                unbilled,
                observed,
                reservedAt,
                expiresNow,
                status,
                progressNow,
                cost,
                charged,
                refunded,
                endedAt,
                late);
    }

    /** Returns it with more given back. */
    public ReservationState refunded(Charge total) {
        return new ReservationState(
                id,
                origin,
                account,
                chain,
                requested,
                held,
                mode,
                timeToLive,
                tags,
                unbilled,
                observed,
                reservedAt,
                expiresAt,
                status,
                progress,
                cost,
                charged,
                total,
                endedAt,
                late);
    }
}
