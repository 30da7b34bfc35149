package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.alert.Severity;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.window.QuotaWindow;

/** Each threshold is published once in a window: by the change that crosses it, or the first one after the debounce interval. */
abstract class AlertContract extends ContractSection {

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
    void anAlertTellsWhatWasCrossedAndWhatIsUsed() {
        AlertThreshold half = AlertThreshold.percent(50, Severity.INFO, "owner");
        AccountId key = account("key", limit("daily", 10, DAILY).alertAt(half).build());

        spend(key, 6);

        assertThat(alerts())
                .containsExactly(new LedgerEvent.Alert(
                        alerts().get(0).id(),
                        key,
                        NOON,
                        new LedgerEvent.LimitUse("daily", status(key, "daily").span(), amount(6), amount(10)),
                        half,
                        LedgerEvent.Cause.CHARGE));
    }

    @Test
    void aJumpOverSeveralTellsEachOnce() {
        AccountId key = account("key", alerting(100, DAILY));

        spend(key, 96);
        spend(key, 1);

        assertThat(told()).containsExactly("key 80%", "key 90%", "key 95%");
    }

    @Test
    void everyAccountOfAChainTellsItsOwn() {
        AccountId team = account("team", alerting(100, DAILY));
        AccountId key = account("key", team, alerting(50, DAILY));

        spend(key, 40);
        assertThat(told()).containsExactly("key 80%");
        spend(team, 40);
        assertThat(told()).containsExactly("key 80%", "team 80%");
    }

    @Test
    void aRefundAndASecondCrossingInTheSameWindowTellNothingMore() {
        AccountId key = account("key", alerting(100, DAILY));
        Reservation spent = spend(key, 85);
        ledger.refund(id("f"), spent.id(), tokens(50)).orThrow();

        spend(key, 50);
        assertThat(told()).containsExactly("key 80%");
        spend(key, 5);
        assertThat(told()).containsExactly("key 80%", "key 90%");
    }

    @Test
    void aNewWindowArmsThemAgain() {
        AccountId key = account("key", alerting(100, DAILY));
        spend(key, 80);
        clock.set(MIDNIGHT);

        spend(key, 80);

        assertThat(told()).containsExactly("key 80%", "key 80%");
    }

    @Test
    void aLoweredLimitTellsWhatItCrossesAndThatThisIsTheCause() {
        AccountId key = account(
                "key",
                limit("daily", 100, DAILY)
                        .alertAt(AlertThreshold.percent(50), AlertThreshold.percent(90))
                        .build());
        spend(key, 60);

        admin.setAmount(key, "daily", amount(66));
        admin.setAmount(key, "daily", amount(61));

        assertThat(alerts())
                .extracting(alert -> alert.threshold().level() + " of " + alert.amount() + " by " + alert.cause())
                .containsExactly("50% of 100 tokens by CHARGE", "90% of 66 tokens by LIMIT_CHANGED");
    }

    @Test
    void directChargesAndExpiriesCrossThresholdsToo() {
        AccountId key = account("key", alerting(100, DAILY));
        ledger.charge(id("c"), key, tokens(80)).orThrow();
        hold(key, 10).progress(tokens(10)).orThrow();
        clock.advance(TIME_TO_LIVE);

        admin.sweep(10);

        assertThat(told()).containsExactly("key 80%", "key 90%");
    }

    @Test
    void threadsThatRaceOverAThresholdTellItOnce() throws InterruptedException {
        AccountId key = account("key", alerting(1000, DAILY));

        Race.of(32, thread -> {
            for (int i = 0; i < 31; i++) {
                spend(key, 1);
            }
        });

        assertThat(usage(key)).isEqualTo("992 used, 0 held");
        assertThat(told()).containsExactlyInAnyOrder("key 80%", "key 90%", "key 95%");
    }

    @Test
    void withinTheDebounceIntervalALevelIsNotToldAgainEvenInAnotherWindow() {
        QuotaWindow everyMinute = QuotaWindow.custom(Duration.ofMinutes(1), NOON);
        AccountId key = account("key", debounced(100, everyMinute, Duration.ofMinutes(3)));
        spend(key, 85);
        clock.advance(Duration.ofMinutes(1));

        spend(key, 92);
        assertThat(told()).containsExactly("key 80%", "key 90%");
        clock.set(NOON.plus(Duration.ofMinutes(3)).minus(MICROSECOND));
        spend(key, 80);
        assertThat(told()).containsExactly("key 80%", "key 90%");
    }

    @Test
    void anAlertThatFallsIntoTheDebounceIntervalIsPublishedByTheFirstChangeAfterIt() {
        AccountId key = account("key", debounced(100, DAILY, Duration.ofHours(1)));
        clock.set(MIDNIGHT.minus(Duration.ofMinutes(15)));
        spend(key, 85);
        clock.set(MIDNIGHT.plus(Duration.ofMinutes(15)));
        spend(key, 85);
        assertThat(told()).containsExactly("key 80%");
        clock.set(MIDNIGHT.plus(Duration.ofMinutes(45)).minus(MICROSECOND));
        spend(key, 1);
        assertThat(told()).containsExactly("key 80%");

        clock.advance(MICROSECOND);
        spend(key, 1);
        spend(key, 1);

        assertThat(told()).containsExactly("key 80%", "key 80%");
        LedgerEvent.Alert late = alerts().get(1);
        assertThat(late.at()).isEqualTo(MIDNIGHT.plus(Duration.ofMinutes(45)));
        assertThat(late.span()).isEqualTo(status(key, "daily").span());
        assertThat(late.used()).isEqualTo(amount(87));
        assertThat(late.id()).isNotEqualTo(alerts().get(0).id());
    }

    @Test
    void eachOfSeveralDebouncedThresholdsIsPublishedWhenItsOwnIntervalIsOver() {
        AccountId key = account("key", debounced(100, DAILY, Duration.ofHours(1)));
        clock.set(MIDNIGHT.minus(Duration.ofMinutes(30)));
        spend(key, 85);
        clock.set(MIDNIGHT.minus(Duration.ofMinutes(20)));
        spend(key, 7);
        clock.set(MIDNIGHT);
        spend(key, 96);
        assertThat(told()).containsExactly("key 80%", "key 90%", "key 95%");

        clock.set(MIDNIGHT.plus(Duration.ofMinutes(30)));
        spend(key, 1);
        assertThat(told()).containsExactly("key 80%", "key 90%", "key 95%", "key 80%");
        clock.set(MIDNIGHT.plus(Duration.ofMinutes(40)));
        spend(key, 1);
        spend(key, 1);
        assertThat(told()).containsExactly("key 80%", "key 90%", "key 95%", "key 80%", "key 90%");
    }

    @Test
    void afterAResetTheAlertIsLateAndNotLost() {
        AccountId key = account("key", debounced(100, DAILY, Duration.ofHours(1)));
        spend(key, 85);
        clock.advance(Duration.ofMinutes(1));
        admin.reset(key, "daily");
        clock.advance(Duration.ofMinutes(1));
        spend(key, 85);
        clock.set(NOON.plus(Duration.ofMinutes(59)));
        spend(key, 1);
        assertThat(told()).containsExactly("key 80%");

        clock.set(NOON.plus(Duration.ofHours(1)));
        spend(key, 1);

        assertThat(told()).containsExactly("key 80%", "key 80%");
    }

    @Test
    void aRollingWindowPublishesALateAlertOnceThoughItsBucketsChange() {
        QuotaWindow rolling = QuotaWindow.rolling(Duration.ofHours(10), Duration.ofMinutes(10));
        AccountId key = account("key", debounced(100, rolling, Duration.ofHours(1)));
        spend(key, 85);
        clock.advance(Duration.ofMinutes(5));
        admin.reset(key, "daily");
        clock.advance(Duration.ofMinutes(5));
        for (int i = 0; i < 17; i++) {
            spend(key, 5);
            clock.advance(Duration.ofMinutes(2));
        }
        assertThat(told()).containsExactly("key 80%");

        clock.set(NOON.plus(Duration.ofMinutes(59)));
        spend(key, 1);
        assertThat(told()).containsExactly("key 80%");
        clock.set(NOON.plus(Duration.ofMinutes(60)));
        spend(key, 1);
        clock.advance(Duration.ofMinutes(20));
        spend(key, 1);
        clock.advance(Duration.ofMinutes(70));
        spend(key, 1);

        assertThat(told()).containsExactly("key 80%", "key 80%");
    }

    @Test
    void threadsThatRaceToPublishALateAlertDoItOnce() throws InterruptedException {
        AccountId key = account("key", debounced(1000, DAILY, Duration.ofHours(1)));
        clock.set(MIDNIGHT.minus(MICROSECOND));
        spend(key, 850);
        clock.set(MIDNIGHT);
        spend(key, 850);
        clock.advance(Duration.ofHours(1));

        Race.of(16, thread -> spend(key, 1));

        assertThat(told()).containsExactly("key 80%", "key 80%");
    }

    @Test
    void accountsAndLimitsAreDebouncedEachByItself() {
        QuotaLimit other = QuotaLimit.of("other", amount(100), DAILY);
        AccountId team = account("team", debounced(100, DAILY, Duration.ofHours(1)));
        AccountId key = account("key", team, debounced(100, DAILY, Duration.ofHours(1)), other);
        AccountId sibling = account("sibling", debounced(100, DAILY, Duration.ofHours(1)));

        spend(key, 80);
        spend(sibling, 80);

        assertThat(alerts())
                .extracting(alert -> alert.account() + "/" + alert.limit() + " "
                        + alert.threshold().level())
                .containsExactlyInAnyOrder("key/daily 80%", "key/other 80%", "team/daily 80%", "sibling/daily 80%");
    }
}
