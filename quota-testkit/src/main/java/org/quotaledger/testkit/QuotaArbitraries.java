package org.quotaledger.testkit;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;
import org.quotaledger.window.QuotaWindow;
import org.quotaledger.window.WindowSpan;

/**
 * Generators for property tests of quotas, for jqwik's {@code @Provide} methods:
 *
 * <pre>{@code
 * @Property
 * void neverAnswersOutsideItsSpan(@ForAll("windowsWithInstants") Tuple2<QuotaWindow, Instant> at) { … }
 *
 * @Provide
 * Arbitrary<Tuple2<QuotaWindow, Instant>> windowsWithInstants() {
 *     return QuotaArbitraries.windowsWithInstants();
 * }
 * }</pre>
 *
 * <p>They look where mistakes are: next to offset changes, month ends, the boundaries of a window, and the first and
 * last instants there are. What they generate depends on jqwik's seed and on the time-zone data of the JVM, and on
 * nothing else. Thread-safe.
 */
public final class QuotaArbitraries {

    /** The last instant that every window answers, a nanosecond before the year 10000. */
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

    private static final Instant RECENT_FIRST = Instant.parse("1840-01-01T00:00:00Z");
    private static final Instant RECENT_LAST = Instant.parse("2110-01-01T00:00:00Z");
    private static final long TEN_YEARS_SECONDS = Duration.ofDays(3653).toSeconds();
    private static final long NANOS_PER_DAY = Duration.ofDays(1).toNanos();

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
     * Returns instants of the years 1 to 9999, to the nanosecond: of any year, of the years 1840 to 2109 in which zones
     * have changed, next to an offset change of some zone, next to the end of a month in some zone, and the very first
     * and last.
     */
    public static Arbitrary<Instant> instants() {
        return in(zones(), localInstants());
    }

    /** Returns instants as {@link #instants()} does, with offset changes and month ends of the given zone. */
    public static Arbitrary<Instant> instantsNear(ZoneId zone) {
        return localInstants().map(instant -> instant.apply(zone));
    }

    /** Returns windows of every kind, in zones as {@link #zones()} gives them. */
    public static Arbitrary<QuotaWindow> windows() {
        return in(zones(), localWindows());
    }

    /**
     * Returns windows whose spans follow one another without gap and without end: all but those since first use and
     * lifetimes.
     */
    public static Arbitrary<QuotaWindow> repeatingWindows() {
        return in(zones(), localRepeatingWindows());
    }

    /** Returns the windows that a zone's wall clock decides: hourly, daily, weekly, monthly and of a custom period. */
    public static Arbitrary<QuotaWindow> calendarWindows() {
        return in(zones(), localCalendarWindows());
    }

    /**
     * Returns windows of every kind, each with an instant to ask it for: as {@link #instantsNear(ZoneId)} gives them
     * for the window's zone, and a nanosecond around the boundaries of the window.
     */
    public static Arbitrary<Tuple2<QuotaWindow, Instant>> windowsWithInstants() {
        return withInstants(localWindows());
    }

    /** Returns windows as {@link #repeatingWindows()} does, each with an instant to ask it for. */
    public static Arbitrary<Tuple2<QuotaWindow, Instant>> repeatingWindowsWithInstants() {
        return withInstants(localRepeatingWindows());
    }

    /**
     * What a zone makes of a value that was drawn without knowing the zone. Deliberately not a {@code flatMap} over
     * zones: jqwik would build every generator anew for each value, at a hundred times the cost.
     */
    private interface Local<T> extends Function<ZoneId, T> {}

    private static <T> Arbitrary<T> in(Arbitrary<ZoneId> zones, Arbitrary<Local<T>> values) {
        // The likely mistakes are drawn often enough; jqwik's own edge cases would be their whole product.
        return Combinators.combine(zones, values)
                .as((zone, value) -> value.apply(zone))
                .withoutEdgeCases();
    }

    private static <T> Arbitrary<Local<T>> anywhere(Arbitrary<? extends T> values) {
        return values.map(value -> zone -> value);
    }

    private static Arbitrary<Tuple2<QuotaWindow, Instant>> withInstants(Arbitrary<Local<QuotaWindow>> windows) {
        Arbitrary<Long> nanosFromBoundary = Arbitraries.of(-1L, 0L, 1L);
        Arbitrary<Boolean> atBoundary = Arbitraries.of(true, false);
        return Combinators.combine(zones(), windows, localInstants(), atBoundary, nanosFromBoundary)
                .as((zone, localWindow, localInstant, moved, nanos) -> {
                    QuotaWindow window = localWindow.apply(zone);
                    Instant instant = localInstant.apply(zone);
                    return Tuple.of(
                            window,
                            moved ? known(window.spanAt(instant).endExclusive().plusNanos(nanos)) : instant);
                })
                .withoutEdgeCases();
    }

    private static Arbitrary<Local<Instant>> localInstants() {
        Arbitrary<Instant> extremes = Arbitraries.of(WindowSpan.EARLIEST, LAST);
        return Arbitraries.frequencyOf(
                Tuple.of(4, anywhere(between(WindowSpan.EARLIEST, LAST))),
                Tuple.of(4, anywhere(between(RECENT_FIRST, RECENT_LAST))),
                Tuple.of(6, closeTo(changes())),
                Tuple.of(3, closeTo(monthStarts())),
                Tuple.of(1, closeTo(anywhere(extremes))));
    }

    private static Arbitrary<Instant> between(Instant first, Instant last) {
        Arbitrary<Long> seconds = Arbitraries.longs().between(first.getEpochSecond(), last.getEpochSecond());
        Arbitrary<Integer> nanos = Arbitraries.frequencyOf(
                Tuple.of(1, Arbitraries.just(0)),
                Tuple.of(1, Arbitraries.integers().between(0, 999_999_999)));
        return Combinators.combine(seconds, nanos).as(Instant::ofEpochSecond);
    }

    /** Offset changes: those that are listed one by one, and those that rules make of later years. */
    private static Arbitrary<Local<Instant>> changes() {
        Arbitrary<Integer> indexes = Arbitraries.integers().between(0, 999_999);
        Arbitrary<Local<Instant>> listed = indexes.map(index -> zone -> {
            List<ZoneOffsetTransition> changes = zone.getRules().getTransitions();
            return changes.isEmpty()
                    ? Instant.EPOCH
                    : changes.get(index % changes.size()).getInstant();
        });
        Arbitrary<Local<Instant>> byRule = between(RECENT_FIRST, LAST).map(instant -> zone -> {
            ZoneOffsetTransition next = zone.getRules().nextTransition(instant);
            return next == null ? instant : next.getInstant();
        });
        return Arbitraries.oneOf(listed, byRule);
    }

    private static Arbitrary<Local<Instant>> monthStarts() {
        Arbitrary<Integer> years = Arbitraries.oneOf(
                Arbitraries.integers().between(1, 9999), Arbitraries.integers().between(1840, 2109));
        Arbitrary<Integer> months = Arbitraries.integers().between(1, 12);
        return Combinators.combine(years, months)
                .as((year, month) ->
                        zone -> LocalDate.of(year, month, 1).atStartOfDay(zone).toInstant());
    }

    /** The instant itself, a nanosecond or a second off, or up to two days: what a boundary can be moved by. */
    private static Arbitrary<Local<Instant>> closeTo(Arbitrary<Local<Instant>> instants) {
        Arbitrary<Long> nanos = Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.of(0L, 1L, -1L, 1_000_000_000L, -1_000_000_000L)),
                Tuple.of(2, Arbitraries.longs().between(-2 * NANOS_PER_DAY, 2 * NANOS_PER_DAY)));
        return Combinators.combine(instants, nanos)
                .as((instant, off) -> zone -> known(instant.apply(zone).plusNanos(off)));
    }

    private static Instant known(Instant instant) {
        if (instant.isBefore(WindowSpan.EARLIEST)) {
            return WindowSpan.EARLIEST;
        }
        return instant.isAfter(LAST) ? LAST : instant;
    }

    private static Arbitrary<Local<QuotaWindow>> localWindows() {
        return Arbitraries.frequencyOf(
                Tuple.of(8, localRepeatingWindows()),
                Tuple.of(1, anywhere(lengths().map(QuotaWindow::sinceFirstUse))),
                Tuple.of(1, anywhere(lifetimes())));
    }

    private static Arbitrary<Local<QuotaWindow>> localRepeatingWindows() {
        Arbitrary<Local<QuotaWindow>> elapsed = Combinators.combine(lengths(), localInstants())
                .as((length, anchor) -> zone -> QuotaWindow.custom(length, anchor.apply(zone)));
        return Arbitraries.frequencyOf(
                Tuple.of(5, localCalendarWindows()), Tuple.of(1, elapsed), Tuple.of(1, anywhere(rolling())));
    }

    private static Arbitrary<Local<QuotaWindow>> localCalendarWindows() {
        Arbitrary<DayOfWeek> weekDays = Arbitraries.of(DayOfWeek.class);
        Arbitrary<Integer> days = Arbitraries.oneOf(
                Arbitraries.integers().between(1, 31), Arbitraries.integers().between(28, 31));
        return Arbitraries.oneOf(
                Arbitraries.just(QuotaWindow::hourly),
                times().map(at -> zone -> QuotaWindow.daily(zone, at)),
                Combinators.combine(weekDays, times()).as((first, at) -> zone -> QuotaWindow.weekly(zone, first, at)),
                Combinators.combine(days, times()).as((day, at) -> zone -> QuotaWindow.monthly(zone, day, at)),
                Combinators.combine(periods(), localInstants(), times())
                        .as((length, anchor, at) ->
                                zone -> QuotaWindow.custom(length, localAnchor(anchor.apply(zone), zone, at), zone)));
    }

    private static LocalDateTime localAnchor(Instant instant, ZoneId zone, LocalTime at) {
        LocalDate date = LocalDate.ofInstant(instant, zone);
        // In a zone's own time the first and the last days of all can be of the years 0 and 10000.
        return date.withYear(Math.max(1, Math.min(9999, date.getYear()))).atTime(at);
    }

    /** Times of day, most of them in the small hours in which clocks are changed. */
    private static Arbitrary<LocalTime> times() {
        Arbitrary<LocalTime> smallHours =
                Arbitraries.integers().between(0, 7).map(halfHours -> LocalTime.MIDNIGHT.plusMinutes(30L * halfHours));
        Arbitrary<LocalTime> any =
                Arbitraries.longs().between(0, NANOS_PER_DAY - 1).map(LocalTime::ofNanoOfDay);
        return Arbitraries.frequencyOf(Tuple.of(3, smallHours), Tuple.of(2, any));
    }

    private static Arbitrary<Period> periods() {
        return Arbitraries.oneOf(
                Arbitraries.integers().between(1, 31).map(Period::ofDays),
                Arbitraries.integers().between(1, 3653).map(Period::ofDays),
                Arbitraries.integers().between(1, 12).map(Period::ofMonths),
                Arbitraries.integers().between(1, 120).map(Period::ofMonths));
    }

    /** Lengths of a second to ten years: usual ones, whole seconds, and any nanoseconds. */
    private static Arbitrary<Duration> lengths() {
        Arbitrary<Duration> usual = Arbitraries.of(
                Duration.ofSeconds(1),
                Duration.ofMinutes(1),
                Duration.ofHours(1),
                Duration.ofHours(5),
                Duration.ofDays(1));
        Arbitrary<Duration> seconds =
                Arbitraries.longs().between(1, TEN_YEARS_SECONDS).map(Duration::ofSeconds);
        Arbitrary<Duration> nanos = Combinators.combine(
                        Arbitraries.longs().between(1, TEN_YEARS_SECONDS - 1),
                        Arbitraries.longs().between(0, 999_999_999))
                .as(Duration::ofSeconds);
        return Arbitraries.oneOf(usual, seconds, nanos);
    }

    private static Arbitrary<QuotaWindow> rolling() {
        Arbitrary<Integer> buckets = Arbitraries.integers().between(1, 1000);
        return Arbitraries.oneOf(
                lengths().map(QuotaWindow::rolling),
                Combinators.combine(lengths(), buckets)
                        .as((length, count) ->
                                // Rounded up, so that no more than count of them make up the length.
                                QuotaWindow.rolling(
                                        length, length.plusNanos(count - 1L).dividedBy(count))));
    }

    private static Arbitrary<QuotaWindow> lifetimes() {
        Arbitrary<Instant> instants = between(WindowSpan.EARLIEST, WindowSpan.LATEST.minusSeconds(TEN_YEARS_SECONDS));
        return Arbitraries.oneOf(
                Arbitraries.just(QuotaWindow.lifetime()),
                instants.map(QuotaWindow::lifetimeFrom),
                instants.map(instant -> QuotaWindow.lifetimeUntil(instant.plusNanos(1))),
                Combinators.combine(instants, lengths())
                        .as((start, length) -> QuotaWindow.lifetime(start, start.plus(length))));
    }
}
