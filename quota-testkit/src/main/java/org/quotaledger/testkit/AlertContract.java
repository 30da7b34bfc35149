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
import org.quotaledger.policy.QuotaPolicy;
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
    void fromTheEndOfTheDebounceIntervalANewWindowTellsAgain() {
        QuotaWindow everyMinute = QuotaWindow.custom(Duration.ofMinutes(1), NOON);
        AccountId key = account("key", debounced(100, everyMinute, Duration.ofMinutes(3)));
        spend(key, 85);
        clock.advance(Duration.ofMinutes(3));

        spend(key, 80);

        assertThat(told()).containsExactly("key 80%", "key 80%");
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
