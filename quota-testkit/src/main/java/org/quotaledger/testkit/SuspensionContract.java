package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.account.AccountStatus;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.Suspension;
import org.quotaledger.reservation.LimitRefusal;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.UnbilledReason;
import org.quotaledger.window.QuotaWindow;

/** What suspends an account, and what ends that. */
abstract class SuspensionContract extends SuspendingSection {

    private static final Instant ONE = Instant.parse("2026-03-10T13:00:00Z");

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
    void aRefusalNamesTheSpanOfASuspensionThatOutlastsIt() {
        AccountId team = account("team", suspendingUntilResumed(10));
        AccountId key = account("key", team);
        spend(key, 10);
        clock.set(MIDNIGHT.plusSeconds(60));

        Refusal refusal = refusal(reserve(key, 1));

        assertThat(refusal.cause()).isEqualTo(team);
        assertThat(refusal.limits()).singleElement().satisfies(limit -> {
            assertThat(limit.account()).isEqualTo(team);
            assertThat(limit.span()).isEqualTo(DAILY.spanAt(NOON));
            assertThat(limit.used()).isEqualTo(amount(0));
            assertThat(limit.retry()).isEmpty();
        });
    }

    @Test
    void aRefusalOfAnAccountSuspendedByHandSaysSoAndNamesNoLimit() {
        AccountId key = account("key", suspending(10));
        admin.suspend(key, null);

        Refusal refusal = refusal(reserve(key, 1));

        assertThat(refusal.limits()).isEmpty();
        assertThat(refusal.toString()).startsWith("refused key: account_suspended at key, by hand");
    }

    @Test
    void aRefusalForLackOfRoomSuspendsNobody() {
        AccountId key = account("key", suspending(50));

        assertThat(reserve(key, 60).granted()).isFalse();

        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
        assertThat(entry(key).version()).isEqualTo(1);
    }

    @Test
    void whatIsHeldSuspendsNobody() {
        AccountId key = account("key", suspending(10));

        hold(key, 10);

        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
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
    void aSuspensionByARollingLimitOfNothingEndsWhenNothingUsedCountsAnyMore() {
        AccountId key = account("key");
        ledger.charge(id("c"), key, tokens(4)).orThrow();
        clock.advance(Duration.ofMinutes(90));
        ledger.charge(id("nothing"), key, tokens(0)).orThrow();

        admin.override(key, suspending("rolling", 0, QuotaWindow.rolling(Duration.ofHours(2), Duration.ofMinutes(10))));

        clock.set(NOON.plus(Duration.ofMinutes(130)));
        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
    }

    @Test
    void aLifetimeBudgetThatWasPassedAdmitsAgainAboveWhatIsUsedOnly() {
        AccountId key = account("key", budget("1.00"));
        Reservation hold = ledger.reserve(key, usd("1.00")).orThrow();
        hold.settle(usd("1.25")).orThrow();

        assertThat(status(key, "budget").used()).isEqualTo(Amount.of("1.25", Meter.USD));
        assertThat(status(key, "budget").exhausted()).isTrue();
        admin.override(key, budget("1.25"));
        assertThat(status(key, "budget").exhausted()).isTrue();
        assertThat(refusal(ledger.reserve(key, usd("0.01"))).code()).isEqualTo(RefusalCode.ACCOUNT_SUSPENDED);
        assertThat(suspension(key)).isEqualTo(new Suspension(NOON, null, "budget"));
        admin.override(key, budget("1.26"));
        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
        assertThat(ledger.reserve(key, usd("0.01")).granted()).isTrue();
    }

    private static QuotaLimit budget(String usd) {
        return QuotaLimit.builder("budget", Amount.of(usd, Meter.USD), LIFETIME)
                .onExhaustion(ExhaustionAction.suspendUntilWindowEnd())
                .noAlerts()
                .build();
    }

    private static Charge usd(String amount) {
        return Charge.of(Amount.of(amount, Meter.USD));
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
    void aRefundDoesNotResumeWhatOnlyAPersonResumes() {
        AccountId key = account("key", suspendingUntilResumed(10));
        Reservation spent = spend(key, 10);

        ledger.refund(id("r"), spent.id(), tokens(5)).orThrow();

        assertThat(suspension(key)).isEqualTo(new Suspension(NOON, null, "daily"));
        assertThat(refusal(reserve(key, 1)).retry()).isEmpty();
        admin.resume(key);
        assertThat(reserve(key, 1).granted()).isTrue();
    }

    @Test
    void aRefundOfAnotherLimitsChargeDoesNotResume() {
        AccountId key = account("key", suspending(10), suspending("hourly", 12, HOURLY));
        spend(key, 10);
        ledger.charge(id("c"), key, tokens(2)).orThrow();

        ledger.refund(id("r"), id("c"), tokens(2)).orThrow();

        assertThat(suspension(key)).isEqualTo(new Suspension(NOON, MIDNIGHT, "daily"));
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

    @Test
    void aDisabledAccountThatIsExhaustedIsBothAndEnabledItIsSuspended() {
        AccountId key = account("key", suspending(10));
        admin.disable(key);
        ledger.charge(id("c"), key, tokens(10)).orThrow();

        assertThat(status(key)).isEqualTo(AccountStatus.DISABLED);
        admin.enable(key);
        assertThat(status(key)).isEqualTo(AccountStatus.SUSPENDED);
        assertThat(suspension(key)).isEqualTo(new Suspension(NOON, MIDNIGHT, "daily"));
    }

    @Test
    void aPersonsSuspensionIsNotOverwrittenByAnExhaustion() {
        AccountId key = account("key", suspending(10));
        admin.suspend(key, ONE);

        ledger.charge(id("c"), key, tokens(10)).orThrow();
        admin.override(key, suspending(100));

        assertThat(suspension(key)).isEqualTo(new Suspension(NOON, ONE, null));
    }

    @Test
    void aRollingLimitSuspendsUntilEnoughOfItCountsNoMore() {
        QuotaLimit rolling =
                suspending("rolling", 10, QuotaWindow.rolling(Duration.ofHours(1), Duration.ofMinutes(10)));
        AccountId key = account("key", rolling);
        spend(key, 4);
        clock.advance(Duration.ofMinutes(10));
        spend(key, 4);
        clock.advance(Duration.ofMinutes(10));
        ledger.charge(id("c"), key, tokens(6)).orThrow();

        assertThat(suspension(key))
                .isEqualTo(new Suspension(clock.instant(), NOON.plus(Duration.ofMinutes(80)), "rolling"));
        clock.set(NOON.plus(Duration.ofMinutes(80)));
        assertThat(reserve(key, 4).granted()).isTrue();
    }

    @Test
    void aWindowSinceFirstUseSuspendsUntilItEnds() {
        AccountId key = account("key", suspending("five", 10, QuotaWindow.sinceFirstUse(Duration.ofHours(5))));
        spend(key, 1);
        clock.advance(Duration.ofHours(2));
        spend(key, 9);

        assertThat(suspension(key)).isEqualTo(new Suspension(clock.instant(), NOON.plus(Duration.ofHours(5)), "five"));
    }

    @Test
    void theRetryTimeWaitsForTheSuspensionAndForRoom() {
        AccountId key = account("key", suspending("hourly", 10, HOURLY), daily(12));
        spend(key, 10);

        assertThat(refusal(reserve(key, 2)).retry()).contains(ONE);
        assertThat(refusal(reserve(key, 3)).retry()).contains(MIDNIGHT);
        assertThat(refusal(reserve(key, 13)).retry()).isEmpty();
        assertThat(refusal(reserve(key, 3)).limits())
                .extracting(limit -> limit.limit().name())
                .containsExactly("hourly");
    }

    @Test
    void aLimitOfNothingSuspendsNobodyWhoUsesNothing() {
        AccountId key = account("key", suspending(0));

        spend(key, 0);
        admin.override(key, suspending(1));
        admin.override(key, suspending(0));

        assertThat(status(key)).isEqualTo(AccountStatus.ACTIVE);
        ledger.charge(id("c"), key, tokens(1)).orThrow();
        assertThat(status(key)).isEqualTo(AccountStatus.SUSPENDED);
    }
}
