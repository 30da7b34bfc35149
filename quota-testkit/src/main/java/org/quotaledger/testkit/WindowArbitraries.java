package org.quotaledger.testkit;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneId;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.quotaledger.window.QuotaWindow;
import org.quotaledger.window.WindowSpan;

/** Windows of each kind, whose boundaries are whole multiples of a resolution. */
final class WindowArbitraries {

    /** Windows that a limit accepts: their boundaries are whole microseconds, the resolution that stores keep. */
    static final WindowArbitraries OF_LIMITS = new WindowArbitraries(1_000);

    /** Windows with boundaries on any nanosecond, which a limit refuses. */
    static final WindowArbitraries FINEST = new WindowArbitraries(1);

    private static final long TEN_YEARS_SECONDS = Duration.ofDays(3653).toSeconds();
    private static final long NANOS_PER_DAY = Duration.ofDays(1).toNanos();

    private final long resolutionNanos;

    private WindowArbitraries(long resolutionNanos) {
        this.resolutionNanos = resolutionNanos;
    }

    Arbitrary<Local<QuotaWindow>> all() {
        return Arbitraries.frequencyOf(
                Tuple.of(8, repeating()), Tuple.of(1, sinceFirstUse()), Tuple.of(1, lifetimes()));
    }

    Arbitrary<Local<QuotaWindow>> repeating() {
        return Arbitraries.frequencyOf(Tuple.of(5, calendar()), Tuple.of(1, elapsed()), Tuple.of(1, rolling()));
    }

    Arbitrary<Local<QuotaWindow>> calendar() {
        return Arbitraries.oneOf(hourly(), daily(), weekly(), monthly(), periodic());
    }

    Arbitrary<Local<QuotaWindow>> hourly() {
        return Arbitraries.just(QuotaWindow::hourly);
    }

    Arbitrary<Local<QuotaWindow>> daily() {
        return times().map(at -> zone -> QuotaWindow.daily(zone, at));
    }

    Arbitrary<Local<QuotaWindow>> weekly() {
        return Combinators.combine(Arbitraries.of(DayOfWeek.class), times())
                .as((first, at) -> zone -> QuotaWindow.weekly(zone, first, at));
    }

    Arbitrary<Local<QuotaWindow>> monthly() {
        Arbitrary<Integer> days = Arbitraries.oneOf(
                Arbitraries.integers().between(1, 31), Arbitraries.integers().between(28, 31));
        return Combinators.combine(days, times()).as((day, at) -> zone -> QuotaWindow.monthly(zone, day, at));
    }

    Arbitrary<Local<QuotaWindow>> custom() {
        return Arbitraries.oneOf(periodic(), elapsed());
    }

    private Arbitrary<Local<QuotaWindow>> periodic() {
        return Combinators.combine(periods(), InstantArbitraries.everywhere(), times())
                .as((length, anchor, at) ->
                        zone -> QuotaWindow.custom(length, localAnchor(anchor.apply(zone), zone, at), zone));
    }

    private Arbitrary<Local<QuotaWindow>> elapsed() {
        return Combinators.combine(lengths(), InstantArbitraries.everywhere())
                .as((length, anchor) -> zone -> QuotaWindow.custom(length, coarse(anchor.apply(zone))));
    }

    Arbitrary<Local<QuotaWindow>> rolling() {
        Arbitrary<Integer> buckets = Arbitraries.integers().between(1, 1000);
        return Local.anywhere(Arbitraries.oneOf(
                lengths().map(QuotaWindow::rolling),
                Combinators.combine(lengths(), buckets)
                        .as((length, count) -> QuotaWindow.rolling(length, bucket(length, count)))));
    }

    Arbitrary<Local<QuotaWindow>> sinceFirstUse() {
        return Local.anywhere(lengths().map(QuotaWindow::sinceFirstUse));
    }

    Arbitrary<Local<QuotaWindow>> lifetimes() {
        Arbitrary<Instant> instants = InstantArbitraries.between(
                        WindowSpan.EARLIEST, WindowSpan.LATEST.minusSeconds(TEN_YEARS_SECONDS))
                .map(this::coarse);
        return Local.anywhere(Arbitraries.oneOf(
                Arbitraries.just(QuotaWindow.lifetime()),
                instants.map(QuotaWindow::lifetimeFrom),
                instants.map(instant -> QuotaWindow.lifetimeUntil(instant.plusNanos(resolutionNanos))),
                Combinators.combine(instants, lengths())
                        .as((start, length) -> QuotaWindow.lifetime(start, start.plus(length)))));
    }

    private static LocalDateTime localAnchor(Instant instant, ZoneId zone, LocalTime at) {
        LocalDate date = LocalDate.ofInstant(instant, zone);
        // In a zone's own time the first and the last days of all can be of the years 0 and 10000.
        return date.withYear(Math.max(1, Math.min(9999, date.getYear()))).atTime(at);
    }

    /** Times of day, most of them in the small hours in which clocks are changed. */
    private Arbitrary<LocalTime> times() {
        Arbitrary<LocalTime> smallHours =
                Arbitraries.integers().between(0, 7).map(halfHours -> LocalTime.MIDNIGHT.plusMinutes(30L * halfHours));
        Arbitrary<LocalTime> any =
                Arbitraries.longs().between(0, NANOS_PER_DAY - 1).map(nanos -> LocalTime.ofNanoOfDay(coarse(nanos)));
        return Arbitraries.frequencyOf(Tuple.of(3, smallHours), Tuple.of(2, any));
    }

    private static Arbitrary<Period> periods() {
        return Arbitraries.oneOf(
                Arbitraries.integers().between(1, 31).map(Period::ofDays),
                Arbitraries.integers().between(1, 3653).map(Period::ofDays),
                Arbitraries.integers().between(1, 12).map(Period::ofMonths),
                Arbitraries.integers().between(1, 120).map(Period::ofMonths));
    }

    /** Lengths of a second to ten years: usual ones, whole seconds, and any multiples of the resolution. */
    private Arbitrary<Duration> lengths() {
        Arbitrary<Duration> usual = Arbitraries.of(
                Duration.ofSeconds(1),
                Duration.ofMinutes(1),
                Duration.ofHours(1),
                Duration.ofHours(5),
                Duration.ofDays(1));
        Arbitrary<Duration> seconds =
                Arbitraries.longs().between(1, TEN_YEARS_SECONDS).map(Duration::ofSeconds);
        Arbitrary<Duration> any = Combinators.combine(
                        Arbitraries.longs().between(1, TEN_YEARS_SECONDS - 1),
                        Arbitraries.longs().between(0, 999_999_999))
                .as((whole, nanos) -> Duration.ofSeconds(whole, coarse(nanos)));
        return Arbitraries.oneOf(usual, seconds, any);
    }

    /** Returns a bucket's length, rounded up, so that no more than {@code count} buckets make up the window's length. */
    private Duration bucket(Duration length, int count) {
        Duration divisor = Duration.ofNanos(resolutionNanos).multipliedBy(count);
        long multiples = length.plus(divisor).minusNanos(1).dividedBy(divisor);
        return Duration.ofNanos(resolutionNanos).multipliedBy(multiples);
    }

    private Instant coarse(Instant instant) {
        return Instant.ofEpochSecond(instant.getEpochSecond(), coarse(instant.getNano()));
    }

    private long coarse(long nanos) {
        return nanos - nanos % resolutionNanos;
    }
}
