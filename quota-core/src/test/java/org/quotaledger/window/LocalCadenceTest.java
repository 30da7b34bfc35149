package org.quotaledger.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That a span is found in constant time, and what that takes of the time-zone data. */
class LocalCadenceTest {

    private static final Duration NANO = Duration.ofNanos(1);

    /** Looks at no other boundaries than those of the cadence it wraps, and counts them. */
    private static final class Counting implements LocalCadence {

        private final LocalCadence cadence;
        private int boundaries;

        Counting(LocalCadence cadence) {
            this.cadence = cadence;
        }

        @Override
        public long indexAt(long epochDay) {
            return cadence.indexAt(epochDay);
        }

        @Override
        public long epochDayOf(long index) {
            boundaries++;
            return cadence.epochDayOf(index);
        }
    }

    static Stream<LocalCadence> cadences() {
        long first = LocalDate.of(1, 1, 1).toEpochDay();
        long last = LocalDate.of(9999, 12, 31).toEpochDay();
        return Stream.of(
                new LocalCadence.Days(1, 0),
                new LocalCadence.Days(1, first),
                new LocalCadence.Days(1, last),
                new LocalCadence.Days(7, first),
                new LocalCadence.Days(3653, last),
                new LocalCadence.Months(1, 0, 31),
                new LocalCadence.Months(1, 9999 * 12 + 11, 30),
                new LocalCadence.Months(120, 12, 29));
    }

    @ParameterizedTest
    @MethodSource("cadences")
    void looksAtTwoMoreBoundariesThanItReturnsAtMost(LocalCadence cadence) {
        for (String id : new TreeSet<>(ZoneId.getAvailableZoneIds())) {
            ZoneId zone = ZoneId.of(id);
            for (ZoneOffsetTransition change : changes(zone.getRules())) {
                for (LocalTime at : List.of(
                        LocalTime.MIDNIGHT,
                        change.getDateTimeBefore().toLocalTime(),
                        change.getDateTimeAfter().toLocalTime().minusNanos(1))) {
                    assertFewBoundaries(cadence, change.getInstant(), at, zone);
                    assertFewBoundaries(cadence, change.getInstant().minus(NANO), at, zone);
                }
            }
        }
    }

    private static void assertFewBoundaries(LocalCadence cadence, Instant instant, LocalTime at, ZoneId zone) {
        Counting counting = new Counting(cadence);

        WindowSpan span = counting.spanAt(instant, at, zone);

        assertThat(span.contains(instant)).isTrue();
        assertThat(counting.boundaries).as("%s in %s", instant, zone).isBetween(2, 4);
    }

    @ParameterizedTest
    @MethodSource("cadences")
    void looksAtNoMoreThanItReturnsAwayFromOffsetChanges(LocalCadence cadence) {
        for (int year = 1; year <= 9999; year += 7) {
            Instant instant =
                    Instant.EPOCH.plus(Duration.ofDays(LocalDate.of(year, 6, 15).toEpochDay()));
            Counting counting = new Counting(cadence);

            counting.spanAt(instant, LocalTime.NOON, ZoneId.of("UTC"));

            assertThat(counting.boundaries).as("year %s", year).isEqualTo(2);
        }
    }

    /** Else boundaries could go back in time: see {@link LocalCadence}. */
    @Test
    void noZonePutsItsClocksForwardByMoreThanADayWithinADay() {
        for (String id : ZoneId.getAvailableZoneIds()) {
            ZoneRules rules = ZoneId.of(id).getRules();
            for (ZoneOffsetTransition change : changes(rules)) {
                for (LocalDateTime local : List.of(
                        change.getDateTimeBefore(),
                        change.getDateTimeAfter(),
                        change.getDateTimeAfter().minusNanos(1))) {
                    for (int hours = -48; hours <= 24; hours++) {
                        LocalDateTime start = local.plusHours(hours);
                        LocalDateTime end = start.plusDays(1);
                        assertThat(start.toInstant(rules.getOffset(start)))
                                .as("%s in %s", start, id)
                                .isBeforeOrEqualTo(end.toInstant(rules.getOffset(end)));
                    }
                }
            }
        }
    }

    /** Else an hour could be cut more than once, which the hourly window can do, at a cost. */
    @Test
    void noZoneChangesItsOffsetTwiceWithinAnHour() {
        for (String id : ZoneId.getAvailableZoneIds()) {
            List<ZoneOffsetTransition> changes = changes(ZoneId.of(id).getRules());
            for (int i = 1; i < changes.size(); i++) {
                assertThat(Duration.between(
                                changes.get(i - 1).getInstant(), changes.get(i).getInstant()))
                        .as("%s in %s", changes.get(i), id)
                        .isGreaterThan(Duration.ofHours(1));
            }
        }
    }

    /** The changes that are listed, and the next ones that rules make of later years. */
    private static List<ZoneOffsetTransition> changes(ZoneRules rules) {
        List<ZoneOffsetTransition> changes = new ArrayList<>(rules.getTransitions());
        Instant last = changes.isEmpty()
                ? Instant.EPOCH
                : changes.get(changes.size() - 1).getInstant();
        ZoneOffsetTransition next = rules.nextTransition(last);
        for (int i = 0; i < 4 && next != null; i++) {
            changes.add(next);
            next = rules.nextTransition(next.getInstant());
        }
        return changes;
    }
}
