package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.account.AccountStatus;
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.window.QuotaWindow;

/** What a manual reset of limits clears, and what it leaves. No test lets time pass around a reset unless it says so. */
abstract class ResetContract extends ContractSection {

    private static QuotaLimit monthly(long tokens) {
        return limit("monthly", tokens, MONTHLY).build();
    }

    @Test
    void itClearsWhatIsUsedOfTheChosenLimitsOnly() {
        AccountId key = account("key", daily(10), monthly(100));
        spend(key, 10);

        admin.reset(key, "daily");

        assertThat(usageOfAll(key)).isEqualTo("key/daily 0+0, key/monthly 10+0");
        assertThat(reserve(key, 10).granted()).isTrue();
    }

    @Test
    void theJournalKeepsEverything() {
        AccountId key = account("key", daily(10));
        spend(key, 10);

        admin.reset(key, "daily");
        spend(key, 3);

        assertThat(journalLines()).containsExactly("SETTLE key 10 tokens", "SETTLE key 3 tokens");
        assertThat(usage(key)).isEqualTo("3 used, 0 held");
    }

    @Test
    void anOldHoldSettlesWithoutTouchingTheFreshCount() {
        AccountId key = account("key", daily(10), monthly(100));
        Reservation settled = hold(key, 4);
        Reservation released = hold(key, 3);
        Reservation expired = hold(key, 2);
        expired.progress(tokens(1)).orThrow();

        admin.reset(key, "daily");
        assertThat(usageOfAll(key)).isEqualTo("key/daily 0+0, key/monthly 0+9");
        settled.settle(tokens(5)).orThrow();
        released.release();
        clock.advance(TIME_TO_LIVE);

        assertThat(usageOfAll(key)).isEqualTo("key/daily 0+0, key/monthly 6+0");
        admin.sweep(10);
        assertThat(usageOfAll(key)).isEqualTo("key/daily 0+0, key/monthly 6+0");
        expired.settle(tokens(2)).orThrow();
        assertThat(usageOfAll(key)).isEqualTo("key/daily 0+0, key/monthly 7+0");
    }

    @Test
    void aRefundOfWhatWasChargedBeforeDoesNotTouchTheFreshCount() {
        AccountId key = account("key", daily(10), monthly(100));
        Reservation spent = spend(key, 6);
        admin.reset(key, "daily");
        spend(key, 2);

        ledger.refund(id("r"), spent.id(), tokens(5)).orThrow();

        assertThat(usageOfAll(key)).isEqualTo("key/daily 2+0, key/monthly 3+0");
    }

    @Test
    void aLimitThatChargesAtSettleDoesNotCountOldHoldsEither() {
        AccountId key = account(
                "key", limit("daily", 10, DAILY).chargeTime(ChargeTime.SETTLE).build());
        clock.set(MIDNIGHT.minusSeconds(60));
        Reservation old = hold(key, 6, Duration.ofHours(1));
        clock.set(MIDNIGHT.plusSeconds(60));
        assertThat(usage(key)).isEqualTo("0 used, 6 held");

        admin.reset(key, "daily");
        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        Reservation fresh = hold(key, 10);
        old.settle(tokens(6)).orThrow();
        fresh.settle(tokens(9)).orThrow();

        assertThat(usage(key)).isEqualTo("9 used, 0 held");
    }

    @Test
    void aRollingLimitIsClearedWhole() {
        AccountId key = account(
                "key",
                limit("rolling", 10, QuotaWindow.rolling(Duration.ofHours(1), Duration.ofMinutes(10)))
                        .build());
        spend(key, 4);
        clock.advance(Duration.ofMinutes(15));
        spend(key, 4);

        admin.reset(key, "rolling");
        spend(key, 10);

        assertThat(usage(key, "rolling")).isEqualTo("10 used, 0 held");
        assertThat(refusal(reserve(key, 10)).retry()).contains(NOON.plus(Duration.ofMinutes(80)));
    }

    @Test
    void itWorksAfterTheWindowHasPassedAndAgainAndAgain() {
        AccountId key = account("key", daily(10));
        spend(key, 10);
        clock.set(MIDNIGHT);

        admin.reset(key, "daily");
        spend(key, 4);
        admin.reset(key, "daily");
        spend(key, 5);
        admin.reset(key, "daily");

        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        assertThat(reserve(key, 10).granted()).isTrue();
    }

    @Test
    void itResumesWhatTheLimitSuspended() {
        AccountId window = account("window", suspending("daily", 10, DAILY));
        AccountId person = account(
                "person",
                limit("daily", 10, DAILY)
                        .onExhaustion(ExhaustionAction.suspendUntilResumed())
                        .build());
        spend(window, 10);
        spend(person, 10);
        clock.set(MIDNIGHT.minusSeconds(1));

        admin.reset(window, "daily");
        assertThat(reserve(window, 10).granted()).isTrue();
        clock.set(MIDNIGHT.plusSeconds(1));
        assertThat(admin.reset(person, "daily").statusAt(clock.instant())).isEqualTo(AccountStatus.ACTIVE);
        assertThat(reserve(person, 10).granted()).isTrue();
    }

    @Test
    void itArmsTheAlertsAgain() {
        AccountId key = account(
                "key",
                limit("daily", 10, DAILY).alertAt(AlertThreshold.percent(80)).build());
        spend(key, 8);
        assertThat(events)
                .filteredOn(event -> event.kind() == LedgerEvent.Kind.ALERT)
                .hasSize(1);
        clock.advance(Duration.ofMinutes(61));

        admin.reset(key, "daily");
        spend(key, 8);

        assertThat(events)
                .filteredOn(event -> event.kind() == LedgerEvent.Kind.ALERT)
                .hasSize(2);
    }

    @Test
    void itCountsAfterEverythingChargedBeforeThoughTheClockWasSetBack() {
        AccountId key = account("key", daily(10));
        spend(key, 6);
        clock.advance(Duration.ofMinutes(-5));

        admin.reset(key, "daily");
        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        spend(key, 4);

        assertThat(usage(key)).isEqualTo("4 used, 0 held");
    }

    @Test
    void aLimitThatIsTakenAwayAndPutBackStaysReset() {
        AccountId key = account("key", daily(10), monthly(100));
        spend(key, 6);
        admin.reset(key, "daily");
        spend(key, 1);

        relimit(key, monthly(100));
        spend(key, 2);
        relimit(key, daily(10), monthly(100));

        assertThat(usageOfAll(key)).isEqualTo("key/daily 3+0, key/monthly 9+0");
    }

    @Test
    void aChangedWindowCountsWhatWasReservedSinceTheReset() {
        AccountId key = account("key", daily(10));
        spend(key, 6);
        Reservation old = hold(key, 1);
        admin.reset(key, "daily");
        spend(key, 2);
        Reservation fresh = hold(key, 3);

        relimit(key, limit("daily", 10, HOURLY).build());
        assertThat(usage(key)).isEqualTo("2 used, 3 held");
        relimit(key, limit("daily", 10, MONTHLY).chargeTime(ChargeTime.SETTLE).build());
        assertThat(usage(key)).isEqualTo("2 used, 3 held");
        old.settle(tokens(1)).orThrow();
        fresh.settle(tokens(3)).orThrow();

        assertThat(usage(key)).isEqualTo("5 used, 0 held");
    }

    @Test
    void aWindowThatComesBackAfterAResetCountsWhatWasReservedSinceTheReset() {
        AccountId key = account("key", daily(10));
        spend(key, 1);
        relimit(key, limit("daily", 10, HOURLY).build());
        clock.advance(Duration.ofMinutes(1));
        admin.reset(key, "daily");
        spend(key, 7);
        clock.advance(Duration.ofMinutes(1));

        relimit(key, daily(10));

        assertThat(usage(key)).isEqualTo("7 used, 0 held");
    }

    @Test
    void aDeletedAndCreatedAccountStaysReset() {
        AccountId key = account("key", daily(10));
        spend(key, 6);
        admin.reset(key, "daily");
        spend(key, 1);
        admin.deleteAccount(key);

        account("key", daily(10));

        assertThat(usage(key)).isEqualTo("1 used, 0 held");
    }

    @Test
    void aLimitOfThePolicyIsResetForTheOneAccount() {
        admin.createPolicy(QuotaPolicy.of("standard", daily(10)));
        AccountId key = accountOf("key", "standard");
        AccountId other = accountOf("other", "standard");
        spend(key, 6);
        spend(other, 6);

        admin.reset(key, "daily");
        admin.changePolicy("standard", before -> QuotaPolicy.of("standard", daily(20)));

        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        assertThat(usage(other)).isEqualTo("6 used, 0 held");
    }
}
