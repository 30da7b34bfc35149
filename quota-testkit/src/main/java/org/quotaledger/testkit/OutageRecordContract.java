package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.JournalKind;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReservationStatus;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.UnbilledReason;
import org.quotaledger.spi.UsageAudit;
import org.quotaledger.testkit.FailingStore.Outage;
import org.quotaledger.window.QuotaWindow;

/** What the store knows, once it is back, of what was let through without it. */
abstract class OutageRecordContract extends OutageSection {

    @Test
    void itCountsInTheWindowOfWhenItWasLetThrough() {
        failing.become(Outage.AWAY);
        clock.set(MIDNIGHT.minusSeconds(60));
        Reservation let = unrecorded("r", 30);
        clock.set(MIDNIGHT.plusSeconds(60));
        let.settle(tokens(25)).orThrow();
        clock.set(MIDNIGHT.plusSeconds(120));
        back();

        assertThat(open.record()).isZero();

        assertThat(usage(key)).isEqualTo("0 used, 0 held");
        assertThat(state(let).reservedAt()).isEqualTo(MIDNIGHT.minusSeconds(60));
        assertThat(state(let).endedAt()).isEqualTo(MIDNIGHT.plusSeconds(60));
        assertThat(onlyRowOf(key).recordedAt()).isEqualTo(MIDNIGHT.plusSeconds(120));
    }

    private JournalRow onlyRowOf(AccountId account) {
        return journal().stream()
                .filter(row -> row.account().equals(account) && row.kind() == JournalKind.SETTLE)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void itAddsToWhatWasUsedInThatWindow() {
        clock.set(MIDNIGHT.minusSeconds(120));
        spend(key, 40);
        failing.become(Outage.AWAY);
        clock.set(MIDNIGHT.minusSeconds(60));
        unrecorded("r", 30).settle(tokens(30)).orThrow();
        clock.set(MIDNIGHT.plusSeconds(60));
        spend(key, 1); // Another node, which reaches the store.
        back();

        assertThat(open.record()).isZero();

        assertThat(usage(key)).isEqualTo("1 used, 0 held");
        assertThat(store.audit(key))
                .allMatch(UsageAudit::agrees)
                .extracting(audit -> audit.row().used())
                .containsExactlyInAnyOrder(70L, 1L);
    }

    @Test
    void aWindowThatOpensWithItsFirstUseOpensWithTheRecord() {
        relimit(
                key,
                limit("daily", 100, QuotaWindow.sinceFirstUse(Duration.ofHours(5)))
                        .build());
        failing.become(Outage.AWAY);
        unrecorded("r", 30).settle(tokens(30)).orThrow();
        Instant later = clock.advance(Duration.ofMinutes(3));
        back();

        assertThat(open.record()).isZero();

        assertThat(usage(key)).isEqualTo("30 used, 0 held");
        assertThat(status(key, "daily").span().startInclusive()).isEqualTo(later);
    }

    @Test
    void itCountsInAWindowThatWasOpenThenAndHasEndedSince() {
        relimit(
                key,
                limit("daily", 100, QuotaWindow.sinceFirstUse(Duration.ofHours(5)))
                        .build());
        spend(key, 40);
        failing.become(Outage.AWAY);
        Instant then = clock.advance(Duration.ofMinutes(3));
        Reservation let = unrecorded("r", 30);
        let.settle(tokens(30)).orThrow();
        clock.advance(Duration.ofHours(6));
        spend(key, 1); // Another node, which reaches the store.
        back();

        assertThat(open.record()).isZero();

        assertThat(state(let).reservedAt()).isEqualTo(then);
        assertThat(usage(key)).isEqualTo("1 used, 0 held");
        assertThat(store.audit(key))
                .allMatch(UsageAudit::agrees)
                .extracting(audit -> audit.row().used())
                .containsExactlyInAnyOrder(70L, 1L);
    }

    @Test
    void aReserveWhoseAnswerWasLostIsSettledAndNotChargedTwice() {
        failing.become(Outage.ANSWERS_LOST);
        Reservation let = unrecorded("r", 30);
        failing.become(Outage.AWAY);
        let.settle(tokens(25)).orThrow();
        assertThat(usage(key)).isEqualTo("0 used, 30 held");
        back();

        assertThat(open.record()).isZero();

        assertThat(usage(key)).isEqualTo("25 used, 0 held");
        assertThat(state(let).status()).isEqualTo(ReservationStatus.SETTLED);
    }

    @Test
    void aRecordWhoseAnswerWasLostIsChargedOnce() {
        failing.become(Outage.AWAY);
        unrecorded("r", 30).settle(tokens(25)).orThrow();
        failing.become(Outage.ANSWERS_LOST);
        assertThat(open.record()).isOne();
        back();

        assertThat(open.record()).isZero();

        assertThat(usageOfAll(key)).isEqualTo("key/daily 25+0, team/daily 25+0");
    }

    @Test
    void whatIsNotBilledIsJournaledWithItsReason() {
        failing.become(Outage.AWAY);
        unrecorded("r", 30).settleUnbilled(UnbilledReason.USAGE_MISSING).orThrow();
        through.reserve(ReserveRequest.unbilled(key, UnbilledReason.MODEL_MISSING)
                        .id("free")
                        .build())
                .orThrow();
        back();

        assertThat(open.record()).isZero();

        assertThat(journalLines())
                .containsExactlyInAnyOrder(
                        "UNBILLED key USAGE_MISSING",
                        "UNBILLED team USAGE_MISSING",
                        "UNBILLED key MODEL_MISSING",
                        "UNBILLED team MODEL_MISSING");
        assertThat(usage(key)).isEqualTo("0 used, 0 held");
    }
}
