package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.LimitStatus;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.OnExpiry;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.window.QuotaWindow;

/** Which window a charge counts in, windows that end without any job, and a clock that is set back. */
abstract class WindowContract extends ContractSection {

    @Test
    void aWindowEndsByItselfAtExactlyItsEnd() {
        AccountId key = account("key", daily(10));
        spend(key, 10);

        clock.set(MIDNIGHT.minus(MICROSECOND));
        assertThat(reserve(key, 1).granted()).isFalse();
        clock.set(MIDNIGHT);
        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        assertThat(reserve(key, 10).granted()).isTrue();
    }

    @Test
    void aChargeBelongsToTheWindowOfTheReserve() {
        AccountId key = account("key", daily(10));
        clock.set(MIDNIGHT.minus(MICROSECOND));
        Reservation hold = hold(key, 10);
        clock.set(MIDNIGHT.plusSeconds(60));

        hold.settle(tokens(10)).orThrow();

        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        assertThat(reserve(key, 10).granted()).isTrue();
    }

    @Test
    void aRefundGoesBackToTheWindowThatWasCharged() {
        AccountId key = account("key", daily(10));
        Reservation yesterdays = spend(key, 10);
        clock.set(MIDNIGHT.plusSeconds(60));
        spend(key, 4);

        ledger.refund(id("f"), yesterdays.id(), tokens(10)).orThrow();

        assertThat(usage(key)).isEqualTo("4 used, 0 held");
        assertThat(reserve(key, 7).granted()).isFalse();
    }

    @Test
    void aLimitThatChargesAtSettleCountsInTheWindowOfTheSettle() {
        AccountId key = account(
                "key", limit("daily", 10, DAILY).chargeTime(ChargeTime.SETTLE).build());
        clock.set(MIDNIGHT.minusSeconds(60));
        Reservation hold = hold(key, 6);
        clock.set(MIDNIGHT.plusSeconds(60));

        assertThat(usage(key)).isEqualTo("0 used, 6 held");
        assertThat(reserve(key, 5).granted()).isFalse();
        hold.settle(tokens(6)).orThrow();
        assertThat(usage(key)).isEqualTo("6 used, 0 held");

        clock.set(MIDNIGHT.plus(Duration.ofHours(25)));
        ledger.refund(id("f"), hold.id(), tokens(6)).orThrow();
        assertThat(usage(key)).isEqualTo("0 used, 0 held");
    }

    @Test
    void aLimitThatChargesAtSettleChargesAnExpiryAtItsInstant() {
        AccountId key = account(
                "key",
                limit("daily", 10, DAILY)
                        .chargeTime(ChargeTime.SETTLE)
                        .onExpiry(OnExpiry.HOLD)
                        .build());
        clock.set(MIDNIGHT.minusSeconds(60));
        Reservation hold = hold(key, 6);
        hold.progress(tokens(1)).orThrow();
        clock.set(MIDNIGHT.plus(Duration.ofHours(1)));

        assertThat(usage(key)).isEqualTo("6 used, 0 held");
        admin.sweep(10);
        assertThat(usage(key)).isEqualTo("6 used, 0 held");
        clock.set(MIDNIGHT.plus(Duration.ofHours(25)));
        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        hold.settle(tokens(7)).orThrow();
        assertThat(usage(key)).isEqualTo("7 used, 0 held");
    }

    @Test
    void aWindowSinceFirstUseOpensWithTheFirstChargeAndAgainAtExactlyItsEnd() {
        QuotaWindow fiveHours = QuotaWindow.sinceFirstUse(Duration.ofHours(5));
        AccountId key = account("key", limit("daily", 10, fiveHours).build());
        clock.advance(Duration.ofMinutes(13));
        Instant opened = clock.instant();
        spend(key, 10);

        clock.set(opened.plus(Duration.ofHours(5)).minus(MICROSECOND));
        assertThat(reserve(key, 1).granted()).isFalse();
        clock.advance(MICROSECOND);
        spend(key, 4);

        LimitStatus status = status(key, "daily");
        assertThat(status.span().startInclusive()).isEqualTo(opened.plus(Duration.ofHours(5)));
        assertThat(status.used()).isEqualTo(amount(4));
    }

    @Test
    void aLateSettleCountsInTheWindowSinceFirstUseThatItsReserveOpened() {
        QuotaWindow fiveHours = QuotaWindow.sinceFirstUse(Duration.ofHours(5));
        AccountId key = account("key", limit("daily", 10, fiveHours).build());
        Reservation late = hold(key, 6);
        clock.advance(Duration.ofHours(6));
        spend(key, 3);

        late.settle(tokens(6)).orThrow();

        assertThat(usage(key)).isEqualTo("3 used, 0 held");
    }

    @Test
    void aRollingWindowNeverAdmitsMoreThanItsAmountInAnyIntervalOfItsLength() {
        QuotaWindow hour = QuotaWindow.rolling(Duration.ofHours(1), Duration.ofMinutes(10));
        AccountId key = account("key", limit("daily", 10, hour).build());
        clock.set(NOON.plus(Duration.ofMinutes(9)));
        spend(key, 6);
        clock.set(NOON.plus(Duration.ofMinutes(59)));
        spend(key, 4);

        // An hour after the first use: its bucket counts until ten minutes later at most.
        clock.set(NOON.plus(Duration.ofMinutes(69)).minus(MICROSECOND));
        assertThat(reserve(key, 1).granted()).isFalse();
        clock.set(NOON.plus(Duration.ofMinutes(70)));
        assertThat(usage(key)).isEqualTo("4 used, 0 held");
        assertThat(reserve(key, 7).granted()).isFalse();
        assertThat(reserve(key, 6).granted()).isTrue();
    }

    @Test
    void aRefundInARollingWindowGoesBackToItsBucket() {
        QuotaWindow hour = QuotaWindow.rolling(Duration.ofHours(1), Duration.ofMinutes(10));
        AccountId key = account("key", limit("daily", 10, hour).build());
        Reservation first = spend(key, 6);
        clock.advance(Duration.ofMinutes(30));
        spend(key, 4);

        ledger.refund(id("f"), first.id(), tokens(5)).orThrow();
        assertThat(usage(key)).isEqualTo("5 used, 0 held");
        clock.set(NOON.plus(Duration.ofMinutes(70)));
        assertThat(usage(key)).isEqualTo("4 used, 0 held");
    }

    @Test
    void timeNeverRunsBackwardsForAnAccount() {
        AccountId key = account("key", daily(10));
        Reservation hold = hold(key, 10);
        clock.advance(TIME_TO_LIVE);
        spend(key, 2);
        clock.set(NOON);

        assertThat(usage(key)).isEqualTo("2 used, 0 held");
        assertThat(hold.settle(tokens(3)).orThrow().late()).isTrue();
        assertThat(hold(key, 1).expiresAt()).isEqualTo(NOON.plus(TIME_TO_LIVE).plus(TIME_TO_LIVE));
        clock.set(NOON.plus(TIME_TO_LIVE));
    }

    @Test
    void aClockSetBackOverTheEndOfAWindowLosesNothing() {
        AccountId key = account("key", daily(10));
        clock.set(MIDNIGHT.minusSeconds(60));
        spend(key, 7);
        hold(key, 3, Duration.ofMinutes(2));
        clock.set(MIDNIGHT.plusSeconds(60));
        admin.sweep(10);

        clock.set(MIDNIGHT.minusSeconds(30));
        hold(key, 8);

        assertThat(status(key, "daily").span().startInclusive()).isEqualTo(MIDNIGHT);
        assertThat(usage(key)).isEqualTo("0 used, 8 held");
        clock.set(MIDNIGHT.plusSeconds(60));
    }

    @Test
    void aSettleIsNotBeforeItsReserveThoughTheClockIsSetBack() {
        AccountId key = account("key");
        Reservation hold = hold(key, 10);
        clock.set(NOON.minusSeconds(60));

        hold.settle(tokens(10)).orThrow();

        assertThat(state(hold).endedAt()).isEqualTo(NOON);
        assertThat(journal().get(0).settledAt()).isEqualTo(NOON);
    }
}
