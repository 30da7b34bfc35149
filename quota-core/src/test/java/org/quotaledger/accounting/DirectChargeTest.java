package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Charged;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.Refunded;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReservationStatus;

/** Direct charges, and refunds of charges. */
class DirectChargeTest extends PlainLedger {

    @Test
    void aDirectChargeNeedsAnAccount() {
        Answer<Charged> answer = ledger.charge(id("c"), AccountId.of("nobody"), tokens(1));

        assertThat(declined(answer)).isInstanceOf(Declined.NoAccount.class);
        assertThat(ledger.reservation(id("c"))).isEmpty();
    }

    @Test
    void aRefundGivesBackPartOfWhatWasSettled() {
        AccountId team = account("team", daily(15));
        AccountId key = account("key", team, daily(15));
        Reservation hold = hold(key, 15);
        hold.settle(tokens(13)).orThrow();

        Refunded refunded = ledger.refund(id("f"), hold.id(), tokens(5)).orThrow();

        assertThat(refunded).isEqualTo(new Refunded(tokens(5), tokens(5), false));
        assertThat(usageOfAll(key)).isEqualTo("key/daily 8+0, team/daily 8+0");
        assertThat(reserve(key, 7).granted()).isTrue();
    }

    @Test
    void aDirectChargeCanBeRefunded() {
        AccountId key = account("key", daily(10));
        ledger.charge(id("c"), key, tokens(25)).orThrow();

        ledger.refund(id("f"), id("c"), tokens(20)).orThrow();

        assertThat(usage(key)).isEqualTo("5 used, 0 held");
    }

    @Test
    void onlyWhatWasSettledCanBeRefunded() {
        AccountId key = account("key", daily(30));
        Reservation held = hold(key, 10);
        Reservation released = hold(key, 10);
        released.release();

        assertThat(wrongState(ledger.refund(id("f"), held.id(), tokens(1)))).isEqualTo(ReservationStatus.HELD);
        assertThat(wrongState(ledger.refund(id("f"), released.id(), tokens(1)))).isEqualTo(ReservationStatus.RELEASED);
    }
}
