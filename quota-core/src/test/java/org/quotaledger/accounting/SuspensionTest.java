package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.account.AccountStatus;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.Suspension;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.window.QuotaWindow;

/** The causes and the ends of suspensions. */
class SuspensionTest extends PlainLedger {

    private static final Instant ONE = Instant.parse("2026-03-10T13:00:00Z");

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
}
