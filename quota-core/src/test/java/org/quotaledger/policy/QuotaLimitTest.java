package org.quotaledger.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.alert.Severity;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.window.QuotaWindow;

class QuotaLimitTest {

    private static final QuotaWindow DAILY = QuotaWindow.daily(ZoneOffset.UTC);

    @Test
    void hasTheDefaultsItDocuments() {
        QuotaLimit limit = QuotaLimit.of("daily", Amount.of(5, Meter.USD), DAILY);

        assertThat(limit.boundary()).isEqualTo(Boundary.STRICT);
        assertThat(limit.chargeTime()).isEqualTo(ChargeTime.RESERVE);
        assertThat(limit.onExcess()).isEqualTo(OnExcess.CHARGE);
        assertThat(limit.onExpiry()).isEqualTo(OnExpiry.PROGRESS);
        assertThat(limit.thresholds())
                .extracting(threshold -> threshold.level() + " " + threshold.severity() + " " + threshold.recipients())
                .containsExactly(
                        "80% WARNING [owner]",
                        "90% WARNING [owner]", "95% URGENT [owner, admin]", "100% URGENT [owner, admin]");
        assertThat(limit.alertDebounce()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void aBuilderThatStartsFromALimitKeepsAllOfIt() {
        QuotaLimit limit = QuotaLimit.builder("daily", Amount.of(5, Meter.USD), DAILY)
                .graceful()
                .chargeTime(ChargeTime.SETTLE)
                .onExcess(OnExcess.CAP)
                .onExpiry(OnExpiry.HOLD)
                .onExhaustion(ExhaustionAction.observe())
                .alertAt(AlertThreshold.percent(50, Severity.INFO, AlertThreshold.OWNER))
                .alertDebounce(Duration.ofMinutes(5))
                .build();

        assertThat(limit.toBuilder().build()).isEqualTo(limit);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-1S", "P7DT0.000001S", "PT0.000000001S"})
    void refusesDebouncesThatAreNegativeTooLongOrTooFine(Duration debounce) {
        assertThatThrownBy(() -> QuotaLimit.builder("daily", Amount.of(5, Meter.USD), DAILY)
                        .alertDebounce(debounce)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("alert debounce of limit daily is " + debounce);
    }

    @ParameterizedTest
    @ValueSource(strings = {"80%", "100%", "1000%", "0.5 usd", "12 usd"})
    void readsALevelFromTheTextThatItWrites(String text) {
        assertThat(AlertThreshold.Level.parse(text, Meter.USD)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"80", "half", "%", "5 eur", " usd", "0 usd", "0%", "1001%", "-1 usd"})
    void refusesTextsThatAreNoLevel(String text) {
        assertThatThrownBy(() -> AlertThreshold.Level.parse(text, Meter.USD))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " daily", "daily/usd", "-daily", "täglich"})
    void refusesNamesThatAreNotPlain(String name) {
        assertThatThrownBy(() -> QuotaLimit.of(name, Amount.of(5, Meter.USD), DAILY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + name + "\"");
    }

    @Test
    void refusesWindowsWithBoundariesThatAStoreCannotKeep() {
        for (QuotaWindow tooFine : new QuotaWindow[] {
            QuotaWindow.daily(ZoneOffset.UTC, LocalTime.of(0, 0, 0, 1)),
            QuotaWindow.custom(Duration.ofSeconds(1, 1), Instant.EPOCH),
            QuotaWindow.custom(Duration.ofSeconds(1), Instant.EPOCH.plusNanos(999)),
            QuotaWindow.rolling(Duration.ofSeconds(1, 1), Duration.ofSeconds(1)),
            QuotaWindow.sinceFirstUse(Duration.ofSeconds(1, 1)),
            QuotaWindow.lifetimeFrom(Instant.EPOCH.plusNanos(1))
        }) {
            assertThatThrownBy(() -> QuotaLimit.of("fine", Amount.of(5, Meter.USD), tooFine))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(tooFine.toString())
                    .hasMessageContaining("microseconds");
        }
    }

    @Test
    void refusesThresholdsOfAnotherMeterOrTwiceTheSame() {
        QuotaLimit.Builder limit = QuotaLimit.builder("daily", Amount.of(5, Meter.USD), DAILY);

        assertThatThrownBy(() -> limit.alertAt(AlertThreshold.percent(80), AlertThreshold.percent(80))
                        .build())
                .hasMessage("limit daily alerts at 80% twice");
        assertThatThrownBy(() -> limit.alertAt(
                                AlertThreshold.amount(Amount.of(5, Meter.TOKENS), Severity.INFO, AlertThreshold.OWNER))
                        .build())
                .hasMessageContaining("5 tokens")
                .hasMessageContaining("usd");
    }

    @ParameterizedTest
    @CsvSource({"80, 100, 80", "80, 99, 80", "100, 7, 7", "1, 1, 1", "33, 10, 4", "150, 100, 150", "90, 0, 1"})
    void putsAPercentThresholdAtTheLeastUsedThatReachesIt(int percent, long amount, long units) {
        assertThat(AlertThreshold.percent(percent).level().units(Amount.ofUnits(amount, Meter.TOKENS)))
                .isEqualTo(units);
    }

    @Test
    void findsAPercentageOfTheLargestAmountExactly() {
        assertThat(AlertThreshold.percent(100).level().units(Amount.ofUnits(Long.MAX_VALUE, Meter.TOKENS)))
                .isEqualTo(Long.MAX_VALUE);
        assertThatThrownBy(() -> QuotaLimit.builder("all", Amount.ofUnits(Long.MAX_VALUE, Meter.TOKENS), DAILY)
                        .alertAt(AlertThreshold.percent(101))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("101%");
    }

    @ParameterizedTest
    @CsvSource({
        "STRICT, 100, 70, 0, 30, 30",
        "STRICT, 100, 70, 0, 31, 30",
        "STRICT, 100, 70, 30, 1, 0",
        "STRICT, 0, 0, 0, 1, 0",
        "STRICT, 100, 150, 0, 1, 0",
        "GRACEFUL, 100, 90, 0, 60, 60",
        "GRACEFUL, 100, 100, 0, 1, 0",
        "GRACEFUL, 100, 90, 10, 1, 0",
        "GRACEFUL, 0, 0, 0, 1, 0"
    })
    void leavesRoomAsItsBoundarySays(Boundary boundary, long amount, long used, long held, long requested, long room) {
        assertThat(boundary.room(amount, used, held, requested)).isEqualTo(room);
    }
}
