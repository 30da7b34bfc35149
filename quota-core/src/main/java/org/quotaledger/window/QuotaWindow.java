package org.quotaledger.window;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a limit divides time: a pure function from an instant to the half-open span that a use at that instant belongs
 * to.
 *
 * <p>For hourly, daily, weekly, monthly, custom and rolling windows and every instant of the years 1 to 9999: the span
 * contains the instant, its first and last instants map to the same span, and where it ends the next one starts. There
 * is no gap, no overlap and no empty span, and a span is found in constant time, however far from the anchor.
 *
 * <p>A boundary of a calendar window is a local date and time read in the window's zone by the rule of
 * {@link java.time.ZonedDateTime#of(LocalDateTime, ZoneId)} and of RFC 5545, 3.3.5: where the clocks skip it, the
 * offset before the skip counts (02:30 becomes 03:30); where it comes twice, the earlier one counts. A day can
 * therefore last 23 or 25 hours, and a date that a zone skips altogether has no span. The zone is always given, never
 * the JVM's default.
 *
 * <p>{@link #toString()} is a short text, at most {@value #MAX_TEXT} characters for every zone of the JDK, that
 * {@link #parse(String)} reads back to an equal window. Immutable and thread-safe.
 */
public sealed interface QuotaWindow
        permits HourlyWindow,
                DailyWindow,
                WeeklyWindow,
                MonthlyWindow,
                ElapsedWindow,
                PeriodWindow,
                RollingWindow,
                SinceFirstUseWindow,
                LifetimeWindow {

    /** The longest text of a window that {@link #parse(String)} reads. */
    int MAX_TEXT = 200;

    /**
     * Returns the span that a use at {@code instant} belongs to: of a rolling window the bucket of the use, of a window
     * since first use the span that would open at {@code instant}, of a lifetime its one span, whether or not that
     * contains {@code instant}. In all other cases the span contains {@code instant}.
     *
     * @throws IllegalArgumentException if {@code instant} is not of the years 1 to 9999 in UTC and the window is not a
     *     lifetime. The span of an instant close to either end can itself reach beyond.
     */
    WindowSpan spanAt(Instant instant);

    /**
     * Returns {@code latest} if it contains {@code instant}, else {@link #spanAt(Instant)}. For a window since first
     * use this is the rule itself: the span that is open stays open until it ends. For the others it is a short cut.
     *
     * @param latest a span that this very window returned, the latest one known, or null if none is
     * @throws IllegalArgumentException as {@link #spanAt(Instant)} does
     */
    default WindowSpan spanAt(Instant instant, @Nullable WindowSpan latest) {
        return latest != null && latest.contains(instant) ? latest : spanAt(instant);
    }

    /**
     * Returns the first instant at which use in {@code span} no longer counts: the end of the span, or of a rolling
     * window the end of the bucket plus the window's length.
     *
     * @param span a span that this very window returned
     */
    default Instant countedUntil(WindowSpan span) {
        return span.endExclusive();
    }

    /**
     * Returns the span that contains {@code instant} by itself, used or not. {@code null} before and after a lifetime, and of
     * a window since first use, which only a use opens.
     *
     * @throws IllegalArgumentException as {@link #spanAt(Instant)} does
     */
    default @Nullable WindowSpan openSpan(Instant instant) {
        return spanAt(instant);
    }

    /** Returns whether a use opens a span, so that spans are known from uses only: of a window since first use. */
    default boolean opensWithUse() {
        return false;
    }

    /** Returns whether a span is followed by another one: of every window but a lifetime. */
    default boolean recurs() {
        return true;
    }

    /** Returns whether use of one span alone counts at any instant: of every window but a rolling one. */
    default boolean countsOneSpan() {
        return true;
    }

    /**
     * Returns the spans that began at or before {@code begunBy} and of which use still counts at {@code at}, the latest
     * first. More than one only of a rolling window; none of a window since first use, whose spans only a use opens.
     *
     * @param at the instant at which use counts
     * @param begunBy an instant, not later than {@code at}
     * @throws IllegalArgumentException as {@link #spanAt(Instant)} does
     */
    default List<WindowSpan> countedSpans(Instant at, Instant begunBy) {
        WindowSpan span = openSpan(begunBy);
        return span != null && at.isBefore(countedUntil(span)) ? List.of(span) : List.of();
    }

    /** Returns the window's short text, from which {@link #parse(String)} builds an equal window. */
    @Override
    String toString();

    /**
     * Returns the window that a text says. Words are separated by one space; what stands in brackets may be left out.
     *
     * <pre>{@code
     * hourly ZONE
     * daily ZONE [TIME]
     * weekly ZONE [FIRST-DAY [TIME]]
     * monthly ZONE [DAY [TIME]]
     * every DURATION from INSTANT
     * every PERIOD from LOCAL-DATE-TIME ZONE
     * rolling DURATION [by DURATION]
     * since-first-use DURATION
     * lifetime [from INSTANT] [until INSTANT]
     * }</pre>
     *
     * <p>ZONE is an id that {@link ZoneId#of(String)} knows, FIRST-DAY is {@code MONDAY} to {@code SUNDAY}, DAY is 1 to
     * 31, and times, dates, durations ({@code PT5H}) and periods ({@code P3M}) are as java.time writes them. A length
     * with a {@code T} is a duration, one without is a period.
     *
     * @throws IllegalArgumentException if the text is none of these, or names a zone, a length, a day or a date that is
     *     not allowed; the message holds the text and what is allowed
     */
    static QuotaWindow parse(String text) {
        return WindowText.parse(text);
    }

    /**
     * Returns a window of physical hours that start at the top of the hour of the zone's wall clock. Where the zone's
     * offset changes by no whole number of hours, the span is cut at the change.
     */
    static QuotaWindow hourly(ZoneId zone) {
        return new HourlyWindow(zone);
    }

    /** Returns a window of local dates, from midnight to midnight. */
    static QuotaWindow daily(ZoneId zone) {
        return daily(zone, LocalTime.MIDNIGHT);
    }

    /** Returns a window that starts anew on every local date at {@code at}. */
    static QuotaWindow daily(ZoneId zone, LocalTime at) {
        return new DailyWindow(zone, at);
    }

    /** Returns a window that starts anew every Monday at midnight. */
    static QuotaWindow weekly(ZoneId zone) {
        return weekly(zone, DayOfWeek.MONDAY);
    }

    /** Returns a window that starts anew every {@code first} day of the week at midnight. */
    static QuotaWindow weekly(ZoneId zone, DayOfWeek first) {
        return weekly(zone, first, LocalTime.MIDNIGHT);
    }

    /** Returns a window that starts anew every {@code first} day of the week at {@code at}. */
    static QuotaWindow weekly(ZoneId zone, DayOfWeek first, LocalTime at) {
        return new WeeklyWindow(zone, first, at);
    }

    /** Returns a window that starts anew on the first of every month at midnight. */
    static QuotaWindow monthly(ZoneId zone) {
        return monthly(zone, 1);
    }

    /**
     * Returns a window that starts anew on {@code day} of every month at midnight; in a shorter month, on its last day.
     *
     * @throws IllegalArgumentException if {@code day} is not 1 to 31
     */
    static QuotaWindow monthly(ZoneId zone, int day) {
        return monthly(zone, day, LocalTime.MIDNIGHT);
    }

    /**
     * Returns a window that starts anew on {@code day} of every month at {@code at}; in a shorter month, on its last
     * day.
     *
     * @throws IllegalArgumentException if {@code day} is not 1 to 31
     */
    static QuotaWindow monthly(ZoneId zone, int day, LocalTime at) {
        return new MonthlyWindow(zone, day, at);
    }

    /**
     * Returns a window of elapsed time, with boundaries at the anchor plus and minus whole multiples of the length. The
     * anchor is a phase only: the window was there before it.
     *
     * @throws IllegalArgumentException if {@code length} is not one second to 3653 days, or {@code anchor} is not of
     *     the years 1 to 9999
     */
    static QuotaWindow custom(Duration length, Instant anchor) {
        return new ElapsedWindow(length, anchor);
    }

    /**
     * Returns a window of wall-clock time, with boundaries at the anchor plus and minus whole multiples of the length,
     * each computed from the anchor: every month from 31 January is 31 January, 28 February, 31 March. The anchor is a
     * phase only: the window was there before it.
     *
     * @param length days (weeks are days), or months and years; not both
     * @throws IllegalArgumentException if {@code length} is not one day to 3653 days or one month to ten years, or is
     *     mixed, or {@code anchor} is not of the years 1 to 9999
     */
    static QuotaWindow custom(Period length, LocalDateTime anchor, ZoneId zone) {
        return new PeriodWindow(length, anchor, zone);
    }

    /**
     * Returns a rolling window with a resolution of a sixtieth of its length, rounded up to a whole second.
     *
     * @throws IllegalArgumentException if {@code length} is not one second to 3653 days
     */
    static QuotaWindow rolling(Duration length) {
        return RollingWindow.of(length);
    }

    /**
     * Returns a rolling window: use counts while less than {@code length} has gone by. Use is kept in buckets of
     * {@code resolution}, and the oldest bucket counts whole, so a limit can refuse up to one bucket early, and never
     * admits more than its amount in any interval of the length.
     *
     * @throws IllegalArgumentException if {@code length} is not one second to 3653 days, or {@code resolution} is
     *     longer than it or less than a thousandth of it
     */
    static QuotaWindow rolling(Duration length, Duration resolution) {
        return new RollingWindow(length, resolution);
    }

    /**
     * Returns a window that opens with the first use after the last span ended, and lasts {@code length}.
     *
     * @throws IllegalArgumentException if {@code length} is not one second to 3653 days
     */
    static QuotaWindow sinceFirstUse(Duration length) {
        return new SinceFirstUseWindow(length);
    }

    /** Returns one span for all time, {@link WindowSpan#EARLIEST} to {@link WindowSpan#LATEST}. */
    static QuotaWindow lifetime() {
        return LifetimeWindow.UNBOUNDED;
    }

    /**
     * Returns one span, for a budget that is given once.
     *
     * @throws IllegalArgumentException if the start is not before the end, or either lies outside
     *     {@link WindowSpan#EARLIEST} to {@link WindowSpan#LATEST}
     */
    static QuotaWindow lifetime(Instant startInclusive, Instant endExclusive) {
        return new LifetimeWindow(new WindowSpan(startInclusive, endExclusive));
    }

    /**
     * Returns one span that starts at {@code startInclusive} and ends at {@link WindowSpan#LATEST}.
     *
     * @throws IllegalArgumentException if the start lies outside {@link WindowSpan#EARLIEST} to
     *     {@link WindowSpan#LATEST}
     */
    static QuotaWindow lifetimeFrom(Instant startInclusive) {
        return lifetime(startInclusive, WindowSpan.LATEST);
    }

    /**
     * Returns one span that starts at {@link WindowSpan#EARLIEST} and ends at {@code endExclusive}.
     *
     * @throws IllegalArgumentException if the end lies outside {@link WindowSpan#EARLIEST} to
     *     {@link WindowSpan#LATEST}
     */
    static QuotaWindow lifetimeUntil(Instant endExclusive) {
        return lifetime(WindowSpan.EARLIEST, endExclusive);
    }
}
