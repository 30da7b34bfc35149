package org.quotaledger.rule;

import java.time.Instant;
import java.util.Objects;
import org.quotaledger.amount.Charge;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.Released;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationStatus;

/**
 * Gives all held units of a reservation back uncharged. Immutable and thread-safe.
 *
 * @param id the reservation's id
 */
public record Release(RequestId id) implements RuleCommand<Answer<Released>> {

    /** Checks that the id is given. */
    public Release {
        Objects.requireNonNull(id, "id");
    }

    @Override
    public Answer<Released> decide(UnitOfWork work, Instant now) {
        ReservationRecord known = work.reservation();
        if (known == null) {
            return Answer.declined(new Declined.NotFound(id));
        }
        ReservationStatus status = known.statusAt(now);
        if (status == ReservationStatus.RELEASED) {
            return Answer.done(new Released(true));
        }
        if (status != ReservationStatus.HELD) {
            return Answer.declined(new Declined.WrongState(id, status));
        }
        Charge held = known.grant().held();
        work.counters(held, known.grant().reservedAt()).giveBack(held);
        work.put(known.ended(new ReservationRecord.Ending(ReservationStatus.RELEASED, Charge.NONE, now, false)));
        return Answer.done(new Released(false));
    }
}
