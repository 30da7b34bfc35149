package org.quotaledger.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.quotaledger.window.Spans.at;
import static org.quotaledger.window.Spans.span;
import static org.quotaledger.window.Spans.spanOf;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Daily, weekly and monthly windows, and those of a custom period: local dates at a wall-clock time. */
class CalendarWindowTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @Nested
    class Daily {

        @Test
        void lasts23HoursWhenClocksGoForwardAnd25WhenTheyGoBack() {
            QuotaWindow daily = QuotaWindow.daily(BERLIN);

            assertThat(daily.spanAt(at("2026-03-29T12:00:00Z")).length()).isEqualTo(Duration.ofHours(23));
            assertThat(daily.spanAt(at("2026-10-25T12:00:00Z")).length()).isEqualTo(Duration.ofHours(25));
        }

        @Test
        void readsABoundaryInAGapWithTheOffsetBeforeIt() {
            assertThat(spanOf("daily Europe/Berlin 02:30", "2026-03-29T01:30:00Z"))
                    .isEqualTo(span("2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"));
            assertThat(spanOf("daily Europe/Berlin 02:30", "2026-03-29T01:29:59.999999999Z"))
                    .isEqualTo(span("2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z"));
        }

        @Test
        void takesTheEarlierOfABoundaryThatComesTwice() {
            assertThat(spanOf("daily Europe/Berlin 02:30", "2026-10-25T01:30:00Z"))
                    .isEqualTo(span("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"));
        }

        @Test
        void startsAfterAGapAtMidnight() {
            assertThat(spanOf("daily America/Santiago", "2026-09-06T12:00:00Z"))
                    .isEqualTo(span("2026-09-06T04:00:00Z", "2026-09-07T03:00:00Z"));
        }

        @Test
        void hasNoSpanForADateThatAZoneSkips() {
            QuotaWindow apia = QuotaWindow.daily(ZoneId.of("Pacific/Apia"));

            WindowSpan dec29 = apia.spanAt(at("2011-12-30T09:59:59.999999999Z"));
            WindowSpan dec31 = apia.spanAt(dec29.endExclusive());

            assertThat(dec29).isEqualTo(span("2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z"));
            assertThat(dec31).isEqualTo(span("2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"));
        }

        @Test
        void joinsTheBoundaryOfASkippedDateWithThatOfTheNext() {
            // 02:30 on 30 December, read with -10:00, is the same instant as 02:30 on the 31st, read with +14:00.
            assertThat(spanOf("daily Pacific/Apia 02:30", "2011-12-30T12:29:59Z"))
                    .isEqualTo(span("2011-12-29T12:30:00Z", "2011-12-30T12:30:00Z"));
            assertThat(spanOf("daily Pacific/Apia 02:30", "2011-12-30T12:30:00Z"))
                    .isEqualTo(span("2011-12-30T12:30:00Z", "2011-12-31T12:30:00Z"));
            assertThat(spanOf("daily Kwajalein 12:00", "1993-08-21T23:59:59Z"))
                    .isEqualTo(span("1993-08-21T00:00:00Z", "1993-08-22T00:00:00Z"));
        }

        @Test
        void keepsTheNanosecondOfTheBoundary() {
            WindowSpan span = spanOf("daily UTC 23:59:59.999999999", "2026-01-01T00:00:00Z");

            assertThat(span).isEqualTo(span("2025-12-31T23:59:59.999999999Z", "2026-01-01T23:59:59.999999999Z"));
            assertThat(spanOf("daily UTC 23:59:59.999999999", "2026-01-01T23:59:59.999999998Z"))
                    .isEqualTo(span);
        }

        @Test
        void knowsTheFirstAndTheLastInstant() {
            assertThat(spanOf("daily +18:00", "0001-01-01T00:00:00Z"))
                    .isEqualTo(span("0000-12-31T06:00:00Z", "0001-01-01T06:00:00Z"));
            assertThat(spanOf("daily -18:00", "9999-12-31T23:59:59.999999999Z"))
                    .isEqualTo(span("9999-12-31T18:00:00Z", "+10000-01-01T18:00:00Z"));
        }
    }

    @Nested
    class Weekly {

        @Test
        void startsOnMondayUnlessSet() {
            assertThat(QuotaWindow.weekly(ZoneOffset.UTC).spanAt(at("2026-08-19T00:00:00Z")))
                    .isEqualTo(span("2026-08-17T00:00:00Z", "2026-08-24T00:00:00Z"));
        }

        @Test
        void startsOnEveryDayOfTheWeek() {
            for (DayOfWeek first : DayOfWeek.values()) {
                WindowSpan span = QuotaWindow.weekly(ZoneOffset.UTC, first, LocalTime.NOON)
                        .spanAt(at("2026-08-19T11:00:00Z"));

                assertThat(span.startInclusive().atOffset(ZoneOffset.UTC).getDayOfWeek())
                        .isEqualTo(first);
                assertThat(span.startInclusive().atOffset(ZoneOffset.UTC).toLocalTime())
                        .isEqualTo(LocalTime.NOON);
            }
        }

        @Test
        void lasts167HoursWhenClocksGoForward() {
            assertThat(spanOf("weekly America/New_York", "2026-03-08T12:00:00Z"))
                    .isEqualTo(span("2026-03-02T05:00:00Z", "2026-03-09T04:00:00Z"));
        }
    }

    @Nested
    class Monthly {

        @Test
        void clampsToTheLastDayAndSpringsBack() {
            assertThat(spanOf("monthly UTC 31", "2026-02-01T00:00:00Z"))
                    .isEqualTo(span("2026-01-31T00:00:00Z", "2026-02-28T00:00:00Z"));
            assertThat(spanOf("monthly UTC 31", "2026-02-28T00:00:00Z"))
                    .isEqualTo(span("2026-02-28T00:00:00Z", "2026-03-31T00:00:00Z"));
            assertThat(spanOf("monthly UTC 30", "2028-02-29T00:00:00Z"))
                    .isEqualTo(span("2028-02-29T00:00:00Z", "2028-03-30T00:00:00Z"));
        }

        @Test
        void startsOnTheFirstUnlessSet() {
            assertThat(QuotaWindow.monthly(ZoneId.of("Asia/Shanghai")).spanAt(at("2026-07-31T16:00:00Z")))
                    .isEqualTo(span("2026-07-31T16:00:00Z", "2026-08-31T16:00:00Z"));
        }

        @Test
        void movesOnlyTheBoundaryThatFallsIntoAGap() {
            assertThat(spanOf("monthly Europe/Berlin 29 02:30", "2026-03-29T01:30:00Z"))
                    .isEqualTo(span("2026-03-29T01:30:00Z", "2026-04-29T00:30:00Z"));
        }

        @Test
        void knowsTheFirstAndTheLastInstant() {
            assertThat(spanOf("monthly UTC 31", "0001-01-01T00:00:00Z"))
                    .isEqualTo(span("0000-12-31T00:00:00Z", "0001-01-31T00:00:00Z"));
            assertThat(spanOf("monthly UTC 31", "9999-12-31T23:59:59.999999999Z"))
                    .isEqualTo(span("9999-12-31T00:00:00Z", "+10000-01-31T00:00:00Z"));
        }
    }

    @Nested
    class OfAPeriod {

        @Test
        void computesEveryBoundaryFromTheAnchor() {
            QuotaWindow monthly =
                    QuotaWindow.custom(Period.ofMonths(1), LocalDateTime.parse("2026-01-31T10:00"), ZoneOffset.UTC);

            assertThat(monthly.spanAt(at("2026-03-15T00:00:00Z")))
                    .isEqualTo(span("2026-02-28T10:00:00Z", "2026-03-31T10:00:00Z"));
            assertThat(monthly.spanAt(at("2026-03-31T10:00:00Z")))
                    .isEqualTo(span("2026-03-31T10:00:00Z", "2026-04-30T10:00:00Z"));
        }

        @Test
        void springsBackToTheLeapDay() {
            assertThat(spanOf("every P1Y from 2024-02-29T00:00 UTC", "2028-02-28T12:00:00Z"))
                    .isEqualTo(span("2027-02-28T00:00:00Z", "2028-02-29T00:00:00Z"));
        }

        @Test
        void wasThereBeforeItsAnchor() {
            assertThat(spanOf("every P1M from 2026-05-31T00:00 UTC", "2026-03-10T00:00:00Z"))
                    .isEqualTo(span("2026-02-28T00:00:00Z", "2026-03-31T00:00:00Z"));
            assertThat(spanOf("every P14D from 2026-01-05T00:00 Europe/Berlin", "2025-10-25T12:00:00Z"))
                    .isEqualTo(span("2025-10-12T22:00:00Z", "2025-10-26T23:00:00Z"));
        }

        @Test
        void followsTheWallClockWhereElapsedTimeDoesNot() {
            assertThat(spanOf("every P10D from 2026-03-01T00:00 America/New_York", "2026-03-09T12:00:00Z"))
                    .isEqualTo(span("2026-03-01T05:00:00Z", "2026-03-11T04:00:00Z"));
            assertThat(spanOf("every PT240H from 2026-03-01T05:00:00Z", "2026-03-09T12:00:00Z"))
                    .isEqualTo(span("2026-03-01T05:00:00Z", "2026-03-11T05:00:00Z"));
        }

        @Test
        void countsWeeksAsDaysAndYearsAsMonths() {
            LocalDateTime anchor = LocalDateTime.parse("2026-01-01T00:00");

            assertThat(QuotaWindow.custom(Period.ofWeeks(2), anchor, BERLIN))
                    .isEqualTo(QuotaWindow.custom(Period.ofDays(14), anchor, BERLIN));
            assertThat(QuotaWindow.custom(Period.ofMonths(24), anchor, BERLIN))
                    .isEqualTo(QuotaWindow.custom(Period.ofYears(2), anchor, BERLIN));
            assertThat(QuotaWindow.custom(Period.of(1, 6, 0), anchor, BERLIN))
                    .isEqualTo(QuotaWindow.custom(Period.ofMonths(18), anchor, BERLIN));
        }

        @Test
        void findsTheSameSpansFromAnAnchorNineThousandYearsAway() {
            String instant = "9998-10-31T01:30:00Z";

            assertThat(spanOf("every P1D from 0001-01-01T02:30 Europe/Berlin", instant))
                    .isEqualTo(spanOf("daily Europe/Berlin 02:30", instant));
            assertThat(spanOf("every P7D from 0001-01-01T00:00 Europe/Berlin", instant))
                    .isEqualTo(spanOf("weekly Europe/Berlin", instant));
            assertThat(spanOf("every P1M from 0001-01-31T02:30 Europe/Berlin", instant))
                    .isEqualTo(spanOf("monthly Europe/Berlin 31 02:30", instant));
        }
    }

    @Test
    void doesNotDependOnTheZoneOfTheJvm() {
        java.util.TimeZone before = java.util.TimeZone.getDefault();
        try {
            WindowSpan here = spanOf("daily Europe/Berlin", "2026-06-01T00:00:00Z");
            java.util.TimeZone.setDefault(java.util.TimeZone.getTimeZone("Pacific/Kiritimati"));

            assertThat(spanOf("daily Europe/Berlin", "2026-06-01T00:00:00Z")).isEqualTo(here);
        } finally {
            java.util.TimeZone.setDefault(before);
        }
    }
}
