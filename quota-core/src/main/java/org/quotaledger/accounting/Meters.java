package org.quotaledger.accounting;

import java.util.stream.Collectors;
import org.quotaledger.amount.Charge;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.RequestId;

/** Says that amounts are of other meters than a reservation. */
final class Meters {

    private Meters() {}

    static Declined.MeterMismatch mismatch(RequestId id, Charge held, Charge given) {
        return new Declined.MeterMismatch(id, names(held), names(given));
    }

    private static String names(Charge charge) {
        return charge.isNone()
                ? "none"
                : charge.meters().stream()
                        .map(meter -> meter.name() + " (scale " + meter.scale() + ")")
                        .collect(Collectors.joining(", "));
    }
}
