package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.alert.Severity;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.window.QuotaWindow;

/** Each threshold is told once in a window, by the change that crossed it. */
abstract class AlertContract extends ContractSection {

    private static QuotaLimit alerting(long tokens, QuotaWindow window) {
        return QuotaLimit.of("daily", amount(tokens), window);
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
                        "daily",
                        status(key, "daily").span(),
                        half,
                        amount(6),
                        amount(10),
                        LedgerEvent.Cause.CHARGE));
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
    void aJumpOverSeveralTellsEachOnce() {
        AccountId key = account("key", alerting(100, DAILY));

        spend(key, 96);
        spend(key, 1);

        assertThat(told()).containsExactly("key 80%", "key 90%", "key 95%");
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
        AccountId key = admin.createAccount(
                        Account.builder("key").policy("standard").build())
                .id();
        Reservation spent = spend(key, 85);
        ledger.refund(id("f"), spent.id(), tokens(50)).orThrow();

        admin.override(key, limit("other", 1000, DAILY).build());
        spend(key, 50);

        assertThat(told()).containsExactly("key 80%");
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
    void threadsThatRaceOverAThresholdTellItOnce() throws InterruptedException {
        AccountId key = account("key", alerting(1000, DAILY));

        Race.of(16, thread -> {
            for (int i = 0; i < 62; i++) {
                spend(key, 1);
            }
        });

        assertThat(usage(key)).isEqualTo("992 used, 0 held");
        assertThat(told()).containsExactlyInAnyOrder("key 80%", "key 90%", "key 95%");
    }
}
