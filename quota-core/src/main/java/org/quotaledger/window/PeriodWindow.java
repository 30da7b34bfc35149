package org.quotaledger.window;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.util.Objects;

/**
 * A custom length on the wall clock: boundaries at the anchor plus and minus whole multiples of the length, each
 * computed from the anchor, so that a clamped day comes back (31 January, 28 February, 31 March).
 *
 * @param length days, or whole years, or months: {@code P14D}, {@code P1Y}, {@code P18M}. Other ways to write the same
 *     length, such as {@code P12M} or {@code P1Y6M}, become these.
 * @param anchor the local date and time of one boundary; a phase only
 * @param zone the zone of the wall clock
 */
record PeriodWindow(Period length, LocalDateTime anchor, ZoneId zone) implements QuotaWindow {

    /**
     * @throws IllegalArgumentException if {@code length} is not one day to 3653 days or one month to ten years, or is
     *     mixed, or {@code anchor} is not of the years 1 to 9999
     */
    PeriodWindow {
        Objects.requireNonNull(length, "length");
        Objects.requireNonNull(anchor, "anchor");
        Objects.requireNonNull(zone, "zone");
        length = WindowLength.canonical(length);
        SupportedYears.check("anchor", anchor);
    }

    @Override
    public WindowSpan spanAt(Instant instant) {
        return cadence().spanAt(instant, anchor.toLocalTime(), zone);
    }

    private LocalCadence cadence() {
        return length.getDays() != 0
                ? new LocalCadence.Days(length.getDays(), anchor.toLocalDate().toEpochDay())
                : new LocalCadence.Months(
                        (int) length.toTotalMonths(),
                        LocalCadence.prolepticMonth(anchor.toLocalDate()),
                        anchor.getDayOfMonth());
    }

    @Override
    public String toString() {
        return "every " + length + " from " + anchor + " " + zone.getId();
    }
}
