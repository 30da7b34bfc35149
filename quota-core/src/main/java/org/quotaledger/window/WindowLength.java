package org.quotaledger.window;

import java.time.Duration;
import java.time.Period;

/** How long a window may be: a second to ten years. */
final class WindowLength {

    private static final Duration SHORTEST = Duration.ofSeconds(1);

    /** Ten years with the three leap days they can have, so that a length given in years always fits. */
    private static final int LONGEST_DAYS = 3653;

    private static final Duration LONGEST = Duration.ofDays(LONGEST_DAYS);

    private static final int LONGEST_MONTHS = 120;

    private WindowLength() {}

    static void check(Duration length) {
        if (length.compareTo(SHORTEST) < 0 || length.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "length is " + length + ": expected PT1S to " + LONGEST + " (" + LONGEST_DAYS + " days)");
        }
    }

    /** Returns the one way to write the period: days, or whole years, or months. Equal lengths are then equal. */
    static Period canonical(Period length) {
        long months = length.toTotalMonths();
        int days = length.getDays();
        boolean mixed = months != 0 && days != 0;
        if (length.isNegative() || length.isZero() || mixed || months > LONGEST_MONTHS || days > LONGEST_DAYS) {
            throw new IllegalArgumentException("length is " + length + ": expected P1D to P" + LONGEST_DAYS
                    + "D or P1M to P10Y, in days or in months and years, not both");
        }
        if (days != 0) {
            return Period.ofDays(days);
        }
        return months % 12 == 0 ? Period.ofYears((int) months / 12) : Period.ofMonths((int) months);
    }
}
