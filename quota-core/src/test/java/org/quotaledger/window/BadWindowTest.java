package org.quotaledger.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.quotaledger.window.Spans.at;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BadWindowTest {

    private static final Instant ANCHOR = at("2026-01-01T00:00:00Z");
    private static final LocalDateTime LOCAL_ANCHOR = LocalDateTime.parse("2026-01-01T00:00");

    static Stream<Arguments> bad() {
        return Stream.of(
                bad("PT0.999999999S", "PT1S", () -> QuotaWindow.custom(Duration.ofNanos(999_999_999), ANCHOR)),
                bad("PT0S", "PT1S", () -> QuotaWindow.custom(Duration.ZERO, ANCHOR)),
                bad("PT-1H", "PT1S", () -> QuotaWindow.custom(Duration.ofHours(-1), ANCHOR)),
                bad(
                        "PT87672H0.000000001S",
                        "3653 days",
                        () -> custom(Duration.ofDays(3653).plusNanos(1))),
                bad("PT2562047788015215H30M7S", "3653 days", () -> custom(Duration.ofSeconds(Long.MAX_VALUE))),
                bad(
                        "0000-12-31T23:59:59.999999999Z",
                        "years 1 to 9999",
                        () -> anchor(WindowSpan.EARLIEST.minusNanos(1))),
                bad("+10000-01-01T00:00:00Z", "years 1 to 9999", () -> anchor(at("+10000-01-01T00:00:00Z"))),
                bad("+1000000000-12-31T23:59:59.999999999Z", "years 1 to 9999", () -> anchor(Instant.MAX)),
                bad("P0D", "P1D", () -> custom(Period.ZERO)),
                bad("P-1D", "P1D", () -> custom(Period.ofDays(-1))),
                bad("P1Y-1M", "P1D", () -> custom(Period.of(1, -1, 0))),
                bad("P1Y-12M", "P1D", () -> custom(Period.of(1, -12, 0))),
                bad("P1M1D", "not both", () -> custom(Period.of(0, 1, 1))),
                bad("P1Y7D", "not both", () -> custom(Period.of(1, 0, 7))),
                bad("P10Y1M", "P10Y", () -> custom(Period.of(10, 1, 0))),
                bad("P121M", "P10Y", () -> custom(Period.ofMonths(121))),
                bad(
                        "P2147483647Y2147483647M",
                        "P10Y",
                        () -> custom(Period.of(Integer.MAX_VALUE, Integer.MAX_VALUE, 0))),
                bad("P3654D", "P3653D", () -> custom(Period.ofDays(3654))),
                bad("0000-12-31T23:59", "years 1 to 9999", () -> anchor(LocalDateTime.parse("0000-12-31T23:59"))),
                bad("+10000-01-01T00:00", "years 1 to 9999", () -> anchor(LocalDateTime.parse("+10000-01-01T00:00"))),
                bad("day is 0", "1 to 31", () -> QuotaWindow.monthly(ZoneOffset.UTC, 0)),
                bad("day is 32", "1 to 31", () -> QuotaWindow.monthly(ZoneOffset.UTC, 32, LocalTime.NOON)),
                bad("PT0.5S", "PT1S", () -> QuotaWindow.rolling(Duration.ofMillis(500))),
                bad("PT0.5S", "PT1S", () -> QuotaWindow.rolling(Duration.ofMillis(500), Duration.ofMillis(500))),
                bad("PT87696H", "3653 days", () -> QuotaWindow.rolling(Duration.ofDays(3654))),
                bad(
                        "PT1H0.000000001S",
                        "PT1H",
                        () -> rolling(Duration.ofHours(1).plusNanos(1))),
                bad("PT2562047788015215H30M7S", "PT1H", () -> rolling(Duration.ofSeconds(Long.MAX_VALUE))),
                bad(
                        "PT3.599999999S",
                        "thousandth",
                        () -> rolling(Duration.ofMillis(3600).minusNanos(1))),
                bad("PT0S", "thousandth", () -> rolling(Duration.ZERO)),
                bad("PT-1S", "thousandth", () -> rolling(Duration.ofSeconds(-1))),
                bad("PT0.1S", "PT1S", () -> QuotaWindow.sinceFirstUse(Duration.ofMillis(100))),
                bad("PT87696H", "3653 days", () -> QuotaWindow.sinceFirstUse(Duration.ofDays(3654))),
                bad("not before its end", ANCHOR.toString(), () -> QuotaWindow.lifetime(ANCHOR, ANCHOR)),
                bad("0000-12-31", "0001-01-01", () -> QuotaWindow.lifetimeFrom(at("0000-12-31T00:00:00Z"))),
                bad("+10000-01-01", "9999-12-31", () -> QuotaWindow.lifetimeUntil(at("+10000-01-01T00:00:00Z"))));
    }

    private static Arguments bad(String value, String allowed, ThrowingCallable building) {
        return Arguments.of(value, allowed, building);
    }

    private static QuotaWindow custom(Duration length) {
        return QuotaWindow.custom(length, ANCHOR);
    }

    private static QuotaWindow custom(Period length) {
        return QuotaWindow.custom(length, LOCAL_ANCHOR, ZoneOffset.UTC);
    }

    private static QuotaWindow anchor(Instant anchor) {
        return QuotaWindow.custom(Duration.ofHours(1), anchor);
    }

    private static QuotaWindow anchor(LocalDateTime anchor) {
        return QuotaWindow.custom(Period.ofDays(1), anchor, ZoneOffset.UTC);
    }

    private static QuotaWindow rolling(Duration resolution) {
        return QuotaWindow.rolling(Duration.ofHours(1), resolution);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bad")
    void isRefusedWhenBuiltNamingTheValueAndWhatIsAllowed(String value, String allowed, ThrowingCallable building) {
        assertThatIllegalArgumentException()
                .isThrownBy(building)
                .withMessageContaining(value)
                .withMessageContaining(allowed);
    }

    @Test
    void isNotRefusedAtTheVeryBounds() {
        assertThat(custom(Duration.ofSeconds(1))).isNotNull();
        assertThat(custom(Duration.ofDays(3653))).isNotNull();
        assertThat(custom(Period.ofDays(3653))).isNotNull();
        assertThat(custom(Period.ofYears(10))).isEqualTo(custom(Period.ofMonths(120)));
        assertThat(anchor(WindowSpan.EARLIEST)).isNotNull();
        assertThat(anchor(at("9999-12-31T23:59:59.999999999Z"))).isNotNull();
        assertThat(rolling(Duration.ofMillis(3600))).isNotNull();
        assertThat(rolling(Duration.ofHours(1))).isNotNull();
    }

    @Test
    void refusesNulls() {
        assertThatNullPointerException()
                .isThrownBy(() -> QuotaWindow.hourly(null))
                .withMessage("zone");
        assertThatNullPointerException()
                .isThrownBy(() -> QuotaWindow.daily(ZoneOffset.UTC, null))
                .withMessage("at");
        assertThatNullPointerException()
                .isThrownBy(() -> QuotaWindow.weekly(ZoneOffset.UTC, null))
                .withMessage("first");
        assertThatNullPointerException()
                .isThrownBy(() -> QuotaWindow.rolling(null))
                .withMessage("length");
        assertThatNullPointerException()
                .isThrownBy(() -> QuotaWindow.parse(null))
                .withMessage("text");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hourly Europe/Berlin",
                "daily UTC",
                "weekly UTC",
                "monthly UTC",
                "every PT1H from 2026-01-01T00:00:00Z",
                "every PT1.5S from 2026-01-01T00:00:00Z",
                "every P1M from 2026-01-01T00:00 UTC",
                "rolling PT1H",
                "since-first-use PT1H",
            })
    void refusesInstantsOutsideTheYears1To9999(String text) {
        QuotaWindow window = QuotaWindow.parse(text);

        for (Instant instant :
                new Instant[] {Instant.MIN, WindowSpan.EARLIEST.minusNanos(1), at("+10000-01-01T00:00:00Z"), Instant.MAX
                }) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> window.spanAt(instant))
                    .withMessageContaining(instant.toString())
                    .withMessageContaining("years 1 to 9999");
        }
    }
}
