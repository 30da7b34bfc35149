package org.quotaledger.testkit;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;
import org.quotaledger.window.QuotaWindow;

/**
 * Generators of windows, zones and instants, for jqwik's {@code @Provide} methods:
 *
 * <pre>{@code
 * @Property
 * void aDailySpanContainsItsInstant(@ForAll("daysWithInstants") Tuple2<QuotaWindow, Instant> at) { … }
 *
 * @Provide
 * Arbitrary<Tuple2<QuotaWindow, Instant>> daysWithInstants() {
 *     return QuotaArbitraries.withInstants(QuotaArbitraries.dailyWindows());
 * }
 * }</pre>
 *
 * <p>Parameters of the types {@code QuotaWindow} and {@code Tuple2<QuotaWindow, Instant>} need no {@code @Provide} method:
 * see {@link QuotaArbitraryProvider}.
 *
 * <p>A limit accepts every window: its boundaries are whole microseconds. Instants have nanoseconds. Values lie often where
 * mistakes are: next to offset changes, month ends and boundaries of a window, and at the first and last instants. They
 * depend on jqwik's seed and on the time-zone data of the JVM alone. Thread-safe.
 */
public final class QuotaArbitraries {

    private static final WindowArbitraries WINDOWS = WindowArbitraries.OF_LIMITS;

    private QuotaArbitraries() {}

    /**
     * Returns the zones: every region that the JVM knows, and fixed offsets from -18:00 to +18:00 with the seconds they
     * can have.
     */
    public static Arbitrary<ZoneId> zones() {
        // Sorted: the JVM lists them in no order, and the same seed shall give the same zone.
        Arbitrary<ZoneId> regions =
                Arbitraries.of(new TreeSet<>(ZoneId.getAvailableZoneIds())).map(ZoneId::of);
        Arbitrary<ZoneId> offsets =
                Arbitraries.integers().between(-18 * 3600, 18 * 3600).map(ZoneOffset::ofTotalSeconds);
        return Arbitraries.frequencyOf(Tuple.of(6, regions), Tuple.of(1, offsets));
    }

    /**
     * Returns instants of the years 1 to 9999, to the nanosecond. Many are of the years 1840 to 2109, in which zones have
     * changed, or lie next to an offset change or the end of a month in some zone. The first and the last are among them.
     */
    public static Arbitrary<Instant> instants() {
        return Local.in(zones(), InstantArbitraries.everywhere());
    }

    /** Returns instants as {@link #instants()} does, with offset changes and month ends of the given zone. */
    public static Arbitrary<Instant> instantsNear(ZoneId zone) {
        return InstantArbitraries.everywhere().map(instant -> instant.apply(zone));
    }

    /** Returns zones, each with an instant as {@link #instantsNear(ZoneId)} gives them for that zone. */
    public static Arbitrary<Tuple2<ZoneId, Instant>> zonesWithInstants() {
        return Combinators.combine(zones(), InstantArbitraries.everywhere())
                .as((zone, instant) -> Tuple.of(zone, instant.apply(zone)))
                .withoutEdgeCases();
    }

    /** Returns windows of every kind, in zones as {@link #zones()} gives them. */
    public static Arbitrary<QuotaWindow> windows() {
        return Local.in(zones(), WINDOWS.all());
    }

    /**
     * Returns windows whose spans follow one another for ever: all kinds but those since first use and lifetimes.
     */
    public static Arbitrary<QuotaWindow> repeatingWindows() {
        return Local.in(zones(), WINDOWS.repeating());
    }

    /** Returns the windows that a zone's wall clock decides: hourly, daily, weekly, monthly and of a custom period. */
    public static Arbitrary<QuotaWindow> calendarWindows() {
        return Local.in(zones(), WINDOWS.calendar());
    }

    /** Returns hourly windows. */
    public static Arbitrary<QuotaWindow> hourlyWindows() {
        return Local.in(zones(), WINDOWS.hourly());
    }

    /** Returns daily windows that start at any time of day. */
    public static Arbitrary<QuotaWindow> dailyWindows() {
        return Local.in(zones(), WINDOWS.daily());
    }

    /** Returns weekly windows that start on any day of the week at any time. */
    public static Arbitrary<QuotaWindow> weeklyWindows() {
        return Local.in(zones(), WINDOWS.weekly());
    }

    /** Returns monthly windows that start on any day, often one that not every month has, at any time. */
    public static Arbitrary<QuotaWindow> monthlyWindows() {
        return Local.in(zones(), WINDOWS.monthly());
    }

    /** Returns windows with an anchor: half of them of a period of wall-clock time, half of an elapsed time. */
    public static Arbitrary<QuotaWindow> customWindows() {
        return Local.in(zones(), WINDOWS.custom());
    }

    /** Returns rolling windows of one to a thousand buckets. */
    public static Arbitrary<QuotaWindow> rollingWindows() {
        return Local.in(zones(), WINDOWS.rolling());
    }

    /** Returns windows since first use, of a second to ten years. */
    public static Arbitrary<QuotaWindow> windowsSinceFirstUse() {
        return Local.in(zones(), WINDOWS.sinceFirstUse());
    }

    /** Returns lifetimes with both bounds, with one and with none. */
    public static Arbitrary<QuotaWindow> lifetimes() {
        return Local.in(zones(), WINDOWS.lifetimes());
    }

    /**
     * Returns windows of every kind, each with an instant. Half of the instants lie within a nanosecond of a boundary of
     * the window. The others are as {@link #instantsNear(ZoneId)} gives them for the window's zone.
     */
    public static Arbitrary<Tuple2<QuotaWindow, Instant>> windowsWithInstants() {
        return withInstants(windows());
    }

    /** Returns windows as {@link #repeatingWindows()} does, each with an instant. */
    public static Arbitrary<Tuple2<QuotaWindow, Instant>> repeatingWindowsWithInstants() {
        return withInstants(repeatingWindows());
    }

    /** Returns the given windows, each with an instant as {@link #windowsWithInstants()} gives them. */
    public static Arbitrary<Tuple2<QuotaWindow, Instant>> withInstants(Arbitrary<QuotaWindow> windows) {
        Arbitrary<Long> nanosFromBoundary = Arbitraries.of(-1L, 0L, 1L);
        Arbitrary<Boolean> atBoundary = Arbitraries.of(true, false);
        return Combinators.combine(windows, InstantArbitraries.everywhere(), atBoundary, nanosFromBoundary)
                .as((window, near, moved, nanos) -> {
                    Instant instant = near.apply(zoneOf(window));
                    Instant boundary = window.spanAt(instant).endExclusive();
                    return Tuple.of(window, moved ? InstantArbitraries.known(boundary.plusNanos(nanos)) : instant);
                })
                .withoutEdgeCases();
    }

    /** Returns the zone that the window's text names, or UTC where it names none. */
    private static ZoneId zoneOf(QuotaWindow window) {
        List<String> words = List.of(window.toString().split(" "));
        return switch (words.get(0)) {
            case "hourly", "daily", "weekly", "monthly" -> ZoneId.of(words.get(1));
            case "every" -> words.size() == 5 ? ZoneId.of(words.get(4)) : ZoneOffset.UTC;
            default -> ZoneOffset.UTC;
        };
    }
}
