package org.quotaledger.examples.gateway;

import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.Settled;
import org.quotaledger.reservation.UnbilledReason;

/** What a request comes to: a charge, or the reason why it has none. */
sealed interface Bill {

    /** The charge of every request that is served, beside its price. */
    Charge ONE_REQUEST = Charge.of(Amount.of(1, Meter.REQUESTS));

    /** Settles a reservation with it. */
    Answer<Settled> settle(Reservation hold);

    /** The cost is known. */
    record Charged(Charge charge) implements Bill {
        @Override
        public Answer<Settled> settle(Reservation hold) {
            return hold.settle(charge);
        }
    }

    /** The cost cannot be known: nothing is charged but the request. */
    record Unbilled(UnbilledReason reason) implements Bill {
        @Override
        public Answer<Settled> settle(Reservation hold) {
            return hold.settleUnbilled(reason, ONE_REQUEST);
        }
    }
}
