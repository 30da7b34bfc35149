package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.OnExcess;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.DeclinedException;
import org.quotaledger.reservation.Released;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReservationStatus;
import org.quotaledger.reservation.ReserveRequest;

/** The order of the checks, and replays. */
class ReservationTest extends PlainLedger {

    /** The loop of the README, with one id that a client gives. */
    @Test
    void aLoopWithOneIdForwardsOnce() {
        AccountId key = account("key", daily(5));
        int forwarded = 0;
        int declined = 0;

        for (int call = 1; call <= 50; call++) {
            try (Reservation hold =
                    ledger.reserve(request("client-1", key, 1).build()).orThrow()) {
                forwarded++;
                hold.settle(tokens(1)).orThrow();
            } catch (DeclinedException again) {
                declined++;
            }
        }

        assertThat(forwarded).isEqualTo(1);
        assertThat(declined).isEqualTo(49);
        assertThat(usage(key)).isEqualTo("1 used, 0 held");
    }

    @Test
    void aReplayOfAHoldThatLivesIsItsCallersOwn() {
        AccountId key = account("key", daily(10));
        ReserveRequest request = request("r", key, 4).build();
        ledger.reserve(request).orThrow(); // and the answer is lost

        Admission again = ledger.reserve(request);

        assertThat(again).isInstanceOfSatisfying(Admission.Granted.class, granted -> {
            assertThat(granted.status()).isEqualTo(ReservationStatus.HELD);
            assertThat(granted.replayed()).isTrue();
            assertThat(granted.ended()).isFalse();
        });
        try (Reservation hold = again.orThrow()) {
            assertThat(hold.held()).isEqualTo(tokens(4));
            hold.settle(tokens(3)).orThrow();
        }
        assertThat(usage(key)).isEqualTo("3 used, 0 held");
    }

    @Test
    void closingAReplayThatHasEndedDoesNothing() {
        AccountId key = account("key", daily(10));
        ReserveRequest request = request("r", key, 4).build();
        ledger.reserve(request).orThrow();
        clock.advance(TIME_TO_LIVE);

        ((Admission.Granted) ledger.reserve(request)).reservation().close();

        assertThat(state(id("r")).statusAt(clock.instant())).isEqualTo(ReservationStatus.EXPIRED);
        assertThat(ledger.settle(id("r"), tokens(3)).orThrow().late()).isTrue();
    }

    @Test
    void amountsOfOtherMetersThanHeldAreAMismatch() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);
        Charge requests = Charge.of(Amount.ofUnits(1, Meter.REQUESTS));
        Charge otherScale = Charge.of(Amount.ofUnits(1, new Meter("tokens", 2)));

        for (Charge charge : List.of(requests, otherScale, tokensAndRequests(1, 1), Charge.NONE)) {
            assertThat(declined(hold.settle(charge))).isInstanceOf(Declined.MeterMismatch.class);
            assertThat(declined(hold.adjust(charge))).isInstanceOf(Declined.MeterMismatch.class);
            assertThat(declined(hold.progress(charge))).isInstanceOf(Declined.MeterMismatch.class);
        }
        assertThat(usage(key)).isEqualTo("0 used, 15 held");
    }

    @Test
    void theMeterIsCheckedBeforeTheState() {
        AccountId key = account("key", daily(100));
        Charge requests = Charge.of(Amount.ofUnits(1, Meter.REQUESTS));
        Reservation settled = spend(key, 5);
        Reservation released = hold(key, 5);
        released.release();
        Reservation expired = hold(key, 5, Duration.ofMinutes(1));
        clock.advance(Duration.ofMinutes(1));

        for (Reservation hold : List.of(settled, released, expired)) {
            assertThat(declined(hold.settle(requests))).isInstanceOf(Declined.MeterMismatch.class);
            assertThat(declined(hold.adjust(requests))).isInstanceOf(Declined.MeterMismatch.class);
            assertThat(declined(hold.progress(requests))).isInstanceOf(Declined.MeterMismatch.class);
        }
        assertThat(declined(ledger.refund(id("f"), released.id(), requests)))
                .isInstanceOf(Declined.MeterMismatch.class);
    }

    @Test
    void theStateIsCheckedBeforeTheAmountAndThatBeforeTheRoom() {
        AccountId key = account(
                "key", limit("daily", 10, DAILY).onExcess(OnExcess.REFUSE).build());
        Reservation released = hold(key, 5);
        released.release();

        assertThat(declined(released.settle(tokens(99)))).isInstanceOf(Declined.WrongState.class);
        assertThat(declined(released.adjust(tokens(99)))).isInstanceOf(Declined.WrongState.class);
        assertThat(declined(ledger.refund(id("f"), released.id(), tokens(99)))).isInstanceOf(Declined.WrongState.class);
    }

    @Test
    void releasingTwiceChangesNothing() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);
        hold.release();
        hold(key, 15);

        assertThat(hold.release().orThrow()).isEqualTo(new Released(true));
        assertThat(usage(key)).isEqualTo("0 used, 15 held");
    }

    @Test
    void releasingAfterASettleChangesNothingAndSaysSettled() {
        AccountId key = account("key", daily(15));
        Reservation hold = spend(key, 15);

        assertThat(wrongState(hold.release())).isEqualTo(ReservationStatus.SETTLED);
        assertThat(usage(key)).isEqualTo("15 used, 0 held");
    }

    @Test
    void closingReleasesWhatWasNeitherSettledNorReleased() {
        AccountId key = account("key", daily(15));

        try (Reservation leaked = hold(key, 5);
                Reservation settled = hold(key, 5);
                Reservation released = hold(key, 5)) {
            settled.settle(tokens(4)).orThrow();
            released.release().orThrow();
            assertThat(leaked.held()).isEqualTo(tokens(5));
        }

        assertThat(usage(key)).isEqualTo("4 used, 0 held");
    }

    @Test
    void closingAfterTheExpiryThrowsNothing() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);
        clock.advance(TIME_TO_LIVE);

        hold.close();

        assertThat(usage(key)).isEqualTo("0 used, 0 held");
    }
}
