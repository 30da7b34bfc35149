package org.quotaledger.report;

import java.util.List;
import java.util.Objects;
import org.quotaledger.amount.Meter;
import org.quotaledger.amount.Total;

/**
 * The sums of one meter, of any size. Immutable and thread-safe.
 *
 * @param charged by settles, direct charges and expiries, without what was taken back by a late settle
 * @param refunded what refunds gave back of it
 * @param excess how much of the charge was more than was held
 * @param late how much of the charge was settled when its hold had expired
 */
public record MeterTotals(Total charged, Total refunded, Total excess, Total late) {

    /** @throws IllegalArgumentException if the meters differ */
    public MeterTotals {
        Objects.requireNonNull(charged, "charged");
        if (!List.of(refunded.meter(), excess.meter(), late.meter())
                .equals(List.of(charged.meter(), charged.meter(), charged.meter()))) {
            throw new IllegalArgumentException("totals are of several meters: charged " + charged + ", refunded "
                    + refunded + ", excess " + excess + ", late " + late);
        }
    }

    /** Returns the meter. */
    public Meter meter() {
        return charged.meter();
    }

    /** Returns what is used: the charge without what was given back. */
    public Total used() {
        return charged.minus(refunded);
    }
}
