package org.quotaledger.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.quotaledger.window.Spans.at;
import static org.quotaledger.window.Spans.span;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RollingWindowTest {

    private final QuotaWindow hour = QuotaWindow.rolling(Duration.ofHours(1), Duration.ofMinutes(7));

    @Test
    void keepsUseInBucketsThatStartAtTheEpoch() {
        assertThat(hour.spanAt(at("1970-01-01T00:13:59.999999999Z")))
                .isEqualTo(span("1970-01-01T00:07:00Z", "1970-01-01T00:14:00Z"));
        assertThat(hour.spanAt(at("1969-12-31T23:59:59Z")))
                .isEqualTo(span("1969-12-31T23:53:00Z", "1970-01-01T00:00:00Z"));
    }

    @Test
    void countsABucketUntilItsYoungestUseIsTooOld() {
        WindowSpan bucket = hour.spanAt(at("1970-01-01T00:08:00Z"));

        assertThat(hour.countedUntil(bucket)).isEqualTo(at("1970-01-01T01:14:00Z"));
    }

    @Test
    void countsSeveralBucketsTheLatestFirst() {
        assertThat(hour.countsOneSpan()).isFalse();
        assertThat(hour.countedSpans(at("1970-01-01T01:14:00Z"), at("1970-01-01T00:30:00Z")))
                .containsExactly(
                        span("1970-01-01T00:28:00Z", "1970-01-01T00:35:00Z"),
                        span("1970-01-01T00:21:00Z", "1970-01-01T00:28:00Z"),
                        span("1970-01-01T00:14:00Z", "1970-01-01T00:21:00Z"));
        assertThat(hour.countedSpans(at("1970-01-01T02:00:00Z"), at("1970-01-01T00:30:00Z")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "PT1H, PT1M",
        "PT1S, PT1S",
        "PT1M, PT1S",
        "PT1M0.000000001S, PT2S",
        "PT1M1S, PT2S",
        "PT24H, PT24M",
        "PT720H, PT12H",
        "PT87672H, PT1461H12M",
    })
    void hasASixtiethRoundedUpToAWholeSecondUnlessGiven(Duration length, Duration resolution) {
        assertThat(QuotaWindow.rolling(length)).isEqualTo(QuotaWindow.rolling(length, resolution));
    }

    @Test
    void canHaveAThousandBucketsOrOne() {
        assertThat(QuotaWindow.rolling(Duration.ofSeconds(1), Duration.ofMillis(1)))
                .hasToString("rolling PT1S by PT0.001S");
        assertThat(QuotaWindow.rolling(Duration.ofSeconds(1), Duration.ofSeconds(1)))
                .hasToString("rolling PT1S by PT1S");
    }
}
