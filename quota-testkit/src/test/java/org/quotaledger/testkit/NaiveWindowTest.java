package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.quotaledger.testkit.NaiveWindow.Span;
import org.quotaledger.window.QuotaWindow;

class NaiveWindowTest {

    private static final NaiveWindow BERLIN = NaiveWindow.of(QuotaWindow.daily(ZoneId.of("Europe/Berlin")));

    @Test
    void aDayOnWhichClocksGoForwardLasts23Hours() {
        Span day = BERLIN.spanAt(Instant.parse("2026-03-29T12:00:00Z"));

        assertThat(day)
                .isEqualTo(new Span(Instant.parse("2026-03-28T23:00:00Z"), Instant.parse("2026-03-29T22:00:00Z")));
    }

    @Test
    void aSpanContainsItsStartAndNotItsEnd() {
        Span day = BERLIN.spanAt(Instant.parse("2026-03-29T12:00:00Z"));

        assertThat(day.contains(day.start())).isTrue();
        assertThat(day.contains(day.end())).isFalse();
    }

    @Test
    void useInABucketCountsUntilTheBucketHasLeftTheWindow() {
        NaiveWindow rolling = NaiveWindow.of(QuotaWindow.rolling(Duration.ofHours(1), Duration.ofMinutes(10)));
        Span bucket = rolling.spanAt(Instant.parse("2026-03-10T12:07:00Z"));

        assertThat(bucket.end()).isEqualTo(Instant.parse("2026-03-10T12:10:00Z"));
        assertThat(rolling.countedUntil(bucket)).isEqualTo(Instant.parse("2026-03-10T13:10:00Z"));
    }

    @Test
    void aSpanSinceFirstUseStaysOpenUntilItsEnd() {
        NaiveWindow window = NaiveWindow.of(QuotaWindow.sinceFirstUse(Duration.ofHours(5)));
        Span open = window.spanAt(Instant.parse("2026-03-10T12:00:00Z"));

        assertThat(window.spanAt(Instant.parse("2026-03-10T16:59:59Z"), open)).isSameAs(open);
        assertThat(window.spanAt(open.end(), open).start()).isEqualTo(open.end());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "yearly UTC", "daily UTC", "every PT1H", "rolling PT1H", "lifetime from", "hourly UTC 2"})
    void refusesATextThatIsNotComplete(String text) {
        assertThatThrownBy(() -> NaiveWindow.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + text + "\"");
    }
}
