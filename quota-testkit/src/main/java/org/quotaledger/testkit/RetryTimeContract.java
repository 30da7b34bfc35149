package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.OnExpiry;
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
    void countsWhatTheExpiryOfAStartedHoldWillCharge() {
        AccountId key = account("key", daily(10));
        Reservation hold = hold(key, 8);
        hold.progress(tokens(5)).orThrow();

        admittedFrom(NOON.plus(TIME_TO_LIVE), key, 5);
        assertThat(usage(key)).isEqualTo("5 used, 0 held");
        admittedFrom(MIDNIGHT, key, 6);
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
