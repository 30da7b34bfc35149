package org.quotaledger.window;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;

/**
 * Local dates a whole number of days or of months apart, counted from an anchor both ways: what every calendar window
 * comes down to.
 *
 * <p>The span of an instant is found from a guess. The zone's offset at the instant gives a local date and time, and
 * arithmetic gives the index of the last boundary at or before it on the wall clock. That boundary's own offset can
 * differ from the instant's by at most 36 hours, because offsets lie between -18:00 and +18:00, and boundaries are at
 * least a day apart: so the true index is never more than two away from the guess, wherever the anchor is, and in
 * practice it is the guess itself except next to an offset change.
 *
 * <p>Boundaries taken in order never go back in time. That would take clocks put forward by more than a day between two
 * of them, and the longest jump there is, across the date line, is a day: then two boundaries coincide (Apia's
 * 2011-12-30 and 31) and the empty span between them is passed over by itself, because a span is only ever returned
 * from a boundary at or before the instant to one after it.
 */
interface LocalCadence {

    /** Seconds of a date on the wall clock. */
    long SECONDS_PER_DAY = 86_400;

    /** From -18:00 to +18:00, the longest time that an offset change can let come twice. */
    long WIDEST_CHANGE_SECONDS = 36 * 3600;

    /** Returns the index of the last date that is not after the given one. */
    long indexAt(long epochDay);

    /** Returns the date of an index, as its epoch day; larger indexes have later dates. */
    long epochDayOf(long index);

    /** Every {@code step} days from a date. */
    record Days(int step, long anchorEpochDay) implements LocalCadence {

        @Override
        public long indexAt(long epochDay) {
            return Math.floorDiv(epochDay - anchorEpochDay, step);
        }

        @Override
        public long epochDayOf(long index) {
            return anchorEpochDay + index * step;
        }
    }

    /**
     * Every {@code step} months from a month, on a day that is clamped to the last of each month. The anchor's day is
     * never lost, because each date is computed from it and not from the date before.
     *
     * @param anchorMonth months since year 0, as {@link java.time.temporal.ChronoField#PROLEPTIC_MONTH}
     */
    record Months(int step, long anchorMonth, int day) implements LocalCadence {

        @Override
        public long indexAt(long epochDay) {
            LocalDate date = LocalDate.ofEpochDay(epochDay);
            long months = prolepticMonth(date) - anchorMonth;
            long index = Math.floorDiv(months, step);
            boolean laterInTheMonth = index * step == months && date.getDayOfMonth() < dayIn(date);
            return laterInTheMonth ? index - 1 : index;
        }

        @Override
        public long epochDayOf(long index) {
            long month = anchorMonth + index * step;
            LocalDate first = LocalDate.of((int) Math.floorDiv(month, 12), Math.floorMod(month, 12) + 1, 1);
            return first.toEpochDay() + dayIn(first) - 1;
        }

        private int dayIn(LocalDate month) {
            return day <= 28 ? day : Math.min(day, month.lengthOfMonth());
        }
    }

    static long prolepticMonth(LocalDate date) {
        return date.getYear() * 12L + date.getMonthValue() - 1;
    }

    /** Returns the span from one date at {@code at} to the next that contains {@code instant}. */
    default WindowSpan spanAt(Instant instant, LocalTime at, ZoneId zone) {
        SupportedYears.check("instant", instant);
        ZoneRules rules = zone.getRules();
        ZoneOffset offset = rules.getOffset(instant);
        long localSecond = instant.getEpochSecond() + offset.getTotalSeconds();
        long epochDay = Math.floorDiv(localSecond, SECONDS_PER_DAY);
        int secondOfDay = (int) (localSecond - epochDay * SECONDS_PER_DAY);
        boolean earlierThanAt = secondOfDay < at.toSecondOfDay()
                || (secondOfDay == at.toSecondOfDay() && instant.getNano() < at.getNano());
        long index = indexAt(earlierThanAt ? epochDay - 1 : epochDay);

        long startDay = epochDayOf(index);
        long endDay = epochDayOf(index + 1);
        Instant start = boundary(startDay, at, offset);
        Instant end = boundary(endDay, at, offset);
        if (steady(start, end, rules)) {
            return new WindowSpan(start, end);
        }
        start = boundary(startDay, at, rules);
        if (start.isAfter(instant)) {
            do {
                end = start;
                start = boundary(epochDayOf(--index), at, rules);
            } while (start.isAfter(instant));
            return new WindowSpan(start, end);
        }
        end = boundary(endDay, at, rules);
        for (index += 2; !end.isAfter(instant); index++) {
            start = end;
            end = boundary(epochDayOf(index), at, rules);
        }
        return new WindowSpan(start, end);
    }

    /**
     * Returns whether the offset that both boundaries were read with is the zone's from one to the other, and neither
     * comes twice with this the later time. It is much quicker to ask for the next change than for the offset of a
     * local time, and nearly every span has no change in it.
     */
    private static boolean steady(Instant start, Instant end, ZoneRules rules) {
        ZoneOffsetTransition change = rules.nextTransition(start.minusSeconds(WIDEST_CHANGE_SECONDS));
        return change == null || change.toEpochSecond() > end.getEpochSecond();
    }

    /**
     * Returns the instant of a boundary. {@link ZoneRules#getOffset(java.time.LocalDateTime)} is the offset before the
     * change both in a gap, which moves the boundary on by the length of the gap, and in an overlap, which makes it the
     * earlier of the two.
     */
    private static Instant boundary(long epochDay, LocalTime at, ZoneRules rules) {
        return boundary(
                epochDay, at, rules.getOffset(LocalDate.ofEpochDay(epochDay).atTime(at)));
    }

    private static Instant boundary(long epochDay, LocalTime at, ZoneOffset offset) {
        return Instant.ofEpochSecond(
                epochDay * SECONDS_PER_DAY + at.toSecondOfDay() - offset.getTotalSeconds(), at.getNano());
    }
}
