package org.quotaledger.rule;

import java.time.Instant;
import java.util.Objects;
import org.quotaledger.amount.Charge;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationStatus;
import org.quotaledger.reservation.Settled;

/**
 * Charges the true cost of a reservation in the windows of its reserve, and gives the rest back. Immutable and thread-safe.
 *
 * @param id the reservation's id
 * @param cost the units to charge, of the meters that are held
 */
public record Settle(RequestId id, Charge cost) implements RuleCommand<Answer<Settled>> {

    /** Checks that both are given. */
    public Settle {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(cost, "cost");
    }

    @Override
    public Answer<Settled> decide(UnitOfWork work, Instant now) {
        ReservationRecord known = work.reservation();
        if (known == null) {
            return Answer.declined(new Declined.NotFound(id));
        }
        Charge held = known.grant().held();
        ReservationRecord.Ending ending = known.ending();
        if (ending != null && ending.status() != ReservationStatus.EXPIRED) {
            return again(held, ending);
        }
        if (!cost.sameMeters(held)) {
            return Answer.declined(new Declined.MeterMismatch(
                    id, held.meters().toString(), cost.meters().toString()));
        }
        boolean late = !now.isBefore(known.grant().expiresAt());
        Charge counted = work.holdCounts() ? held : held.zero();
        ConcernedCounters charged = work.counters(held, known.grant().reservedAt());
        charged.checkSettle(cost, counted);
        charged.settle(cost, counted);
        work.put(known.ended(new ReservationRecord.Ending(ReservationStatus.SETTLED, cost, now, late)));
        return Answer.done(settled(held, cost, late, false));
    }

    private Answer<Settled> again(Charge held, ReservationRecord.Ending ending) {
        if (ending.status() == ReservationStatus.RELEASED) {
            return Answer.declined(new Declined.WrongState(id, ReservationStatus.RELEASED));
        }
        return ending.charged().equals(cost)
                ? Answer.done(settled(held, cost, ending.late(), true))
                : Answer.declined(
                        new Declined.Conflict(id, "cost", ending.charged().toString(), cost.toString()));
    }

    private static Settled settled(Charge held, Charge charged, boolean late, boolean replayed) {
        return new Settled(charged, charged.minusOrZero(held), late, replayed);
    }
}
