package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.OnExcess;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.Settled;
import org.quotaledger.reservation.UnbilledReason;

/** The amounts that a settle charges. */
class SettlementTest extends PlainLedger {

    @Test
    void settlingAllChargesAll() {
        AccountId key = account("key", daily(15));

        hold(key, 15).settle(tokens(15)).orThrow();

        assertThat(usage(key)).isEqualTo("15 used, 0 held");
    }

    @Test
    void theStrictestChoiceAboutAnExcessCountsOnTheWholeChain() {
        AccountId team = account(
                "team", limit("daily", 100, DAILY).onExcess(OnExcess.CAP).build());
        AccountId key = account("key", team, daily(100));

        hold(key, 15).settle(tokens(20)).orThrow();

        assertThat(usageOfAll(key)).isEqualTo("key/daily 15+0, team/daily 15+0");
    }

    @Test
    void oneMeterMayExceedWhileAnotherDoesNot() {
        QuotaLimit requests = QuotaLimit.builder("requests", Amount.ofUnits(9, Meter.REQUESTS), DAILY)
                .onExcess(OnExcess.CAP)
                .noAlerts()
                .build();
        AccountId key = account("key", daily(100), requests);
        Reservation hold = ledger.reserve(key, tokensAndRequests(10, 1)).orThrow();

        Settled settled = hold.settle(tokensAndRequests(12, 2)).orThrow();

        assertThat(settled.charged()).isEqualTo(tokensAndRequests(12, 1));
        assertThat(settled.excess()).isEqualTo(tokensAndRequests(2, 0));
    }

    @Test
    void settlingAgainWithAnotherAmountIsAConflict() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);
        hold.settle(tokens(13)).orThrow();

        assertThat(conflict(hold.settle(tokens(12)))).isEqualTo("cost");
        assertThat(usage(key)).isEqualTo("13 used, 0 held");
    }

    @Test
    void settlingUnbilledWithAMeterThatIsNotHeldIsAMismatch() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);

        Answer<Settled> answer =
                hold.settleUnbilled(UnbilledReason.USAGE_MISSING, Charge.of(Amount.ofUnits(1, Meter.REQUESTS)));

        assertThat(declined(answer)).isInstanceOf(Declined.MeterMismatch.class);
        assertThat(usage(key)).isEqualTo("0 used, 15 held");
    }

    @Test
    void aReserveSettledUnbilledIsStillReplayed() {
        AccountId key = account("key", daily(15));
        ReserveRequest request = request("r", key, 5).build();
        ledger.reserve(request).orThrow().settleUnbilled(UnbilledReason.USAGE_MISSING);

        assertThat(((Admission.Granted) ledger.reserve(request)).replayed()).isTrue();
    }
}
