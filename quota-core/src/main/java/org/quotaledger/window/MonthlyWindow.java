package org.quotaledger.window;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Objects;

/**
 * Every month, from a day of the month at a wall-clock time. In a month without that day it is the month's last: 31
 * January, 28 February, 31 March.
 *
 * @param zone the zone of the dates
 * @param day the day on which a month starts, 1 to 31
 * @param at the local time at which it starts
 */
record MonthlyWindow(ZoneId zone, int day, LocalTime at) implements QuotaWindow {

    /** @throws IllegalArgumentException if {@code day} is not 1 to 31 */
    MonthlyWindow {
        Objects.requireNonNull(zone, "zone");
        Objects.requireNonNull(at, "at");
        if (day < 1 || day > 31) {
            throw new IllegalArgumentException("day is " + day + ": expected 1 to 31");
        }
    }

    @Override
    public WindowSpan spanAt(Instant instant) {
        return new LocalCadence.Months(1, 0, day).spanAt(instant, at, zone);
    }

    @Override
    public String toString() {
        return "monthly " + zone.getId() + " " + day + " " + at;
    }
}
