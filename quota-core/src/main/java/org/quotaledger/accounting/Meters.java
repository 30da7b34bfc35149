package org.quotaledger.accounting;

import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.quotaledger.amount.Charge;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.UnbilledReason;

/** Says whether amounts are of other meters than a reservation. */
final class Meters {

    private Meters() {}

    /** Whether what holds so much can be settled so: with all of its meters, or with some where it is not billed. */
    static boolean canSettle(Charge held, Charge cost, @Nullable UnbilledReason unbilled) {
        return unbilled == null ? cost.sameMeters(held) : held.meters().containsAll(cost.meters());
    }

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
