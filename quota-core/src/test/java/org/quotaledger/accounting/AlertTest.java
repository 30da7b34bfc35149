package org.quotaledger.accounting;

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

/** Thresholds, and the debounce interval of their alerts. */
class AlertTest extends PlainLedger {

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
    void aThresholdIsCrossedAtExactlyItsLevel() {
        AccountId key = account(
                "key",
                limit("daily", 10, DAILY)
                        .alertAt(
                                AlertThreshold.percent(80),
                                AlertThreshold.amount(amount(9), Severity.INFO, AlertThreshold.OWNER))
                        .build());

        spend(key, 7);
        assertThat(told()).isEmpty();
        spend(key, 1);
        assertThat(told()).containsExactly("key 80%");
        spend(key, 1);
        assertThat(told()).containsExactly("key 80%", "key 9 tokens");
    }

    @Test
    void whatIsHeldCrossesNothing() {
        AccountId key = account("key", alerting(100, DAILY));

        Reservation hold = hold(key, 100);
        assertThat(told()).isEmpty();
        hold.release();

        assertThat(told()).isEmpty();
    }

    @Test
    void aRollingWindowArmsThemAgainWhenTheUseHasGoneBy() {
        AccountId key = account("key", alerting(100, QuotaWindow.rolling(Duration.ofHours(1), Duration.ofMinutes(10))));
        spend(key, 40);
        clock.advance(Duration.ofMinutes(30));
        spend(key, 40);
        clock.advance(Duration.ofMinutes(45));
        spend(key, 40);
        assertThat(told()).containsExactly("key 80%");

        clock.advance(Duration.ofHours(2));
        spend(key, 80);
        assertThat(told()).containsExactly("key 80%", "key 80%");
    }

    @Test
    void aReplayTellsNothing() {
        AccountId key = account("key", alerting(100, DAILY));
        ledger.charge(id("c"), key, tokens(80)).orThrow();

        ledger.charge(id("c"), key, tokens(80)).orThrow();

        assertThat(alerts()).hasSize(1);
    }

    @Test
    void aLateSettleTakingBackTheExpirysChargeTellsNothingAgain() {
        AccountId key = account("key", alerting(100, DAILY));
        Reservation late = hold(key, 90);
        late.progress(tokens(80)).orThrow();
        clock.advance(TIME_TO_LIVE);
        admin.sweep(10);
        assertThat(told()).containsExactly("key 80%");

        late.settle(tokens(85)).orThrow();

        assertThat(told()).containsExactly("key 80%");
    }

    @Test
    void fromTheEndOfTheDebounceIntervalANewWindowTellsAgain() {
        QuotaWindow everyMinute = QuotaWindow.custom(Duration.ofMinutes(1), NOON);
        AccountId key = account("key", debounced(100, everyMinute, Duration.ofMinutes(3)));
        spend(key, 85);
        clock.advance(Duration.ofMinutes(3));

        spend(key, 80);

        assertThat(told()).containsExactly("key 80%", "key 80%");
    }

    @Test
    void aLateAlertIsPublishedInTheWindowOfEachAccountOfAChain() {
        AccountId team = account("team", debounced(100, DAILY, Duration.ofHours(1)));
        AccountId key = account("key", team, debounced(100, DAILY, Duration.ofHours(1)));
        clock.set(MIDNIGHT.minus(MICROSECOND));
        spend(team, 85);
        clock.set(MIDNIGHT);
        spend(key, 85);
        assertThat(told()).containsExactly("team 80%", "key 80%");

        clock.advance(Duration.ofHours(1));
        spend(key, 1);

        assertThat(told()).containsExactly("team 80%", "key 80%", "team 80%");
    }

    @Test
    void aDebouncedThresholdThatUsedFellBelowWaitsUntilUsedIsBack() {
        AccountId key = account("key", debounced(100, DAILY, Duration.ofHours(1)));
        clock.set(MIDNIGHT.minus(MICROSECOND));
        spend(key, 85);
        clock.set(MIDNIGHT);
        Reservation spent = spend(key, 85);
        ledger.refund(id("f"), spent.id(), tokens(50)).orThrow();
        clock.advance(Duration.ofHours(1));
        spend(key, 44);
        assertThat(told()).containsExactly("key 80%");

        spend(key, 1);
        ledger.refund(id("g"), spent.id(), tokens(30)).orThrow();
        spend(key, 30);

        assertThat(told()).containsExactly("key 80%", "key 80%");
    }

    @Test
    void aRefundThatStaysAboveADebouncedThresholdPublishesIt() {
        AccountId key = account("key", debounced(100, DAILY, Duration.ofHours(1)));
        clock.set(MIDNIGHT.minus(MICROSECOND));
        spend(key, 85);
        clock.set(MIDNIGHT);
        Reservation spent = spend(key, 89);
        clock.advance(Duration.ofHours(1));

        ledger.refund(id("f"), spent.id(), tokens(9)).orThrow();

        assertThat(alerts()).extracting(LedgerEvent.Alert::used).containsExactly(amount(85), amount(80));
    }

    @Test
    void whatIsHeldAndWhatChangesNothingPublishesNoLateAlert() {
        AccountId key = account("key", debounced(100, DAILY, Duration.ofHours(1)));
        clock.set(MIDNIGHT.minus(MICROSECOND));
        spend(key, 85);
        clock.set(MIDNIGHT);
        spend(key, 85);
        clock.advance(Duration.ofHours(1));

        Reservation held = hold(key, 1);
        ledger.charge(id("nothing"), key, tokens(0)).orThrow();
        assertThat(told()).containsExactly("key 80%");
        held.settle(tokens(1)).orThrow();

        assertThat(told()).containsExactly("key 80%", "key 80%");
    }

    @Test
    void aWindowThatEndsBeforeTheIntervalDoesTakesItsDebouncedAlertAlong() {
        QuotaWindow everyTenMinutes = QuotaWindow.custom(Duration.ofMinutes(10), NOON);
        AccountId key = account("key", debounced(100, everyTenMinutes, Duration.ofMinutes(25)));
        spend(key, 85);
        clock.advance(Duration.ofMinutes(10));
        spend(key, 85);
        clock.advance(Duration.ofMinutes(15));

        spend(key, 10);
        assertThat(told()).containsExactly("key 80%");
        spend(key, 70);

        assertThat(told()).containsExactly("key 80%", "key 80%");
    }

    @Test
    void aWindowSinceFirstUsePublishesALateAlert() {
        AccountId key =
                account("key", debounced(100, QuotaWindow.sinceFirstUse(Duration.ofHours(2)), Duration.ofHours(1)));
        spend(key, 1);
        clock.advance(Duration.ofMinutes(110));
        spend(key, 84);
        clock.advance(Duration.ofMinutes(10));
        spend(key, 84);
        assertThat(told()).containsExactly("key 80%");

        clock.advance(Duration.ofMinutes(50));
        spend(key, 1);

        assertThat(told()).containsExactly("key 80%", "key 80%");
    }

    @Test
    void anHourIsTheDebounceIntervalUnlessALimitSays() {
        QuotaWindow everyHalfHour = QuotaWindow.custom(Duration.ofMinutes(30), NOON);
        AccountId key = account("key", QuotaLimit.of("daily", amount(100), everyHalfHour));
        spend(key, 80);
        clock.advance(Duration.ofMinutes(30));
        spend(key, 80);
        assertThat(told()).containsExactly("key 80%");

        clock.advance(Duration.ofMinutes(30));
        spend(key, 80);

        assertThat(told()).containsExactly("key 80%", "key 80%");
    }

    @Test
    void everyShareOfALimitOfZeroIsCrossedByTheFirstUnit() {
        AccountId key = account("key", alerting(0, DAILY));
        ledger.charge(id("nothing"), key, tokens(0)).orThrow();
        assertThat(told()).isEmpty();

        ledger.charge(id("c"), key, tokens(1)).orThrow();
        ledger.charge(id("d"), key, tokens(1)).orThrow();

        assertThat(told()).containsExactly("key 80%", "key 90%", "key 95%", "key 100%");
    }

    @Test
    void unlessALimitSaysItWarnsTheOwnerAt80And90AndPressesOwnerAndAdminAt95And100() {
        AccountId key = account("key", QuotaLimit.of("daily", amount(100), DAILY));

        spend(key, 100);

        assertThat(alerts())
                .extracting(alert -> alert.threshold().level() + " "
                        + alert.threshold().severity() + " "
                        + alert.threshold().recipients())
                .containsExactly(
                        "80% WARNING [owner]",
                        "90% WARNING [owner]", "95% URGENT [owner, admin]", "100% URGENT [owner, admin]");
    }

    @Test
    void idsTellEveryAlertFromEveryOther() {
        AccountId team = account("team", alerting(100, DAILY));
        AccountId key = account("key", team, alerting(100, DAILY));
        spend(key, 96);
        clock.set(MIDNIGHT);

        spend(key, 96);

        assertThat(alerts()).hasSize(12).extracting(LedgerEvent::id).doesNotHaveDuplicates();
    }
}
