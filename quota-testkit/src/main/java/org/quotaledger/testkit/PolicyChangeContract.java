package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.window.QuotaWindow;

/**
 * What a change of limits keeps and what it counts anew. No test lets time pass around a change unless it says so: what
 * was charged at the very instant of the change was charged before it.
 */
abstract class PolicyChangeContract extends ContractSection {

    private AccountId key = AccountId.of("key");

    @BeforeEach
    void oneAccountWithAPolicy() {
        admin.createPolicy(QuotaPolicy.of("standard", daily(10)));
        key = accountOf("key", "standard");
    }

    private void limits(QuotaLimit... limits) {
        admin.changePolicy("standard", before -> QuotaPolicy.of("standard", limits));
    }

    @Test
    void anotherAmountKeepsWhatIsUsed() {
        spend(key, 6);
        hold(key, 1);

        limits(daily(20));

        assertThat(usage(key)).isEqualTo("6 used, 1 held");
        assertThat(reserve(key, 14).granted()).isFalse();
        assertThat(reserve(key, 13).granted()).isTrue();
    }

    @Test
    void aPolicyIsSharedAndEachAccountCountsItsOwn() {
        AccountId other = accountOf("other", "standard");
        spend(key, 10);

        assertThat(reserve(other, 10).granted()).isTrue();
        limits(daily(11));
        assertThat(reserve(key, 1).granted()).isTrue();
        assertThat(reserve(other, 1).granted()).isTrue();
    }

    @Test
    void aLimitThatIsAddedCountsWhatWasChargedBefore() {
        spend(key, 6);
        Reservation open = hold(key, 2);

        limits(daily(10), limit("monthly", 9, MONTHLY).build());

        assertThat(usageOfAll(key)).isEqualTo("key/daily 6+2, key/monthly 6+2");
        assertThat(limitNames(refusal(reserve(key, 2)))).containsExactly("key/monthly");
        open.settle(tokens(2)).orThrow();
        assertThat(usageOfAll(key)).isEqualTo("key/daily 8+0, key/monthly 8+0");
    }

    @Test
    void aChangedWindowCountsWhatWasChargedInIt() {
        spend(key, 3);
        Reservation open = hold(key, 1, Duration.ofHours(5));
        clock.advance(Duration.ofHours(2));
        spend(key, 4);

        limits(limit("daily", 10, HOURLY).build());
        assertThat(usage(key)).isEqualTo("4 used, 0 held");

        limits(limit("daily", 10, MONTHLY).build());
        assertThat(usage(key)).isEqualTo("7 used, 1 held");
        open.settle(tokens(1)).orThrow();
        assertThat(usage(key)).isEqualTo("8 used, 0 held");

        limits(daily(10));
        assertThat(usage(key)).isEqualTo("8 used, 0 held");
    }

    @Test
    void aWindowThatIsChangedToARollingOneCountsWhatWasChargedInIt() {
        spend(key, 3);
        clock.advance(Duration.ofMinutes(30));
        spend(key, 4);
        clock.advance(Duration.ofMinutes(29));

        limits(limit("daily", 10, QuotaWindow.rolling(Duration.ofHours(1), Duration.ofMinutes(10)))
                .build());

        assertThat(usage(key)).isEqualTo("7 used, 0 held");
        assertThat(refusal(reserve(key, 4)).retry()).contains(NOON.plus(Duration.ofMinutes(70)));
        spend(key, 3);
        clock.set(NOON.plus(Duration.ofMinutes(70)));
        assertThat(usage(key)).isEqualTo("7 used, 0 held");
    }

    @Test
    void aLimitThatIsTakenAwayAndPutBackCountsWhatWasChargedMeanwhile() {
        spend(key, 3);
        Reservation open = hold(key, 1);

        limits();
        spend(key, 4);
        open.settle(tokens(2)).orThrow();
        assertThat(reserve(key, 1000).orThrow().release().done()).isTrue();
        limits(daily(10));

        assertThat(usage(key)).isEqualTo("9 used, 0 held");
    }

    @Test
    void aLimitThatChangesWhenItChargesCountsByTheNewRule() {
        clock.set(MIDNIGHT.minusSeconds(60));
        Reservation hold = hold(key, 3);
        clock.set(MIDNIGHT.plusSeconds(60));
        hold.settle(tokens(3)).orThrow();
        spend(key, 1);
        assertThat(usage(key)).isEqualTo("1 used, 0 held");

        limits(limit("daily", 10, DAILY).chargeTime(ChargeTime.SETTLE).build());
        assertThat(usage(key)).isEqualTo("4 used, 0 held");

        limits(daily(10));
        assertThat(usage(key)).isEqualTo("1 used, 0 held");
    }

    @Test
    void aLimitThatCameToChargeAtSettleCountsHoldsOfEarlierWindows() {
        clock.set(MIDNIGHT.minusSeconds(60));
        Reservation hold = hold(key, 6);
        hold.progress(tokens(4)).orThrow();
        clock.set(MIDNIGHT.plusSeconds(60));
        limits(limit("daily", 10, DAILY).chargeTime(ChargeTime.SETTLE).build());

        assertThat(usage(key)).isEqualTo("0 used, 6 held");
        assertThat(reserve(key, 5).granted()).isFalse();
        clock.set(MIDNIGHT.plusSeconds(600));
        assertThat(usage(key)).isEqualTo("4 used, 0 held");
    }

    @Test
    void aLimitThatChargesAtSettleForgetsHoldsThatEndedWhileItWasTakenAway() {
        QuotaLimit atSettle =
                limit("daily", 10, DAILY).chargeTime(ChargeTime.SETTLE).build();
        limits(atSettle);
        clock.set(MIDNIGHT.minusSeconds(60));
        Reservation hold = hold(key, 6);
        limits();
        hold.release();
        clock.set(MIDNIGHT.plusSeconds(60));
        limits(atSettle);

        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        assertThat(reserve(key, 10).granted()).isTrue();
    }

    @Test
    void aLateSettleCountsInItsWindowSinceFirstUseThoughAnotherWindowCountedMeanwhile() {
        QuotaLimit first = limit("daily", 10, QuotaWindow.sinceFirstUse(Duration.ofHours(5)))
                .build();
        limits(first);
        spend(key, 1);
        clock.advance(Duration.ofHours(1));
        limits(limit("daily", 10, QuotaWindow.custom(Duration.ofMinutes(30), NOON))
                .build());
        clock.advance(Duration.ofMinutes(1));
        Reservation late = hold(key, 2);
        clock.advance(Duration.ofMinutes(1));
        limits(first);
        clock.advance(Duration.ofHours(6));
        admin.sweep(100);
        spend(key, 3);

        late.settle(tokens(2)).orThrow();

        assertThat(admin.audit()).isEmpty();
        assertThat(usage(key)).isEqualTo("3 used, 0 held");
    }

    @Test
    void aLimitThatIsAddedWhileTheClockStandsCountsWhatWasChargedBeforeIt() {
        AccountId team = account("team", daily(100));
        AccountId key = account("unlimited", team);
        relimit(team, daily(100), limit("monthly", 100, MONTHLY).build());
        relimit(
                team,
                daily(100),
                limit("weekly", 100, QuotaWindow.weekly(ZoneOffset.UTC)).build());
        ledger.charge(id("before"), key, tokens(3)).orThrow();
        relimit(
                key,
                limit("daily", 10, QuotaWindow.sinceFirstUse(Duration.ofHours(1)))
                        .build());

        ledger.charge(id("after"), key, tokens(4)).orThrow();

        assertThat(admin.audit()).isEmpty();
        assertThat(usage(key)).isEqualTo("4 used, 0 held");
    }

    @Test
    void anOverrideReplacesThePolicysLimitForOneAccount() {
        spend(key, 6);

        admin.override(key, daily(7));
        assertThat(usage(key)).isEqualTo("6 used, 0 held");
        assertThat(reserve(key, 2).granted()).isFalse();
        admin.override(key, daily(8));
        assertThat(reserve(key, 2).granted()).isTrue();
        admin.withoutOverride(key, "daily");
        assertThat(usage(key)).isEqualTo("6 used, 2 held");
        assertThat(reserve(key, 3).granted()).isFalse();
        assertThat(reserve(key, 2).granted()).isTrue();
    }

    @Test
    void anotherPolicyCountsWhatWasChargedBefore() {
        admin.createPolicy(QuotaPolicy.of(
                "better", daily(100), limit("monthly", 1000, MONTHLY).build()));
        spend(key, 6);

        admin.changeAccount(key, before -> before.toBuilder().policy("better").build());
        assertThat(usageOfAll(key)).isEqualTo("key/daily 6+0, key/monthly 6+0");
        spend(key, 20);
        admin.changeAccount(key, before -> before.toBuilder().policy(null).build());
        spend(key, 1);
        admin.changeAccount(key, before -> before.toBuilder().policy("standard").build());

        assertThat(usageOfAll(key)).isEqualTo("key/daily 27+0");
    }

    @Test
    void aDeletedAndCreatedAccountCountsWhatWasChargedBefore() {
        spend(key, 6);
        admin.deleteAccount(key);

        admin.createAccount(Account.builder("key").policy("standard").build());

        assertThat(usage(key)).isEqualTo("6 used, 0 held");
    }

    @Test
    void aRefundGoesBackToALimitThatWasAddedAfterTheSettle() {
        Reservation spent = spend(key, 5);
        limits(limit("total", 10, LIFETIME).build());

        ledger.refund(id("f"), spent.id(), tokens(2)).orThrow();

        assertThat(usage(key, "total")).isEqualTo("3 used, 0 held");
    }

    @Test
    void aChangeOfTheClockBackDoesNotHideAChangeOfLimits() {
        spend(key, 6);
        limits(daily(10), limit("monthly", 9, MONTHLY).build());
        clock.set(NOON.minus(Duration.ofHours(1)));

        assertThat(limitNames(refusal(reserve(key, 4)))).containsExactly("key/monthly");
        spend(key, 3);

        assertThat(usageOfAll(key)).isEqualTo("key/daily 9+0, key/monthly 9+0");
        clock.set(NOON.plusSeconds(1));
    }

    /** The hold was reserved in a span that the limit does not count, and expired in one that it does. */
    @Test
    void anAddedLimitCountsTheChargeOfAnExpiryThatNoStepHasFound() {
        AccountId free = account("free");
        clock.set(MIDNIGHT.minusSeconds(60));
        hold(free, 5, Duration.ofMinutes(10)).progress(tokens(4)).orThrow();
        clock.set(MIDNIGHT.plus(Duration.ofMinutes(20)));

        relimit(free, limit("daily", 10, DAILY).chargeTime(ChargeTime.SETTLE).build());

        assertThat(usage(free)).isEqualTo("4 used, 0 held");
        admin.sweep(10);
        assertThat(usage(free)).isEqualTo("4 used, 0 held");
        assertThat(admin.audit()).isEmpty();
    }

    @Test
    void recountingKeepsInstantsToTheMicrosecond() {
        Instant fine = NOON.plusNanos(123_456_789);
        spend(key, 6);
        limits(daily(10), limit("monthly", 9, MONTHLY).build());
        clock.set(fine);

        Reservation hold = hold(key, 1);

        assertThat(state(hold).reservedAt()).isEqualTo(NOON.plusNanos(123_456_000));
    }

    @Test
    void aDeadHoldIsFreedAfterItsLimitWasChanged() {
        hold(key, 6);
        limits(limit("daily", 10, MONTHLY).build());
        clock.advance(TIME_TO_LIVE);

        assertThat(reserve(key, 10).granted()).isTrue();
    }

    @Test
    void aStartedHoldThatExpiredIsChargedToALimitThatWasAddedMeanwhile() {
        hold(key, 6).progress(tokens(4)).orThrow();
        limits(limit("monthly", 10, MONTHLY).build());
        clock.advance(TIME_TO_LIVE);

        assertThat(usage(key, "monthly")).isEqualTo("4 used, 0 held");
        assertThat(reserve(key, 7).granted()).isFalse();
        assertThat(reserve(key, 6).granted()).isTrue();
    }

    @Test
    void anAuditLooksAtTheLimitsInForce() {
        spend(key, 6);
        assertThat(store.audit(key)).hasSize(1);

        limits(limit("daily", 10, MONTHLY).build());
        assertThat(store.audit(key)).isEmpty();
        spend(key, 1);

        assertThat(store.audit(key)).singleElement().satisfies(audit -> {
            assertThat(audit.row().used()).isEqualTo(7);
            assertThat(audit.journalUsed()).isEqualTo(7);
        });
    }
}
