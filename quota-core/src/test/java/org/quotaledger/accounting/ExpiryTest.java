package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.policy.OnExcess;
import org.quotaledger.policy.OnExpiry;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.UnbilledReason;

/** The charge of an expiry, and settles that come after it. */
class ExpiryTest extends PlainLedger {

    @Test
    void aLateSettleIsRecordedEvenIfTheRoomIsGone() {
        AccountId key = account("key", daily(10));
        Reservation late = hold(key, 10);
        clock.advance(TIME_TO_LIVE);
        spend(key, 10);

        assertThat(late.settle(tokens(8)).done()).isTrue();
        assertThat(usage(key)).isEqualTo("18 used, 0 held");
    }

    @Test
    void aLateSettleOfMoreThanHeldIsRecordedWhereALimitWouldRefuseIt() {
        AccountId key = account(
                "key", limit("daily", 50, DAILY).onExcess(OnExcess.REFUSE).build());
        Reservation late = hold(key, 10);
        clock.advance(TIME_TO_LIVE);

        assertThat(late.settle(tokens(12)).orThrow().excess()).isEqualTo(tokens(2));
    }

    @Test
    void aLateSettleBelongsToTheWindowOfTheReserve() {
        AccountId key = account("key", daily(10));
        clock.set(MIDNIGHT.minusSeconds(60));
        Reservation late = hold(key, 10);
        clock.set(MIDNIGHT.plus(Duration.ofHours(30)));

        late.settle(tokens(8)).orThrow();

        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        assertThat(reserve(key, 10).granted()).isTrue();
    }

    @Test
    void anExpiryOfAHoldThatWasNotStartedChargesNothing() {
        AccountId key = account(
                "key", limit("daily", 100, DAILY).onExpiry(OnExpiry.HOLD).build());
        hold(key, 10);

        expire();

        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        assertThat(journal()).isEmpty();
    }

    @Test
    void anExpiryOfAStartedHoldChargesNothingWhereTheLimitSaysSo() {
        AccountId key = account(
                "key", limit("daily", 100, DAILY).onExpiry(OnExpiry.NOTHING).build());
        hold(key, 10).progress(tokens(6)).orThrow();

        expire();

        assertThat(usage(key)).isEqualTo("0 used, 0 held");
    }

    @Test
    void anExpiryOfAStartedHoldChargesTheWholeHoldWhereTheLimitSaysSo() {
        AccountId key = account(
                "key", limit("daily", 100, DAILY).onExpiry(OnExpiry.HOLD).build());
        hold(key, 10).progress(tokens(0)).orThrow();
        hold(key, 10).progress(tokens(13)).orThrow();

        expire();

        assertThat(usage(key)).isEqualTo("23 used, 0 held");
    }

    @Test
    void theChoiceThatChargesMostCountsOnTheWholeChain() {
        AccountId team = account(
                "team", limit("daily", 100, DAILY).onExpiry(OnExpiry.HOLD).build());
        AccountId key = account(
                "key",
                team,
                limit("daily", 100, DAILY).onExpiry(OnExpiry.NOTHING).build());
        hold(key, 10).progress(tokens(6)).orThrow();

        expire();

        assertThat(usageOfAll(key)).isEqualTo("key/daily 10+0, team/daily 10+0");
    }

    @Test
    void anExpiryOfAHoldOfNothingChargesItsProgressThoughAnotherHoldEnded() {
        AccountId key = account("key", daily(100));
        Reservation other = hold(key, 5);
        hold(key, 0).progress(tokens(6)).orThrow();
        other.release();
        clock.advance(TIME_TO_LIVE);

        assertThat(usage(key)).isEqualTo("6 used, 0 held");
        assertThat(reserve(key, 95).granted()).isFalse();
    }

    @Test
    void aLateUnbilledSettleTakesTheChargeOfTheExpiryBack() {
        AccountId key = account("key", daily(100));
        Reservation hold = hold(key, 10);
        hold.progress(tokens(6)).orThrow();
        expire();
        admin.sweep(10);

        hold.settleUnbilled(UnbilledReason.USAGE_MISSING).orThrow();

        assertThat(usage(key)).isEqualTo("0 used, 0 held");
    }

    private void expire() {
        clock.advance(TIME_TO_LIVE);
    }
}
