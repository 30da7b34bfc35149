package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.window.QuotaWindow;

/** The retry time of a refusal: the earliest instant at which, if nothing else happens, the request is admitted. */
class RetryTimeTest extends PlainLedger {

    @Test
    void isTheEndOfADayInItsOwnZone() {
        ZoneId shanghai = ZoneId.of("Asia/Shanghai");
        AccountId key =
                account("key", limit("daily", 10, QuotaWindow.daily(shanghai)).build());
        spend(key, 5);

        admittedFrom(Instant.parse("2026-03-10T16:00:00Z"), key, 6);
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
    void countsWhatExpiresAtTheSameInstantTogether() {
        AccountId key = account("key", daily(10));
        spend(key, 4);
        hold(key, 4);
        hold(key, 2).progress(tokens(5)).orThrow();

        admittedFrom(MIDNIGHT, key, 3);
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

    /** The answer tells the instant; a microsecond before it the request is refused, at it admitted. */
    private void admittedFrom(Instant retry, AccountId account, long tokens) {
        assertThat(refusal(reserve(account, tokens)).retry()).contains(retry);
        clock.set(retry.minus(MICROSECOND));
        assertThat(ledger.check(account, tokens(tokens)).admissible()).isFalse();
        clock.set(retry);
        assertThat(ledger.check(account, tokens(tokens)).admissible()).isTrue();
    }
}
