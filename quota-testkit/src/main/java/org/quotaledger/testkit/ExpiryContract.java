package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.quotaledger.account.AccountId;
import org.quotaledger.policy.OnExpiry;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReservationStatus;
import org.quotaledger.reservation.Settled;

/** What becomes of a hold whose time to live is over, before and after a sweep. */
abstract class ExpiryContract extends ContractSection {

    @Test
    void aHoldIsFreeAgainAtExactlyItsExpiry() {
        AccountId key = account("key", daily(10));
        hold(key, 10);

        clock.set(NOON.plus(TIME_TO_LIVE).minus(MICROSECOND));
        assertThat(reserve(key, 1).granted()).isFalse();
        assertThat(usage(key)).isEqualTo("0 used, 10 held");
        clock.advance(MICROSECOND);

        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        assertThat(reserve(key, 10).granted()).isTrue();
    }

    @Test
    void aHoldIsNotFreeANanosecondBeforeItsExpiry() {
        AccountId key = account("key", daily(10));
        Reservation hold = hold(key, 10);
        clock.set(NOON.plus(TIME_TO_LIVE).minusNanos(1));

        assertThat(reserve(key, 1).granted()).isFalse();
        assertThat(hold.settle(tokens(10)).orThrow().late()).isFalse();
    }

    @Test
    void settlingAtItsExpiryIsLateAndRecorded() {
        AccountId key = account("key", daily(10));
        Reservation hold = hold(key, 10);
        clock.set(NOON.plus(TIME_TO_LIVE));

        assertThat(hold.settle(tokens(7)).orThrow()).isEqualTo(new Settled(tokens(7), tokens(0), true, false));

        assertThat(state(hold).late()).isTrue();
        assertThat(usage(key)).isEqualTo("7 used, 0 held");
        assertThat(journalLines()).containsExactly("SETTLE key 7 tokens late");
        assertThat(hold.settle(tokens(7)).orThrow()).isEqualTo(new Settled(tokens(7), tokens(0), true, true));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyAnswerIsTheSameBeforeAndAfterTheSweep(boolean swept) {
        AccountId team = account("team", daily(100));
        AccountId key = account("key", team, daily(100));
        List<String> names = List.of("settle", "release", "extend", "adjust", "progress", "refund", "reserve");
        for (String name : names) {
            ledger.reserve(request(name, key, 10).build()).orThrow();
        }
        clock.advance(TIME_TO_LIVE);
        if (swept) {
            assertThat(admin.sweep(100).expired()).isEqualTo(names.size());
            assertThat(admin.sweep(100).expired()).isZero();
        }

        assertThat(usageOfAll(key)).isEqualTo("key/daily 0+0, team/daily 0+0");
        assertThat(wrongState(ledger.release(id("release")))).isEqualTo(ReservationStatus.EXPIRED);
        assertThat(wrongState(ledger.extend(id("extend"), Duration.ofMinutes(1))))
                .isEqualTo(ReservationStatus.EXPIRED);
        assertThat(wrongState(ledger.adjust(id("adjust"), tokens(1)))).isEqualTo(ReservationStatus.EXPIRED);
        assertThat(wrongState(ledger.progress(id("progress"), tokens(1)))).isEqualTo(ReservationStatus.EXPIRED);
        assertThat(wrongState(ledger.refund(id("f"), id("refund"), tokens(1)))).isEqualTo(ReservationStatus.EXPIRED);
        Admission.Granted again =
                (Admission.Granted) ledger.reserve(request("reserve", key, 10).build());
        assertThat(again.replayed()).isTrue();
        assertThat(again.status()).isEqualTo(ReservationStatus.EXPIRED);
        assertThat(state(id("reserve")).statusAt(clock.instant())).isEqualTo(ReservationStatus.EXPIRED);
        assertThat(ledger.settle(id("settle"), tokens(8)).orThrow())
                .isEqualTo(new Settled(tokens(8), tokens(0), true, false));
        assertThat(usageOfAll(key)).isEqualTo("key/daily 8+0, team/daily 8+0");
    }

    @Test
    void aParentFreesADeadHoldWithoutItsChild() {
        AccountId team = account("team", daily(10));
        AccountId one = account("one", team, daily(10));
        AccountId two = account("two", team, daily(10));
        Reservation dead = hold(one, 10);
        clock.advance(TIME_TO_LIVE);

        assertThat(reserve(two, 10).granted()).isTrue();

        assertThat(usageOfAll(one)).isEqualTo("one/daily 0+0, team/daily 0+10");
        dead.settle(tokens(4)).orThrow();
        assertThat(usageOfAll(one)).isEqualTo("one/daily 4+0, team/daily 4+10");
    }

    @Test
    void oneDeadHoldAmongLiveOnesIsFreed() {
        AccountId key = account("key", daily(10));
        hold(key, 4, Duration.ofMinutes(1));
        hold(key, 3, Duration.ofMinutes(2));
        hold(key, 3, Duration.ofMinutes(3));
        clock.advance(Duration.ofMinutes(2));

        assertThat(usage(key)).isEqualTo("0 used, 3 held");
        assertThat(reserve(key, 8).granted()).isFalse();
        assertThat(reserve(key, 7).granted()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anExpiryOfAStartedHoldChargesItsProgress(boolean swept) {
        AccountId key = account("key", daily(100));
        hold(key, 10).progress(tokens(6)).orThrow();

        expire();
        tidy(swept);

        assertThat(usage(key)).isEqualTo("6 used, 0 held");
        spend(key, 1);
        assertThat(journalLines()).containsExactly("EXPIRE key 6 tokens", "SETTLE key 1 tokens");
    }

    @Test
    void anExpiryChargesTheHoldAsItWasAdjusted() {
        AccountId key = account(
                "key", limit("daily", 100, DAILY).onExpiry(OnExpiry.HOLD).build());
        Reservation hold = hold(key, 10);
        hold.progress(tokens(2)).orThrow();
        hold.adjust(tokens(7)).orThrow();

        expire();

        assertThat(usage(key)).isEqualTo("7 used, 0 held");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLateSettleTakesTheChargeOfTheExpiryBack(boolean swept) {
        AccountId team = account("team", daily(100));
        AccountId key = account("key", team, daily(100));
        Reservation hold = hold(key, 10);
        hold.progress(tokens(6)).orThrow();
        expire();
        tidy(swept);

        assertThat(hold.settle(tokens(8)).orThrow()).isEqualTo(new Settled(tokens(8), tokens(0), true, false));

        assertThat(usageOfAll(key)).isEqualTo("key/daily 8+0, team/daily 8+0");
        assertThat(ledger.refund(id("f"), hold.id(), tokens(8)).done()).isTrue();
        assertThat(usageOfAll(key)).isEqualTo("key/daily 0+0, team/daily 0+0");
    }

    @Test
    void aLateSettleThatComesAfterAParentFreedTheHoldTakesBackOnlyWhatWasCharged() {
        AccountId team = account("team", daily(100));
        AccountId one = account("one", team, daily(100));
        AccountId two = account("two", team, daily(100));
        Reservation hold = hold(one, 10);
        hold.progress(tokens(6)).orThrow();
        expire();
        spend(two, 1);
        assertThat(usageOfAll(one)).isEqualTo("one/daily 6+0, team/daily 7+0");

        hold.settle(tokens(8)).orThrow();

        assertThat(usageOfAll(one)).isEqualTo("one/daily 8+0, team/daily 9+0");
    }

    @Test
    void theChargeOfAnExpiryBelongsToTheWindowOfTheReserve() {
        AccountId key = account("key", daily(10));
        clock.set(MIDNIGHT.minusSeconds(60));
        hold(key, 10).progress(tokens(6)).orThrow();
        clock.set(MIDNIGHT.plus(Duration.ofHours(1)));

        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        admin.sweep(10);
        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        assertThat(journal().get(0).reservedAt()).isEqualTo(MIDNIGHT.minusSeconds(60));
        assertThat(journal().get(0).settledAt())
                .isEqualTo(MIDNIGHT.minusSeconds(60).plus(TIME_TO_LIVE));
    }

    @Test
    void sweepingGoesOnWhereItStopped() {
        AccountId key = account("key", daily(100));
        for (int i = 0; i < 5; i++) {
            hold(key, 1);
        }
        expire();

        assertThat(admin.sweep(2).expired()).isEqualTo(2);
        assertThat(admin.sweep(2).expired()).isEqualTo(2);
        assertThat(admin.sweep(2).expired()).isEqualTo(1);
        assertThat(admin.sweep(2).expired()).isZero();
    }

    @Test
    void sweepingLeavesLiveHoldsAlone() {
        AccountId key = account("key", daily(100));
        hold(key, 5);
        hold(key, 6, Duration.ofHours(1));

        expire();

        assertThat(admin.sweep(10).expired()).isEqualTo(1);
        assertThat(usage(key)).isEqualTo("0 used, 6 held");
    }

    private void expire() {
        Instant later = clock.advance(TIME_TO_LIVE);
        assertThat(store.expired(100))
                .allSatisfy(id -> assertThat(state(id).statusAt(later)).isEqualTo(ReservationStatus.EXPIRED));
    }

    private void tidy(boolean swept) {
        if (swept) {
            admin.sweep(100);
        }
    }
}
