package org.quotaledger.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.quotaledger.window.WindowSpan;

/** Instants close to the places where a zone's calendar is irregular. */
final class InstantArbitraries {

    /** The last instant that every window answers, a nanosecond before the year 10000. */
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

    private static final Instant RECENT_FIRST = Instant.parse("1840-01-01T00:00:00Z");
    private static final Instant RECENT_LAST = Instant.parse("2110-01-01T00:00:00Z");
    private static final long NANOS_PER_DAY = Duration.ofDays(1).toNanos();

    private InstantArbitraries() {}

    static Arbitrary<Local<Instant>> everywhere() {
        Arbitrary<Instant> extremes = Arbitraries.of(WindowSpan.EARLIEST, LAST);
        return Arbitraries.frequencyOf(
                Tuple.of(4, Local.anywhere(between(WindowSpan.EARLIEST, LAST))),
                Tuple.of(4, Local.anywhere(between(RECENT_FIRST, RECENT_LAST))),
                Tuple.of(6, closeTo(changes())),
                Tuple.of(3, closeTo(monthStarts())),
                Tuple.of(1, closeTo(Local.anywhere(extremes))));
    }

    /** Returns instants from the first to the last, half of them of whole seconds. */
    static Arbitrary<Instant> between(Instant first, Instant last) {
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

    /** The instant itself, a nanosecond or a second off, or up to two days: an offset moves a boundary by as much. */
    private static Arbitrary<Local<Instant>> closeTo(Arbitrary<Local<Instant>> instants) {
        Arbitrary<Long> nanos = Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.of(0L, 1L, -1L, 1_000_000_000L, -1_000_000_000L)),
                Tuple.of(2, Arbitraries.longs().between(-2 * NANOS_PER_DAY, 2 * NANOS_PER_DAY)));
        return Combinators.combine(instants, nanos)
                .as((instant, off) -> zone -> known(instant.apply(zone).plusNanos(off)));
    }

    /** Returns the instant, or the first or last that every window answers. */
    static Instant known(Instant instant) {
        if (instant.isBefore(WindowSpan.EARLIEST)) {
            return WindowSpan.EARLIEST;
        }
        return instant.isAfter(LAST) ? LAST : instant;
    }
}
