package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.ZoneId;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple.Tuple2;
import net.jqwik.api.constraints.IntRange;
import org.quotaledger.window.QuotaWindow;
import org.quotaledger.window.WindowSpan;

/** Claims about every window at every instant, with boundaries on any nanosecond. */
class WindowProperties {

    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

    @Property(tries = 10_000)
    void aSpanContainsItsInstant(@ForAll("repeating") Tuple2<QuotaWindow, Instant> at) {
        assertThat(at.get1().spanAt(at.get2()).contains(at.get2())).isTrue();
    }

    @Property(tries = 10_000)
    void theFirstAndLastInstantsOfASpanMapToIt(@ForAll("repeating") Tuple2<QuotaWindow, Instant> at) {
        WindowSpan span = at.get1().spanAt(at.get2());

        if (known(span.startInclusive())) {
            assertThat(at.get1().spanAt(span.startInclusive())).isEqualTo(span);
        }
        if (known(span.endExclusive())) {
            assertThat(at.get1().spanAt(span.endExclusive().minusNanos(1))).isEqualTo(span);
        }
    }

    @Property(tries = 10_000)
    void whereASpanEndsTheNextOneStarts(@ForAll("repeating") Tuple2<QuotaWindow, Instant> at) {
        WindowSpan span = at.get1().spanAt(at.get2());

        if (known(span.endExclusive())) {
            assertThat(at.get1().spanAt(span.endExclusive()).startInclusive()).isEqualTo(span.endExclusive());
        }
        if (known(span.startInclusive().minusNanos(1))) {
            assertThat(at.get1().spanAt(span.startInclusive().minusNanos(1)).endExclusive())
                    .isEqualTo(span.startInclusive());
        }
    }

    @Property(tries = 10_000)
    void agreesWithTheNaiveWindow(@ForAll("windowsWithInstants") Tuple2<QuotaWindow, Instant> at) {
        NaiveWindow naive = NaiveWindow.of(at.get1());
        NaiveWindow.Span expected = naive.spanAt(at.get2());

        WindowSpan span = at.get1().spanAt(at.get2());

        assertThat(span).isEqualTo(new WindowSpan(expected.start(), expected.end()));
        assertThat(at.get1().countedUntil(span)).isEqualTo(naive.countedUntil(expected));
    }

    @Property(tries = 5_000)
    void theTextSaysTheWholeWindow(@ForAll("windows") QuotaWindow window) {
        String text = window.toString();

        assertThat(QuotaWindow.parse(text)).isEqualTo(window).hasToString(text);
        assertThat(text).hasSizeLessThanOrEqualTo(QuotaWindow.MAX_TEXT).doesNotContain("\n");
    }

    @Property(tries = 5_000)
    void theLatestSpanIsOnlyAShortCut(
            @ForAll("repeating") Tuple2<QuotaWindow, Instant> at, @ForAll("instants") Instant earlier) {
        WindowSpan latest = at.get1().spanAt(earlier);

        assertThat(at.get1().spanAt(at.get2(), latest)).isEqualTo(at.get1().spanAt(at.get2()));
    }

    @Property(tries = 5_000)
    void aSpanSinceFirstUseStaysUntilItsEnd(@ForAll("instants") Instant first, @ForAll @IntRange(min = 1) int seconds) {
        QuotaWindow window = QuotaWindow.sinceFirstUse(Duration.ofSeconds(1 + seconds % 300_000_000));
        WindowSpan open = window.spanAt(first, null);

        assertThat(open.startInclusive()).isEqualTo(first);
        assertThat(window.spanAt(open.endExclusive().minusNanos(1), open)).isSameAs(open);
        if (known(open.endExclusive())) {
            assertThat(window.spanAt(open.endExclusive(), open).startInclusive())
                    .isEqualTo(open.endExclusive());
        }
    }

    @Property(tries = 5_000)
    void anElapsedAnchorIsAPhaseOnly(
            @ForAll("instants") Instant anchor,
            @ForAll("instants") Instant instant,
            @ForAll @IntRange(min = 1, max = 315_619_200) int seconds,
            @ForAll @IntRange(max = 999_999_999) int nanos) {
        Duration length = Duration.ofSeconds(seconds, seconds == 315_619_200 ? 0 : nanos);
        QuotaWindow window = QuotaWindow.custom(length, anchor);
        Instant boundary = window.spanAt(instant).startInclusive();

        if (known(boundary)) {
            assertThat(QuotaWindow.custom(length, boundary).spanAt(instant)).isEqualTo(window.spanAt(instant));
            assertThat(QuotaWindow.custom(length, boundary).spanAt(anchor).startInclusive())
                    .isEqualTo(anchor);
        }
    }

    @Property(tries = 5_000)
    void boundariesOfMonthsDoNotDriftFromTheAnchor(
            @ForAll("zones") ZoneId zone,
            @ForAll("instants") Instant instant,
            @ForAll @IntRange(min = 1, max = 9999) int anchorYear,
            @ForAll @IntRange(min = 1, max = 31) int day) {
        // From a month of 31 days, every month's boundary is its own day or its last, as a monthly window's is.
        LocalDateTime anchor = LocalDateTime.of(anchorYear, 1, day, 2, 30);

        assertThat(QuotaWindow.custom(Period.ofMonths(1), anchor, zone).spanAt(instant))
                .isEqualTo(QuotaWindow.monthly(zone, day, anchor.toLocalTime()).spanAt(instant));
    }

    private static boolean known(Instant instant) {
        return !instant.isBefore(WindowSpan.EARLIEST) && !instant.isAfter(LAST);
    }

    @Provide
    Arbitrary<Tuple2<QuotaWindow, Instant>> repeating() {
        return QuotaArbitraries.withInstants(Local.in(QuotaArbitraries.zones(), WindowArbitraries.FINEST.repeating()));
    }

    @Provide
    Arbitrary<Tuple2<QuotaWindow, Instant>> windowsWithInstants() {
        return QuotaArbitraries.withInstants(windows());
    }

    @Provide
    Arbitrary<QuotaWindow> windows() {
        return Local.in(QuotaArbitraries.zones(), WindowArbitraries.FINEST.all());
    }

    @Provide
    Arbitrary<Instant> instants() {
        return QuotaArbitraries.instants();
    }

    @Provide
    Arbitrary<ZoneId> zones() {
        return QuotaArbitraries.zones();
    }
}
