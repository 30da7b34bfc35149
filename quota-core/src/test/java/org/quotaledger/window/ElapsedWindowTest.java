package org.quotaledger.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.quotaledger.window.Spans.at;
import static org.quotaledger.window.Spans.span;
import static org.quotaledger.window.Spans.spanOf;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElapsedWindowTest {

    private static final BigInteger BILLION = BigInteger.valueOf(1_000_000_000);

    @Test
    void repeatsFromItsAnchorBothWays() {
        String window = "every PT5H from 2026-01-01T00:00:00Z";

        assertThat(spanOf(window, "2026-01-01T00:00:00Z"))
                .isEqualTo(span("2026-01-01T00:00:00Z", "2026-01-01T05:00:00Z"));
        assertThat(spanOf(window, "2025-12-31T23:59:59.999999999Z"))
                .isEqualTo(span("2025-12-31T19:00:00Z", "2026-01-01T00:00:00Z"));
    }

    @Test
    void keepsTheNanosecondOfTheAnchor() {
        String window = "every PT1S from 2026-01-01T00:00:00.000000001Z";

        assertThat(spanOf(window, "2026-01-01T00:00:00Z"))
                .isEqualTo(span("2025-12-31T23:59:59.000000001Z", "2026-01-01T00:00:00.000000001Z"));
        assertThat(spanOf(window, "2026-01-01T00:00:00.000000001Z"))
                .isEqualTo(span("2026-01-01T00:00:00.000000001Z", "2026-01-01T00:00:01.000000001Z"));
    }

    @ParameterizedTest
    @CsvSource({
        "PT1.000000001S, 0001-01-01T00:00:00.000000007Z, 9999-12-31T23:59:59.999999999Z",
        "PT1.000000001S, 9999-12-31T23:59:59.999999999Z, 0001-01-01T00:00:00Z",
        "PT87671H59M59.999999999S, 0001-01-01T00:00:00.999999999Z, 9999-12-31T23:59:59.999999998Z",
        "PT87672H, 9999-12-31T23:59:59.999999999Z, 0001-01-01T00:00:00.000000001Z",
        "PT1S, 0001-01-01T00:00:00.5Z, 9999-12-31T23:59:59.499999999Z",
        "PT1.5S, 1734-09-20T00:12:43.145224193Z, 2027-01-01T00:00:00Z",
        "PT1.5S, 2026-01-01T00:00:00.3Z, 2026-01-01T00:00:01.8Z",
        "PT1.5S, 2026-01-01T00:00:00.3Z, 2026-01-01T00:00:00.299999999Z",
    })
    void isExactToTheNanosecondAcrossAllYears(Duration length, Instant anchor, Instant instant) {
        BigInteger lengthNanos = nanos(Instant.EPOCH.plus(length));

        WindowSpan span = QuotaWindow.custom(length, anchor).spanAt(instant);

        assertThat(span.contains(instant)).isTrue();
        assertThat(span.length()).isEqualTo(length);
        assertThat(nanos(span.startInclusive()).subtract(nanos(anchor)).mod(lengthNanos))
                .isEqualTo(BigInteger.ZERO);
    }

    private static BigInteger nanos(Instant instant) {
        return BigInteger.valueOf(instant.getEpochSecond())
                .multiply(BILLION)
                .add(BigInteger.valueOf(instant.getNano()));
    }

    @Test
    void returnsTheSpanItIsGivenWhileItContainsTheInstant() {
        QuotaWindow window = QuotaWindow.custom(Duration.ofHours(5), at("2026-01-01T00:00:00Z"));
        WindowSpan latest = window.spanAt(at("2026-01-01T04:00:00Z"));

        assertThat(window.spanAt(at("2026-01-01T04:59:59Z"), latest)).isSameAs(latest);
        assertThat(window.spanAt(at("2026-01-01T05:00:00Z"), latest))
                .isEqualTo(span("2026-01-01T05:00:00Z", "2026-01-01T10:00:00Z"));
        assertThat(window.spanAt(at("2026-01-01T05:00:00Z"), null))
                .isEqualTo(span("2026-01-01T05:00:00Z", "2026-01-01T10:00:00Z"));
    }
}
