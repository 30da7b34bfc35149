package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.OnExpiry;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.window.QuotaWindow;

/** When a refused request may come again: the earliest instant at which, if nothing else happens, it is admitted. */
abstract class RetryTimeContract extends ContractSection {

    private static final QuotaWindow ROLLING_HOUR = QuotaWindow.rolling(Duration.ofHours(1), Duration.ofMinutes(10));

    @Test
    void isTheEndOfTheWindowWhereItIsUsed() {
        AccountId key = account("key", daily(10));
        spend(key, 5);

        admittedFrom(MIDNIGHT, key, 6);
    }

    @Test
    void isTheEndOfADayInItsOwnZone() {
        ZoneId shanghai = ZoneId.of("Asia/Shanghai");
        AccountId key =
                account("key", limit("daily", 10, QuotaWindow.daily(shanghai)).build());
        spend(key, 5);

        admittedFrom(Instant.parse("2026-03-10T16:00:00Z"), key, 6);
    }

    @Test
    void isTheExpiryOfAHoldWhereThatIsEnough() {
        AccountId key = account("key", daily(10));
        hold(key, 5, Duration.ofMinutes(3));
        hold(key, 5, Duration.ofMinutes(5));

        admittedFrom(NOON.plus(Duration.ofMinutes(3)), key, 5);
    }

    @Test
    void isTheExpiryOfTheLastHoldThatIsNeeded() {
        AccountId key = account("key", daily(10));
        hold(key, 2, Duration.ofMinutes(3));
        hold(key, 5, Duration.ofMinutes(7));
        hold(key, 3, Duration.ofMinutes(5));

        admittedFrom(NOON.plus(Duration.ofMinutes(5)), key, 5);
    }

    @Test
    void isTheEndOfTheWindowWhereHoldsAloneAreNotEnough() {
        AccountId key = account("key", daily(10));
        spend(key, 6);
        hold(key, 4, Duration.ofMinutes(3));

        admittedFrom(MIDNIGHT, key, 5);
    }

    @Test
    void isTheEndOfTheWindowThoughAHoldLivesOn() {
        AccountId key = account("key", daily(10));
        clock.set(MIDNIGHT.minusSeconds(60));
        hold(key, 10);

        admittedFrom(MIDNIGHT, key, 10);
    }

    @Test
    void countsWhatTheExpiryOfAStartedHoldWillCharge() {
        AccountId key = account("key", daily(10));
        Reservation hold = hold(key, 8);
        hold.progress(tokens(5)).orThrow();

        admittedFrom(NOON.plus(TIME_TO_LIVE), key, 5);
        assertThat(usage(key)).isEqualTo("5 used, 0 held");
        admittedFrom(MIDNIGHT, key, 6);
    }

    @Test
    void countsWhatExpiresAtTheSameInstantTogether() {
        AccountId key = account("key", daily(10));
        spend(key, 4);
        hold(key, 4);
        hold(key, 2).progress(tokens(5)).orThrow();

        admittedFrom(MIDNIGHT, key, 3);
    }

    @Test
    void isTheMomentEnoughOfARollingWindowHasGoneBy() {
        AccountId key = account("key", limit("daily", 10, ROLLING_HOUR).build());
        spend(key, 4);
        clock.advance(Duration.ofMinutes(10));
        spend(key, 4);
        clock.advance(Duration.ofMinutes(10));

        // The bucket of 12:00 to 12:10 counts until an hour after its end, that of 12:10 ten minutes longer.
        admittedFrom(NOON.plus(Duration.ofMinutes(70)), key, 5);
        admittedFrom(NOON.plus(Duration.ofMinutes(80)), key, 10);
    }

    @Test
    void isTheEndOfAWindowSinceFirstUse() {
        AccountId key = account(
                "key",
                limit("daily", 10, QuotaWindow.sinceFirstUse(Duration.ofHours(5)))
                        .build());
        clock.advance(Duration.ofMinutes(7));
        spend(key, 10);
        clock.advance(Duration.ofMinutes(7));

        admittedFrom(NOON.plus(Duration.ofMinutes(307)), key, 1);
    }

    @Test
    void isNoneForALifetime() {
        AccountId key = account("key", limit("daily", 10, LIFETIME).build());
        spend(key, 10);

        assertThat(refusal(reserve(key, 1)).retry()).isEmpty();
    }

    @Test
    void isNoneForALifetimeThatIsOver() {
        AccountId key = account(
                "key", limit("daily", 10, QuotaWindow.lifetimeUntil(NOON)).build());

        Refusal refusal = refusal(reserve(key, 1));

        assertThat(refusal.retry()).isEmpty();
        assertThat(onlyLimit(refusal).retry()).isEmpty();
    }

    @Test
    void isTheStartOfALifetimeThatHasNotBegun() {
        AccountId key = account(
                "key",
                limit("daily", 10, QuotaWindow.lifetimeFrom(NOON.plusSeconds(60)))
                        .build());

        admittedFrom(NOON.plusSeconds(60), key, 1);
    }

    @Test
    void isTheExpiryOfAHoldInALifetime() {
        AccountId key = account("key", limit("daily", 10, LIFETIME).build());
        hold(key, 10);

        admittedFrom(NOON.plus(TIME_TO_LIVE), key, 10);
    }

    @Test
    void isTheLatestOfSeveralLimits() {
        AccountId team = account("team", limit("monthly", 10, MONTHLY).build());
        AccountId key = account("key", team, daily(10));
        spend(key, 5);

        Refusal refusal = refusal(reserve(key, 6));

        assertThat(limitNames(refusal)).containsExactly("key/daily", "team/monthly");
        assertThat(refusal.limits().get(0).retry()).contains(MIDNIGHT);
        admittedFrom(Instant.parse("2026-04-01T00:00:00Z"), key, 6);
    }

    @Test
    void isNoneWhereOneOfSeveralLimitsHasNone() {
        AccountId key = account("key", daily(10), limit("total", 10, LIFETIME).build());
        spend(key, 10);

        assertThat(refusal(reserve(key, 1)).retry()).isEmpty();
    }

    @Test
    void isNoneWhereAnotherLimitIsOverByThen() {
        AccountId key = account(
                "key",
                daily(10),
                limit("trial", 100, QuotaWindow.lifetimeUntil(MIDNIGHT)).build());
        spend(key, 10);

        assertThat(refusal(reserve(key, 1)).retry()).isEmpty();
    }

    @Test
    void isNoneWhereTheAccountOrAParentExpiresBefore() {
        AccountId team = account("team");
        AccountId key = account("key", team, daily(10));
        spend(key, 10);

        admin.expireAt(team, MIDNIGHT);
        assertThat(refusal(reserve(key, 1)).retry()).contains(MIDNIGHT);
        admin.expireAt(team, MIDNIGHT.minus(MICROSECOND));
        assertThat(refusal(reserve(key, 1)).retry()).isEmpty();
    }

    @Test
    void ofAGracefulLimitIsTheMomentThatAnythingIsFree() {
        AccountId key = account("key", limit("daily", 10, DAILY).graceful().build());
        spend(key, 5);
        hold(key, 2, Duration.ofMinutes(3));
        hold(key, 90, Duration.ofMinutes(2));

        admittedFrom(NOON.plus(Duration.ofMinutes(2)), key, 50);
    }

    @Test
    void ofAtMostIsTheMomentThatAnythingIsFree() {
        AccountId key = account("key", daily(10));
        hold(key, 9, Duration.ofMinutes(5));
        hold(key, 1, Duration.ofMinutes(2));

        Refusal refusal = refusal(ledger.reserve(atMost(key, 9).build()));

        assertThat(refusal.retry()).contains(NOON.plus(Duration.ofMinutes(2)));
    }

    @Test
    void ofALimitThatChargesAtSettleCountsHoldsOfEarlierWindows() {
        AccountId key = account(
                "key",
                limit("daily", 10, DAILY)
                        .chargeTime(ChargeTime.SETTLE)
                        .onExpiry(OnExpiry.NOTHING)
                        .build());
        clock.set(MIDNIGHT.minusSeconds(60));
        hold(key, 8);
        clock.set(MIDNIGHT);

        admittedFrom(MIDNIGHT.minusSeconds(60).plus(TIME_TO_LIVE), key, 3);
    }

    /** The answer tells the instant; a microsecond before it the request is refused, at it admitted. */
    private void admittedFrom(Instant retry, AccountId account, long tokens) {
        assertThat(refusal(reserve(account, tokens)).retry()).contains(retry);
        clock.set(retry.minus(MICROSECOND));
        assertThat(ledger.check(account, tokens(tokens)).admissible()).isFalse();
        clock.set(retry);
        assertThat(ledger.check(account, tokens(tokens)).admissible()).isTrue();
    }
}
