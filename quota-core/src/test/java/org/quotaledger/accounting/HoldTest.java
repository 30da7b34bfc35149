package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReservationStatus;

/** Holds that are extended or adjusted, or report progress. */
class HoldTest extends PlainLedger {

    @Test
    void extendingIsForHoldsThatLive() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);
        clock.advance(TIME_TO_LIVE);

        assertThat(wrongState(hold.extend(Duration.ofHours(1)))).isEqualTo(ReservationStatus.EXPIRED);
        assertThat(wrongState(spend(key, 1).extend(Duration.ofHours(1)))).isEqualTo(ReservationStatus.SETTLED);
        assertThat(usage(key)).isEqualTo("1 used, 0 held");
    }

    @Test
    void extendingIsBoundedByTheLongestTimeToLive() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);

        assertThatThrownBy(() -> hold.extend(Duration.ofHours(25)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT25H");
    }

    @Test
    void aRefusedAdjustTellsWhenThereWillBeRoomThoughTheAccountExpiresBefore() {
        AccountId key = account("key", daily(10));
        hold(key, 4, Duration.ofMinutes(3));
        Reservation hold = hold(key, 5);
        admin.expireAt(key, NOON.plusSeconds(60));

        Declined.NoRoom noRoom = (Declined.NoRoom) declined(hold.adjust(tokens(8)));

        assertThat(noRoom.refusal().retry()).contains(NOON.plus(Duration.ofMinutes(3)));
        clock.set(NOON.plus(Duration.ofMinutes(3)));
        assertThat(hold.adjust(tokens(8)).done()).isTrue();
    }

    @Test
    void aRefusedAdjustTellsNoTimeAtWhichTheHoldIsOver() {
        AccountId key = account("key", daily(10));
        hold(key, 4, Duration.ofMinutes(30));
        Reservation hold = hold(key, 5);

        Declined.NoRoom noRoom = (Declined.NoRoom) declined(hold.adjust(tokens(8)));

        assertThat(noRoom.refusal().retry()).isEmpty();
    }

    @Test
    void aRefusedAdjustTellsNoTimeAtWhichTheWindowOfItsHoldIsOver() {
        AccountId key = account("key", daily(10));
        spend(key, 4);
        clock.set(MIDNIGHT.minusSeconds(60));
        Reservation hold = hold(key, 5);

        Declined.NoRoom noRoom = (Declined.NoRoom) declined(hold.adjust(tokens(8)));
        clock.set(MIDNIGHT);

        assertThat(noRoom.refusal().retry()).isEmpty();
        assertThat(hold.adjust(tokens(8)).done()).isFalse();
    }

    @Test
    void aRefusedAdjustTellsWhenAnotherHoldOfItsWindowExpiresThoughTheWindowIsOver() {
        AccountId key = account("key", daily(10));
        clock.set(MIDNIGHT.minusSeconds(60));
        hold(key, 4, Duration.ofMinutes(3));
        Reservation hold = hold(key, 5);
        Declined.NoRoom before = (Declined.NoRoom) declined(hold.adjust(tokens(8)));
        clock.set(MIDNIGHT);
        Declined.NoRoom after = (Declined.NoRoom) declined(hold.adjust(tokens(8)));

        assertThat(before.refusal().retry()).contains(MIDNIGHT.plusSeconds(120));
        assertThat(after.refusal().retry()).contains(MIDNIGHT.plusSeconds(120));
        clock.set(MIDNIGHT.plusSeconds(120));
        assertThat(hold.adjust(tokens(8)).done()).isTrue();
    }

    @Test
    void adjustingIsForHoldsThatLive() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 10);
        clock.advance(TIME_TO_LIVE);

        assertThat(wrongState(hold.adjust(tokens(1)))).isEqualTo(ReservationStatus.EXPIRED);
        assertThat(wrongState(spend(key, 1).adjust(tokens(1)))).isEqualTo(ReservationStatus.SETTLED);
    }

    @Test
    void adjustingToTheSameIsDone() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);

        assertThat(hold.adjust(tokens(15)).done()).isTrue();
        assertThat(usage(key)).isEqualTo("0 used, 15 held");
    }

    @Test
    void progressIsForHoldsThatLive() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 10);
        clock.advance(TIME_TO_LIVE);

        assertThat(wrongState(hold.progress(tokens(4)))).isEqualTo(ReservationStatus.EXPIRED);
        assertThat(wrongState(spend(key, 1).progress(tokens(1)))).isEqualTo(ReservationStatus.SETTLED);
    }

    @Test
    void aRefusedAdjustTellsWhatIsHeldAndWhenThereWillBeRoom() {
        AccountId key = account("key", daily(10));
        hold(key, 4, Duration.ofMinutes(3));
        Reservation hold = hold(key, 5);

        Declined.NoRoom noRoom = (Declined.NoRoom) declined(hold.adjust(tokens(8)));

        assertThat(onlyLimit(noRoom.refusal()).held()).isEqualTo(amount(9));
        assertThat(noRoom.refusal().retry()).contains(NOON.plus(Duration.ofMinutes(3)));
    }
}
