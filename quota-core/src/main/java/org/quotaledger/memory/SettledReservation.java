package org.quotaledger.memory;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.reservation.HoldPeriod;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.RequestOrigin;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.reservation.ReservationState.Operation;
import org.quotaledger.reservation.ReservationState.Settlement;
import org.quotaledger.reservation.ReservationState.Terms;
import org.quotaledger.reservation.ReservationStatus;
import org.quotaledger.reservation.ReserveMode;
import org.quotaledger.reservation.Tags;

/**
 * A reservation or direct charge that was settled, as it is stored until it is forgotten: one object instead of a
 * dozen, because nearly all that a store keeps are such, and are seldom asked for again. Immutable and thread-safe.
 */
final class SettledReservation implements StoredReservation {

    private final RequestId id;
    private final Common common;
    private final long requested;
    private final long held;
    private final long cost;
    private final long charged;
    private final long reservedAt;
    private final long expiresAt;
    private final long endedAt;

    /** The part that one after the other of an account has in common, kept once for as many as agree. */
    record Common(
            Operation operation,
            AccountId account,
            Tags tags,
            List<AccountId> chain,
            Made made,
            Meter meter,
            boolean late) {

        static Common of(ReservationState state, Meter meter) {
            Terms terms = state.terms();
            return new Common(
                    terms.operation(),
                    state.account(),
                    state.tags(),
                    terms.chain(),
                    new Made(terms.mode(), terms.timeToLive(), terms.observed()),
                    meter,
                    state.late());
        }

        /** Returns whether a reservation has all of it, without an object for the comparison. */
        boolean isOf(ReservationState state, Meter other) {
            Terms terms = state.terms();
            return operation == terms.operation()
                    && late == state.late()
                    && made.mode() == terms.mode()
                    && made.observed() == terms.observed()
                    && made.timeToLive().equals(terms.timeToLive())
                    && account.equals(state.account())
                    && chain.equals(terms.chain())
                    && meter.equals(other)
                    && tags.equals(state.tags());
        }
    }

    /** How a reservation was made. */
    record Made(
            ReserveMode mode, Duration timeToLive, @Nullable RefusalCode observed) {}

    private SettledReservation(
            ReservationState state, Common common, Charge cost, Charge charged, Instant endedAt, Meter meter) {
        this.id = state.id();
        this.common = common;
        this.requested = state.requested().units(meter);
        this.held = state.held().units(meter);
        this.cost = cost.units(meter);
        this.charged = charged.units(meter);
        this.reservedAt = Micros.of(state.reservedAt());
        this.expiresAt = Micros.of(state.expiresAt());
        this.endedAt = Micros.of(endedAt);
    }

    /**
     * Returns a reservation in this form, or {@code null} if it is not a settled one of a single meter, billed, of
     * which nothing was reported before or given back after.
     *
     * @param latest what the one before had in common with others, taken over if this one has the same; or {@code null}
     */
    static @Nullable SettledReservation of(ReservationState state, @Nullable Common latest) {
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
        Common common = latest;
        if (common == null || !common.isOf(state, meter)) {
            common = Common.of(state, meter);
        }
        return new SettledReservation(state, common, cost, charged, endedAt, meter);
    }

    Common common() {
        return common;
    }

    @Override
    public Instant endedAt() {
        return Micros.instant(endedAt);
    }

    @Override
    public ReservationState state() {
        Terms terms = new Terms(
                new RequestOrigin(id, common.account(), common.tags()),
                common.operation(),
                common.chain(),
                charge(requested),
                common.made().mode(),
                common.made().timeToLive(),
                common.made().observed());
        return new ReservationState(
                terms,
                charge(held),
                new HoldPeriod(Micros.instant(reservedAt), Micros.instant(expiresAt)),
                ReservationStatus.SETTLED,
                null,
                null,
                endedAt(),
                new Settlement(charge(cost), charge(charged), charge(0), common.late()));
    }

    private Charge charge(long units) {
        return Charge.of(Amount.ofUnits(units, common.meter()));
    }
}
