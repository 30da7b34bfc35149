package org.quotaledger.window;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Objects;

/**
 * Every week, from a day of the week at a wall-clock time.
 *
 * @param zone the zone of the dates
 * @param first the day on which a week starts
 * @param at the local time at which it starts
 */
record WeeklyWindow(ZoneId zone, DayOfWeek first, LocalTime at) implements QuotaWindow {

    private static final int DAYS_PER_WEEK = 7;

    /** 1969-12-29, the Monday on or before 1970-01-01. */
    private static final int MONDAY_EPOCH_DAY = -3;

    /** @throws NullPointerException if an argument is null */
    WeeklyWindow {
        Objects.requireNonNull(zone, "zone");
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(at, "at");
    }

    @Override
    public WindowSpan spanAt(Instant instant) {
        return new LocalCadence.Days(DAYS_PER_WEEK, MONDAY_EPOCH_DAY + first.getValue() - 1L).spanAt(instant, at, zone);
    }

    @Override
    public String toString() {
        return "weekly " + zone.getId() + " " + first + " " + at;
    }
}
