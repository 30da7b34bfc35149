package org.quotaledger.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.quotaledger.window.Spans.at;
import static org.quotaledger.window.Spans.span;

import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The windows that no calendar and no anchor gives their spans. */
class OpenEndedWindowTest {

    @Nested
    class SinceFirstUse {

        private final QuotaWindow window = QuotaWindow.sinceFirstUse(Duration.ofHours(5));
        private final WindowSpan open = window.spanAt(at("2026-01-01T10:20:30Z"));

        @Test
        void opensWithTheFirstUse() {
            assertThat(open).isEqualTo(span("2026-01-01T10:20:30Z", "2026-01-01T15:20:30Z"));
        }

        @Test
        void staysOpenUntilItEnds() {
            assertThat(window.spanAt(at("2026-01-01T15:20:29.999999999Z"), open))
                    .isSameAs(open);
        }

        @Test
        void canOpenAnewAtExactlyItsEnd() {
            assertThat(window.spanAt(at("2026-01-01T15:20:30Z"), open))
                    .isEqualTo(span("2026-01-01T15:20:30Z", "2026-01-01T20:20:30Z"));
        }

        @Test
        void isOpenedByAUseOnly() {
            assertThat(window.opensWithUse()).isTrue();
            assertThat(window.openSpan(open.startInclusive())).isNull();
            assertThat(window.countedSpans(open.startInclusive(), open.startInclusive()))
                    .isEmpty();
        }

        @Test
        void countsUntilItsEnd() {
            assertThat(window.countedUntil(open)).isEqualTo(open.endExclusive());
        }
    }

    @Nested
    class Lifetime {

        @Test
        void hasOneSpanForAllTime() {
            assertThat(QuotaWindow.lifetime().spanAt(at("2026-01-01T00:00:00Z")))
                    .isEqualTo(new WindowSpan(WindowSpan.EARLIEST, WindowSpan.LATEST));
        }

        @Test
        void hasItsOneSpanAlsoForAnInstantOutsideIt() {
            QuotaWindow year = QuotaWindow.lifetime(at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"));

            assertThat(year.spanAt(at("2030-01-01T00:00:00Z")))
                    .isEqualTo(span("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"));
            assertThat(year.spanAt(at("2030-01-01T00:00:00Z"), year.spanAt(at("2026-01-01T00:00:00Z"))))
                    .isEqualTo(span("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"));
        }

        @Test
        void isOpenWithinItsSpanAndNeverAgain() {
            QuotaWindow year = QuotaWindow.lifetime(at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"));

            assertThat(year.recurs()).isFalse();
            assertThat(year.opensWithUse()).isFalse();
            assertThat(year.openSpan(at("2025-12-31T23:59:59Z"))).isNull();
            assertThat(year.openSpan(at("2026-01-01T00:00:00Z"))).isEqualTo(year.spanAt(at("2026-01-01T00:00:00Z")));
            assertThat(year.openSpan(at("2027-01-01T00:00:00Z"))).isNull();
        }

        @Test
        void canHaveOnlyAStartOrOnlyAnEnd() {
            assertThat(QuotaWindow.lifetimeFrom(at("2026-01-01T00:00:00Z")).spanAt(at("2026-01-01T00:00:00Z")))
                    .isEqualTo(new WindowSpan(at("2026-01-01T00:00:00Z"), WindowSpan.LATEST));
            assertThat(QuotaWindow.lifetimeUntil(at("2026-01-01T00:00:00Z")).spanAt(at("2026-01-01T00:00:00Z")))
                    .isEqualTo(new WindowSpan(WindowSpan.EARLIEST, at("2026-01-01T00:00:00Z")));
        }
    }
}
