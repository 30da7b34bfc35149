package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.quotaledger.window.QuotaWindow;
import org.quotaledger.window.WindowSpan;

/** Every offset change of every zone that the JVM knows, not a sample of them. */
@Tag("slow")
class EveryZoneTest {

    private static final Duration NANO = Duration.ofNanos(1);

    @Test
    void agreesWithTheNaiveWindowAroundEveryOffsetChange() {
        Set<List<Object>> seen = new HashSet<>();
        for (String id : new TreeSet<>(ZoneId.getAvailableZoneIds())) {
            ZoneId zone = ZoneId.of(id);
            for (ZoneOffsetTransition change : changes(zone.getRules())) {
                // Many zones are other names of the same place: once is enough for an equal change of equal rules.
                if (seen.add(List.of(change, zone.getRules()))) {
                    aroundChange(zone, change);
                }
            }
        }
        assertThat(seen).hasSizeGreaterThan(10_000);
    }

    private static void aroundChange(ZoneId zone, ZoneOffsetTransition change) {
        String id = zone.getId();
        Instant at = change.getInstant();
        // Local times that the change moves: where its gap or overlap starts, and its middle.
        String starts = " " + change.getDateTimeBefore().toLocalTime();
        String middle = " "
                + change.getDateTimeBefore()
                        .plus(change.getDuration().dividedBy(2))
                        .toLocalTime();
        String day = " " + change.getDateTimeBefore().getDayOfMonth();
        for (String text : List.of(
                "daily " + id + " 00:00",
                "daily " + id + starts,
                "daily " + id + middle,
                "weekly " + id + " " + change.getDateTimeAfter().getDayOfWeek() + middle,
                "monthly " + id + day + middle)) {
            agreesAround(text, at);
        }
        if (change.getDuration().getSeconds() % 3600 != 0) {
            agreesAround("hourly " + id, at);
        }
        tilesAround("hourly " + id, at);
    }

    private static void agreesAround(String text, Instant at) {
        QuotaWindow window = QuotaWindow.parse(text);
        NaiveWindow naive = NaiveWindow.of(window.toString());
        WindowSpan span = window.spanAt(at);
        for (Instant instant : List.of(
                at, at.minus(NANO), span.startInclusive(), span.startInclusive().minus(NANO), span.endExclusive())) {
            NaiveWindow.Span expected = naive.spanAt(instant);
            assertThat(window.spanAt(instant))
                    .as("%s at %s", text, instant)
                    .isEqualTo(new WindowSpan(expected.start(), expected.end()));
        }
    }

    private static void tilesAround(String text, Instant at) {
        QuotaWindow window = QuotaWindow.parse(text);
        WindowSpan span = window.spanAt(at.minus(Duration.ofHours(2)));
        while (!span.startInclusive().isAfter(at.plus(Duration.ofHours(2)))) {
            WindowSpan next = window.spanAt(span.endExclusive());
            assertThat(next.startInclusive()).as("%s after %s", text, span).isEqualTo(span.endExclusive());
            assertThat(window.spanAt(next.endExclusive().minus(NANO)))
                    .as("%s at the end of %s", text, next)
                    .isEqualTo(next);
            span = next;
        }
    }

    /** The changes that are listed, and those that rules make of the next two years after them and of the year 9990. */
    private static List<ZoneOffsetTransition> changes(ZoneRules rules) {
        List<ZoneOffsetTransition> changes = new ArrayList<>(rules.getTransitions());
        Instant last = changes.isEmpty()
                ? Instant.EPOCH
                : changes.get(changes.size() - 1).getInstant();
        for (Instant from : List.of(last, Instant.parse("9990-01-01T00:00:00Z"))) {
            ZoneOffsetTransition next = rules.nextTransition(from);
            for (int i = 0; i < 4 && next != null; i++) {
                changes.add(next);
                next = rules.nextTransition(next.getInstant());
            }
        }
        return changes;
    }
}
