package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.reservation.Refused;
import org.quotaledger.reservation.Reservation;

/** The events of exhausted limits and expired holds. */
class ExhaustionEventTest extends PlainLedger {

    @Test
    void whatIsRefusedForLackOfRoomOrOnlyHeldExhaustsNothing() {
        AccountId key = account("key", daily(10));
        hold(key, 10).release();

        assertThat(reserve(key, 11)).isInstanceOf(Refused.class);

        assertThat(events).isEmpty();
    }

    @Test
    void aChargeToAWindowThatIsOverExhaustsNothing() {
        AccountId key = account("key", daily(10));
        clock.set(MIDNIGHT.minusSeconds(60));
        Reservation hold = hold(key, 10);
        clock.set(MIDNIGHT.plusSeconds(60));

        hold.settle(tokens(10)).orThrow();

        assertThat(events).isEmpty();
    }

    @Test
    void aHoldThatWasSettledOrReleasedInTimeIsNotToldAsExpired() {
        AccountId key = account("key", daily(100));
        spend(key, 5);
        hold(key, 5).release();
        clock.advance(TIME_TO_LIVE);

        admin.sweep(10);

        assertThat(events).isEmpty();
    }
}
