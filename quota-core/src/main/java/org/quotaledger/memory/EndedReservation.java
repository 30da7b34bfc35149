package org.quotaledger.memory;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.reservation.ReservationState.Origin;
import org.quotaledger.reservation.ReservationStatus;
import org.quotaledger.reservation.ReserveMode;
import org.quotaledger.reservation.Tags;

/**
 * A reservation or direct charge that was settled, as it is kept until it is forgotten: one object instead of a dozen,
 * because nearly all that a store keeps are such, and are seldom asked for again. Immutable and thread-safe.
 */
final class EndedReservation implements Kept {

    private final RequestId id;
    private final Shape shape;
    private final long requested;
    private final long held;
    private final long cost;
    private final long charged;
    private final long reservedAt;
    private final long expiresAt;
    private final long endedAt;

    /** What one after the other of an account has in common, kept once for as many as agree. */
    record Shape(
            Origin origin,
            AccountId account,
            List<AccountId> chain,
            ReserveMode mode,
            Duration timeToLive,
            Tags tags,
            @Nullable RefusalCode observed,
            Meter meter,
            boolean late) {

        static Shape of(ReservationState state, Meter meter) {
            return new Shape(
                    state.origin(),
                    state.account(),
                    state.chain(),
                    state.mode(),
                    state.timeToLive(),
                    state.tags(),
                    state.observed(),
                    meter,
                    state.late());
        }

        boolean isOf(ReservationState state, Meter of) {
            return origin == state.origin()
                    && account.equals(state.account())
                    && chain.equals(state.chain())
                    && mode == state.mode()
                    && timeToLive.equals(state.timeToLive())
                    && tags.equals(state.tags())
                    && observed == state.observed()
                    && meter.equals(of)
                    && late == state.late();
        }
    }

    private EndedReservation(
            ReservationState state, Shape shape, Charge cost, Charge charged, Instant endedAt, Meter meter) {
        this.id = state.id();
        this.shape = shape;
        this.requested = state.requested().units(meter);
        this.held = state.held().units(meter);
        this.cost = cost.units(meter);
        this.charged = charged.units(meter);
        this.reservedAt = Micros.of(state.reservedAt());
        this.expiresAt = Micros.of(state.expiresAt());
        this.endedAt = Micros.of(endedAt);
    }

    /**
     * Returns a reservation in this form, or {@code null} if it is not a settled one of a single meter, billed, of which nothing
     * was reported before or given back after.
     *
     * @param like an earlier one, to share with it what both have in common; or {@code null}
     */
    static @Nullable EndedReservation of(ReservationState state, @Nullable EndedReservation like) {
        Charge cost = state.cost();
        Charge charged = state.charged();
        Instant endedAt = state.endedAt();
        if (state.status() != ReservationStatus.SETTLED
                || cost == null
                || charged == null
                || endedAt == null
                || state.progress() != null
                || state.unbilled() != null
                || state.held().amounts().size() != 1) {
            return null;
        }
        Charge held = state.held();
        Meter meter = held.amounts().get(0).meter();
        if (!state.requested().sameMeters(held)
                || !cost.sameMeters(held)
                || !charged.sameMeters(held)
                || !state.refunded().sameMeters(held)
                || state.refunded().units(meter) != 0) {
            return null;
        }
        Shape shape = like != null && like.shape.isOf(state, meter) ? like.shape : Shape.of(state, meter);
        return new EndedReservation(state, shape, cost, charged, endedAt, meter);
    }

    @Override
    public Instant endedAt() {
        return Micros.instant(endedAt);
    }

    @Override
    public ReservationState state() {
        return new ReservationState(
                id,
                shape.origin(),
                shape.account(),
                shape.chain(),
                charge(requested),
                charge(held),
                shape.mode(),
                shape.timeToLive(),
                shape.tags(),
                null,
                shape.observed(),
                Micros.instant(reservedAt),
                Micros.instant(expiresAt),
                ReservationStatus.SETTLED,
                null,
                charge(cost),
                charge(charged),
                charge(0),
                endedAt(),
                shape.late());
    }

    private Charge charge(long units) {
        return Charge.of(Amount.ofUnits(units, shape.meter()));
    }
}
