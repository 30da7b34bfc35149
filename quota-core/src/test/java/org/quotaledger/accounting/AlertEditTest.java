package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.window.QuotaWindow;

/** Alerts of limits that are changed or reset. */
class AlertEditTest extends MemoryLedger {

    private static QuotaLimit alerting(long tokens, QuotaWindow window) {
        return debounced(tokens, window, Duration.ZERO);
    }

    private static QuotaLimit debounced(long tokens, QuotaWindow window, Duration debounce) {
        return QuotaLimit.builder("daily", amount(tokens), window)
                .alertDebounce(debounce)
                .build();
    }

    private List<LedgerEvent.Alert> alerts() {
        return events.stream()
                .filter(LedgerEvent.Alert.class::isInstance)
                .map(LedgerEvent.Alert.class::cast)
                .toList();
    }

    private List<String> told() {
        return alerts().stream()
                .map(alert -> alert.account() + " " + alert.threshold().level())
                .toList();
    }

    @Test
    void aRaisedLimitArmsWhatIsAboveTheUse() {
        AccountId key = account("key", alerting(100, DAILY));
        spend(key, 85);

        admin.override(key, alerting(200, DAILY));
        spend(key, 74);
        assertThat(told()).containsExactly("key 80%");
        spend(key, 1);
        assertThat(told()).containsExactly("key 80%", "key 80%");
    }

    @Test
    void anotherLimitThatIsAddedDoesNotArmThemAgain() {
        admin.createPolicy(QuotaPolicy.of("standard", alerting(100, DAILY)));
        AccountId key = accountOf("key", "standard");
        Reservation spent = spend(key, 85);
        ledger.refund(id("f"), spent.id(), tokens(50)).orThrow();

        admin.override(key, limit("other", 1000, DAILY).build());
        spend(key, 50);

        assertThat(told()).containsExactly("key 80%");
    }

    @Test
    void aResetDropsWhatWasDebouncedBeforeIt() {
        AccountId key = account("key", debounced(100, DAILY, Duration.ofHours(1)));
        clock.set(MIDNIGHT.minus(MICROSECOND));
        spend(key, 85);
        clock.set(MIDNIGHT);
        spend(key, 85);
        clock.advance(Duration.ofMinutes(1));
        admin.reset(key, "daily");
        clock.advance(Duration.ofHours(2));

        spend(key, 79);
        assertThat(told()).containsExactly("key 80%");
        spend(key, 1);
        assertThat(told()).containsExactly("key 80%", "key 80%");
    }

    @Test
    void aShorterIntervalIsOverSoonerForWhatIsDebouncedAlready() {
        AccountId key = account("key", debounced(100, DAILY, Duration.ofHours(3)));
        clock.set(MIDNIGHT.minus(MICROSECOND));
        spend(key, 85);
        clock.set(MIDNIGHT);
        spend(key, 85);
        admin.override(key, debounced(100, DAILY, Duration.ofHours(1)));
        clock.set(MIDNIGHT.plus(Duration.ofHours(1)));

        spend(key, 1);

        assertThat(told()).containsExactly("key 80%", "key 80%");
    }

    @Test
    void aThresholdThatIsGivenUpIsNotPublishedLate() {
        AccountId key = account("key", debounced(100, DAILY, Duration.ofHours(1)));
        clock.set(MIDNIGHT.minus(MICROSECOND));
        spend(key, 85);
        clock.set(MIDNIGHT);
        spend(key, 85);
        admin.override(
                key,
                limit("daily", 100, DAILY).alertAt(AlertThreshold.percent(87)).build());
        clock.advance(Duration.ofHours(1));

        spend(key, 1);
        assertThat(told()).containsExactly("key 80%");
        spend(key, 1);
        assertThat(told()).containsExactly("key 80%", "key 87%");
    }

    @Test
    void aLoweredLimitWhoseAlertIsDebouncedPublishesItLate() {
        AccountId key = account("key", debounced(100, DAILY, Duration.ofHours(1)));
        clock.set(MIDNIGHT.minus(MICROSECOND));
        spend(key, 85);
        clock.set(MIDNIGHT);
        spend(key, 60);
        admin.override(key, debounced(75, DAILY, Duration.ofHours(1)));
        assertThat(told()).containsExactly("key 80%");
        clock.advance(Duration.ofHours(1));

        spend(key, 1);

        assertThat(alerts())
                .extracting(alert -> alert.threshold().level() + " of " + alert.amount() + " by " + alert.cause())
                .containsExactly("80% of 100 tokens by CHARGE", "80% of 75 tokens by CHARGE");
    }

    @Test
    void aChangedAmountAfterTheIntervalPublishesWhatIsStillReached() {
        AccountId key = account("key", debounced(100, DAILY, Duration.ofHours(1)));
        clock.set(MIDNIGHT.minus(MICROSECOND));
        spend(key, 92);
        clock.set(MIDNIGHT);
        spend(key, 92);
        clock.advance(Duration.ofHours(1));

        admin.override(key, debounced(110, DAILY, Duration.ofHours(1)));
        assertThat(alerts())
                .extracting(alert -> alert.threshold().level() + " by " + alert.cause())
                .containsExactly("80% by CHARGE", "90% by CHARGE", "80% by LIMIT_CHANGED");
        spend(key, 7);

        assertThat(told()).containsExactly("key 80%", "key 90%", "key 80%", "key 90%");
    }

    @Test
    void aRaisedLimitIsDebouncedToo() {
        AccountId key = account("key", debounced(100, DAILY, Duration.ofHours(1)));
        spend(key, 85);
        admin.override(key, debounced(200, DAILY, Duration.ofHours(1)));

        spend(key, 75);
        assertThat(told()).containsExactly("key 80%");
        clock.advance(Duration.ofHours(1));
        spend(key, 1);

        assertThat(told()).containsExactly("key 80%", "key 80%");
    }
}
