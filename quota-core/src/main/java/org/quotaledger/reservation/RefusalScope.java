package org.quotaledger.reservation;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;

/**
 * For how long and for which charges a refusal is the answer, as long as nothing is changed: its code, its limits and its
 * retry time are the same then, its {@linkplain LimitRefusal#requested requested amounts} are those of the charge. So a
 * refusal can be remembered without asking anew. Immutable and thread-safe.
 *
 * @param until the instant from which the answer may be another because of the time alone
 * @param ranges of each meter asked for how many units, in the order of the meters; empty if the account itself is at
 *     fault, whatever is asked for
 */
public record RefusalScope(Instant until, List<Range> ranges) {

    /**
     * Units of a meter, both bounds included.
     *
     * @param least 0 or more
     * @param most no less than that
     */
    public record Range(Meter meter, long least, long most) {

        /** @throws IllegalArgumentException if the bounds are not as allowed */
        public Range {
            Objects.requireNonNull(meter, "meter");
            if (least < 0 || most < least) {
                throw new IllegalArgumentException(
                        "range of " + meter + " is " + least + " to " + most + ": expected 0 or more, in this order");
            }
        }

        private boolean covers(Amount amount) {
            return least <= amount.units()
                    && amount.units() <= most
                    && amount.meter().equals(meter);
        }
    }

    /** All are required. */
    public RefusalScope {
        Objects.requireNonNull(until, "until");
        ranges = List.copyOf(ranges);
    }

    /** Returns whether a charge is refused alike: it names the same meters, with as many units of each as count alike. */
    public boolean covers(Charge charge) {
        if (ranges.isEmpty()) {
            return true;
        }
        List<Amount> amounts = charge.amounts();
        if (amounts.size() != ranges.size()) {
            return false;
        }
        for (int i = 0; i < ranges.size(); i++) {
            if (!ranges.get(i).covers(amounts.get(i))) {
                return false;
            }
        }
        return true;
    }
}
