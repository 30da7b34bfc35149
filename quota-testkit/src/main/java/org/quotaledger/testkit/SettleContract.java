package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.OnExcess;
import org.quotaledger.report.ReportQuery;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReservationStatus;
import org.quotaledger.reservation.Settled;
import org.quotaledger.reservation.UnbilledReason;

/** What a settle charges: less than is held, all of it, more, nothing, or unbilled. */
abstract class SettleContract extends ContractSection {

    @Test
    void settlingLessGivesTheRestBackAtOnce() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);

        Settled settled = hold.settle(tokens(13)).orThrow();

        assertThat(settled).isEqualTo(new Settled(tokens(13), tokens(0), false, false));
        assertThat(usage(key)).isEqualTo("13 used, 0 held");
        assertThat(reserve(key, 2).granted()).isTrue();
    }

    @Test
    void settlingNothingIsSettledAndNotReleased() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);

        Settled settled = hold.settle(tokens(0)).orThrow();

        assertThat(settled.charged()).isEqualTo(tokens(0));
        assertThat(state(hold).status()).isEqualTo(ReservationStatus.SETTLED);
        assertThat(wrongState(hold.release())).isEqualTo(ReservationStatus.SETTLED);
        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        assertThat(journalLines()).containsExactly("SETTLE key 0 tokens");
    }

    @Test
    void settlingMoreThanHeldChargesAllAndMarksTheExcess() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);

        Settled settled = hold.settle(tokens(16)).orThrow();

        assertThat(settled).isEqualTo(new Settled(tokens(16), tokens(1), false, false));
        assertThat(usage(key)).isEqualTo("16 used, 0 held");
        assertThat(journalLines()).containsExactly("SETTLE key 16 tokens excess 1");
    }

    @Test
    void settlingMoreThanHeldIsCappedWhereALimitSaysSo() {
        AccountId key =
                account("key", limit("daily", 100, DAILY).onExcess(OnExcess.CAP).build());
        Reservation hold = hold(key, 15);

        Settled settled = hold.settle(tokens(16)).orThrow();

        assertThat(settled).isEqualTo(new Settled(tokens(15), tokens(0), false, false));
        assertThat(state(hold).cost()).isEqualTo(tokens(16));
        assertThat(usage(key)).isEqualTo("15 used, 0 held");
        assertThat(hold.settle(tokens(16)).orThrow().replayed()).isTrue();
        assertThat(conflict(hold.settle(tokens(15)))).isEqualTo("cost");
    }

    @Test
    void settlingMoreThanHeldIsRefusedWhereALimitSaysSoAndTheHoldStays() {
        AccountId key = account(
                "key", limit("daily", 100, DAILY).onExcess(OnExcess.REFUSE).build());
        Reservation hold = hold(key, 15);

        Declined declined = declined(hold.settle(tokens(16)));

        assertThat(declined).isInstanceOf(Declined.ExcessRefused.class);
        assertThat(usage(key)).isEqualTo("0 used, 15 held");
        assertThat(hold.settle(tokens(15)).done()).isTrue();
    }

    @Test
    void settlingAgainWithTheSameAmountIsReplayed() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);
        hold.settle(tokens(13)).orThrow();

        assertThat(hold.settle(tokens(13)).orThrow()).isEqualTo(new Settled(tokens(13), tokens(0), false, true));
        assertThat(usage(key)).isEqualTo("13 used, 0 held");
        assertThat(journal()).hasSize(1);
    }

    @Test
    void settlingAfterAReleaseSaysReleasedAndChargesNothing() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);
        hold.release();

        assertThat(wrongState(hold.settle(tokens(13)))).isEqualTo(ReservationStatus.RELEASED);
        assertThat(usage(key)).isEqualTo("0 used, 0 held");
    }

    @Test
    void settlingUnbilledFreesTheHoldAndJournalsTheReason() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);

        Settled settled = hold.settleUnbilled(UnbilledReason.USAGE_MISSING).orThrow();

        assertThat(settled.charged()).isEqualTo(tokens(0));
        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        assertThat(journalLines()).containsExactly("UNBILLED key USAGE_MISSING");
        assertThat(hold.settleUnbilled(UnbilledReason.USAGE_MISSING).orThrow().replayed())
                .isTrue();
        assertThat(conflict(hold.settleUnbilled(UnbilledReason.PRICE_NOT_FOUND)))
                .isEqualTo("unbilled");
        assertThat(conflict(hold.settle(tokens(0)))).isEqualTo("cost");
    }

    @Test
    void settlingUnbilledKeepsWhatItsCallerSaysItCounts() {
        AccountId key = account("key", daily(15));
        Charge oneRequest = Charge.of(Amount.ofUnits(1, Meter.REQUESTS));
        Reservation hold = ledger.reserve(key, tokensAndRequests(15, 1)).orThrow();

        Settled settled =
                hold.settleUnbilled(UnbilledReason.USAGE_MISSING, oneRequest).orThrow();

        assertThat(settled.charged()).isEqualTo(tokensAndRequests(0, 1));
        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        assertThat(journalLines()).containsExactly("SETTLE key 1 requests", "UNBILLED key USAGE_MISSING");
        assertThat(ledger.reports().totals(ReportQuery.ALL).requests()).isEqualTo(1);
        assertThat(hold.settleUnbilled(UnbilledReason.USAGE_MISSING, oneRequest)
                        .orThrow()
                        .replayed())
                .isTrue();
        assertThat(conflict(hold.settleUnbilled(UnbilledReason.USAGE_MISSING))).isEqualTo("cost");
        ledger.refund(id("back"), hold.id(), oneRequest).orThrow();
        assertThat(state(hold).refundable()).contains(tokensAndRequests(0, 0));
    }
}
