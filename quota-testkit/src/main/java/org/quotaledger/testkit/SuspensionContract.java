package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.account.AccountStatus;
import org.quotaledger.policy.Suspension;
import org.quotaledger.reservation.LimitRefusal;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.UnbilledReason;

/** What suspends an account, and what ends that. */
abstract class SuspensionContract extends SuspendingSection {

    @Test
    void aSecondExhaustionKeepsTheFirstRecord() {
        AccountId key = account("key", suspending(10), suspending("hourly", 12, HOURLY));
        spend(key, 10);
        Suspension first = suspension(key);
        clock.advance(Duration.ofMinutes(1));

        ledger.charge(id("more"), key, tokens(5)).orThrow();

        assertThat(first).isEqualTo(new Suspension(NOON, MIDNIGHT, "daily"));
        assertThat(suspension(key)).isEqualTo(first);
    }

    @Test
    void aHoldOfAWindowThatIsOverIsChargedToThatOneAndSuspendsNothing() {
        AccountId key = account("key", suspending(60));
        clock.set(MIDNIGHT.minusSeconds(60));
        Reservation hold = hold(key, 60);
        clock.set(MIDNIGHT.plusSeconds(60));

        hold.settle(tokens(30)).orThrow();
        assertThat(usage(key)).isEqualTo("0 used, 0 held");

        clock.set(MIDNIGHT.plusSeconds(30));
        Reservation other = hold(key, 1);
        ledger.refund(id("r"), hold.id(), tokens(30)).orThrow();
        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
        other.release();
    }

    @Test
    void aSettleThatReachesTheLimitSuspendsUntilTheWindowEnds() {
        AccountId key = account("key", suspending(10));

        spend(key, 10);

        assertThat(suspension(key)).isEqualTo(new Suspension(NOON, MIDNIGHT, "daily"));
        assertThat(code(key, 1)).isEqualTo(RefusalCode.ACCOUNT_SUSPENDED);
        assertThat(refusal(reserve(key, 1)).retry()).contains(MIDNIGHT);
        clock.set(MIDNIGHT.minus(MICROSECOND));
        assertThat(reserve(key, 1).granted()).isFalse();
        clock.set(MIDNIGHT);
        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
        assertThat(reserve(key, 1).granted()).isTrue();
    }

    @Test
    void aRefusalNamesTheLimitThatSuspendedTheAccountAndItsSpan() {
        AccountId key = account("key", suspending(10));
        spend(key, 10);
        clock.advance(Duration.ofHours(1));

        Refusal refusal = refusal(reserve(key, 1));

        assertThat(refusal.limits())
                .containsExactly(new LimitRefusal(
                        key,
                        suspending(10),
                        RefusalCode.ACCOUNT_SUSPENDED,
                        amount(1),
                        amount(10),
                        amount(0),
                        DAILY.spanAt(NOON),
                        MIDNIGHT));
        assertThat(refusal.toString())
                .contains("key/daily account_suspended in " + DAILY.spanAt(NOON))
                .contains("retry at " + MIDNIGHT);
    }

    @Test
    void aDirectChargeAndAnExpiryThatReachTheLimitSuspend() {
        AccountId charged = account("charged", suspending(10));
        AccountId expired = account("expired", suspending(10));

        ledger.charge(id("c"), charged, tokens(11)).orThrow();
        hold(expired, 10).progress(tokens(10)).orThrow();
        clock.advance(TIME_TO_LIVE);
        admin.sweep(10);

        assertThat(status(charged)).isEqualTo(AccountStatus.SUSPENDED);
        assertThat(suspension(expired)).isEqualTo(new Suspension(NOON.plus(TIME_TO_LIVE), MIDNIGHT, "daily"));
    }

    @Test
    void anExhaustedParentIsSuspendedAndItsAccountsAreRefused() {
        AccountId team = account("team", suspending(10));
        AccountId key = account("key", team, daily(100));
        spend(key, 10);

        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
        assertThat(status(team)).isEqualTo(AccountStatus.SUSPENDED);
        assertThat(refusal(reserve(key, 1)).cause()).isEqualTo(team);
    }

    @Test
    void settlingAndRefundingGoOnAndUnbilledRequestsPassWhileItIsSuspended() {
        AccountId key = account("key", suspending(10));
        Reservation open = hold(key, 2);
        ledger.charge(id("c"), key, tokens(20)).orThrow();

        assertThat(open.settle(tokens(2)).done()).isTrue();
        assertThat(ledger.reserve(ReserveRequest.unbilled(key, UnbilledReason.MODEL_MISSING)
                                .build())
                        .granted())
                .isTrue();
        assertThat(ledger.refund(id("r"), id("c"), tokens(1)).done()).isTrue();
        assertThat(status(key)).isEqualTo(AccountStatus.SUSPENDED);
    }

    @Test
    void aRefundThatLeavesRoomResumesWhatItsLimitSuspendedUntilTheWindowEnds() {
        AccountId key = account("key", suspending(10));
        Reservation spent = spend(key, 10);

        ledger.refund(id("r"), spent.id(), tokens(1)).orThrow();

        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
        assertThat(reserve(key, 1).granted()).isTrue();
    }

    @Test
    void aSuspensionUntilResumedOutlastsItsWindow() {
        AccountId key = account("key", suspendingUntilResumed(10));
        spend(key, 10);
        clock.set(MIDNIGHT.plusSeconds(60));

        assertThat(code(key, 1)).isEqualTo(RefusalCode.ACCOUNT_SUSPENDED);
        assertThat(admin.resume(key).statusAt(clock.instant())).isEqualTo(AccountStatus.ACTIVE);
        assertThat(reserve(key, 10).granted()).isTrue();
    }

    @Test
    void aPersonResumesBeforeTheWindowEndsAndTheLimitStillRefuses() {
        AccountId key = account("key", suspending(10));
        Reservation open = hold(key, 3);
        ledger.charge(id("c"), key, tokens(10)).orThrow();

        admin.resume(key);
        assertThat(code(key, 1)).isEqualTo(RefusalCode.QUOTA_EXHAUSTED);
        open.settle(tokens(3)).orThrow();

        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
    }

    @Test
    void aHandDisabledAccountStaysDisabledWhateverEndsItsSuspension() {
        AccountId key = account("key", suspending(10));
        spend(key, 10);
        admin.disable(key);

        assertThat(status(key)).isEqualTo(AccountStatus.DISABLED);
        admin.resume(key);
        assertThat(status(key)).isEqualTo(AccountStatus.DISABLED);
        clock.set(MIDNIGHT);
        assertThat(code(key, 1)).isEqualTo(RefusalCode.ACCOUNT_DISABLED);
    }
}
