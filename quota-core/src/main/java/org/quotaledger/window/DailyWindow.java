package org.quotaledger.window;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Objects;

/**
 * Every local date at a wall-clock time.
 *
 * @param zone the zone of the dates
 * @param at the local time at which a day starts
 */
record DailyWindow(ZoneId zone, LocalTime at) implements QuotaWindow {

    private static final LocalCadence DATES = new LocalCadence.Days(1, 0);

    /** @throws NullPointerException if an argument is null */
    DailyWindow {
        Objects.requireNonNull(zone, "zone");
        Objects.requireNonNull(at, "at");
    }

    @Override
    public WindowSpan spanAt(Instant instant) {
        return DATES.spanAt(instant, at, zone);
    }

    @Override
    public String toString() {
        return "daily " + zone.getId() + " " + at;
    }
}
