package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.JournalKind;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.policy.OnExcess;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.Settled;
import org.quotaledger.testkit.FailingStore.Outage;
import org.quotaledger.window.QuotaWindow;

/** The record of a request that was admitted while the store was away. */
class FailOpenRecordTest extends OutageSection {

    private JournalRow onlyRowOf(AccountId account) {
        return journal().stream()
                .filter(row -> row.account().equals(account) && row.kind() == JournalKind.SETTLE)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void itIsChargedPastTheLimitWhichIsThenExhausted() {
        relimit(key, suspending("daily", 100, DAILY));
        failing.become(Outage.AWAY);
        unrecorded("r", 500).settle(tokens(500)).orThrow();
        back();

        assertThat(open.record()).isZero();

        assertThat(usage(key)).isEqualTo("500 used, 0 held");
        assertThat(refusal(through.reserve(key, tokens(1))).code()).isEqualTo(RefusalCode.ACCOUNT_SUSPENDED);
    }

    @Test
    void aReserveWhoseAnswerWasLostIsReleasedWhenTheStoreIsBack() {
        failing.become(Outage.ANSWERS_LOST);
        Reservation let = unrecorded("r", 30);
        failing.become(Outage.AWAY);
        let.close();
        back();

        assertThat(open.record()).isZero();

        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        assertThat(journal()).isEmpty();
    }

    @Test
    void whatIsReleasedLeavesNothing() {
        failing.become(Outage.AWAY);
        unrecorded("r", 30).close();

        assertThat(open.unrecorded()).isOne(); // An id that the caller gave may be known: only the store can tell.
        through.reserve(key, tokens(30)).orThrow().close();
        assertThat(open.unrecorded()).isOne();
        back();

        assertThat(open.record()).isZero();
        assertThat(journal()).isEmpty();
    }

    @Test
    void aStoreThatComesBackBeforeTheSettleLearnsOfItByThat() {
        failing.become(Outage.AWAY);
        Reservation let = unrecorded("r", 30);
        back();
        assertThat(open.record()).isOne();

        let.settle(tokens(31)).orThrow();

        assertThat(open.record()).isZero();
        assertThat(onlyRowOf(key).units()).isEqualTo(31);
        assertThat(onlyRowOf(key).excess()).isEqualTo(1);
    }

    @Test
    void aStartedOneThatExpiresIsChargedWithItsProgress() {
        failing.become(Outage.AWAY);
        Reservation let = unrecorded("r", 30);
        let.progress(tokens(12)).orThrow();
        clock.advance(TIME_TO_LIVE);
        back();

        assertThat(open.record()).isZero();

        assertThat(usage(key)).isEqualTo("12 used, 0 held");
    }

    @Test
    void aLateSettleOfOneThatWasNotStartedIsRecorded() {
        failing.become(Outage.AWAY);
        Reservation let = unrecorded("r", 30);
        clock.advance(TIME_TO_LIVE);
        assertThat(open.record()).isOne();

        assertThat(let.settle(tokens(12)).orThrow().late()).isTrue();
        back();

        assertThat(open.record()).isZero();
        assertThat(usage(key)).isEqualTo("12 used, 0 held");
        assertThat(let.settle(tokens(12)).orThrow()).isEqualTo(new Settled(tokens(12), tokens(0), true, true));
    }

    @Test
    void anIdThatIsKnownForAnotherRequestStaysWhatItIs() {
        ledger.charge(id("r"), key, tokens(7)).orThrow();
        failing.become(Outage.AWAY);
        unrecorded("r", 30).settle(tokens(25)).orThrow();
        back();

        assertThat(open.record()).isZero(); // What it cost is in the log.
        assertThat(usage(key)).isEqualTo("7 used, 0 held");
        assertThat(declined(through.settle(id("r"), tokens(25)))).isInstanceOf(Declined.Conflict.class);
    }

    @Test
    void anExcessIsCappedWhereTheLimitSaysSo() {
        relimit(
                key,
                limit("daily", 100, QuotaWindow.daily(ZoneOffset.UTC))
                        .onExcess(OnExcess.CAP)
                        .build());
        failing.become(Outage.AWAY);
        unrecorded("r", 30).settle(tokens(45)).orThrow();
        back();

        assertThat(open.record()).isZero();
        assertThat(usage(key)).isEqualTo("30 used, 0 held");
    }

    @Test
    void whatWasHeldAtTheEndTellsWhatIsExcess() {
        relimit(
                key,
                limit("daily", 100, QuotaWindow.daily(ZoneOffset.UTC))
                        .onExcess(OnExcess.CAP)
                        .build());
        failing.become(Outage.AWAY);
        settleWhatWasAdjusted("away");
        failing.become(Outage.ANSWERS_LOST);
        settleWhatWasAdjusted("lost");
        back();

        assertThat(open.record()).isZero();

        assertThat(usage(key)).isEqualTo("56 used, 0 held");
        assertThat(journal())
                .filteredOn(row -> row.kind() == JournalKind.SETTLE)
                .hasSize(4)
                .allMatch(row -> row.excess() == 0);
        assertThat(through.settle(id("lost"), tokens(28)).orThrow().excess()).isEqualTo(tokens(0));
    }

    private void settleWhatWasAdjusted(String id) {
        Reservation let = unrecorded(id, 15);
        failing.become(Outage.AWAY);
        let.adjust(tokens(30)).orThrow();
        assertThat(let.settle(tokens(28)).orThrow()).isEqualTo(new Settled(tokens(28), tokens(0), false, false));
    }

    @Test
    void anExcessThatALimitWouldRefuseIsChargedSinceItDidHappen() {
        relimit(
                key,
                limit("daily", 100, QuotaWindow.daily(ZoneOffset.UTC))
                        .onExcess(OnExcess.REFUSE)
                        .build());
        failing.become(Outage.ANSWERS_LOST);
        Reservation let = unrecorded("r", 30);
        let.settle(tokens(45)).orThrow();
        back();

        assertThat(open.record()).isZero();
        assertThat(usage(key)).isEqualTo("45 used, 0 held");
    }
}
