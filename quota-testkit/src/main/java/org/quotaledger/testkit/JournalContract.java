package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.JournalKind;
import org.quotaledger.policy.OnExpiry;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.UnbilledReason;

/** What the journal's rows count: on the account charged and on its parents, each request once. */
abstract class JournalContract extends ContractSection {

    @Test
    void theRowsOfTheAccountChargedAreThoseOfDepthZeroAndItsParentsFollowNearestFirst() {
        AccountId org = account("org");
        AccountId team = account("team", org);
        AccountId key = account("key", team);

        spend(key, 5);
        ledger.charge(id("c"), team, tokens(3)).orThrow();

        assertThat(depths()).containsExactly("key 0", "team 1", "org 2", "team 0", "org 1");
    }

    @Test
    void anExpiryIsJournaledAtTheDepthOfItsHoldWhoeverCountsItOut() {
        AccountId team = account(
                "team", limit("daily", 100, DAILY).onExpiry(OnExpiry.HOLD).build());
        AccountId key = account("key", team);
        start(hold(key, 5));
        clock.advance(TIME_TO_LIVE);

        spend(team, 1);
        admin.sweep(10);

        assertThat(journal())
                .filteredOn(row -> row.kind() == JournalKind.EXPIRE)
                .extracting(row -> row.account() + " " + row.depth())
                .containsExactly("team 1", "key 0");
    }

    @Test
    void aRequestOfSeveralMetersHappensOnceOnEachAccount() {
        AccountId key = account("key", account("team"));

        Reservation hold = ledger.reserve(key, tokensAndRequests(5, 1)).orThrow();
        hold.settle(tokensAndRequests(5, 1)).orThrow();
        ledger.charge(id("c"), key, tokensAndRequests(0, 1)).orThrow();
        ledger.refund(id("f"), hold.id(), tokensAndRequests(2, 1)).orThrow();

        for (int depth : List.of(0, 1)) {
            assertThat(times(JournalKind.SETTLE, depth)).isEqualTo(1);
            assertThat(times(JournalKind.CHARGE, depth)).isEqualTo(1);
            assertThat(times(JournalKind.REFUND, depth)).isEqualTo(1);
        }
        assertThat(journal())
                .filteredOn(row -> row.kind() == JournalKind.SETTLE)
                .hasSize(4);
    }

    @Test
    void aLateSettleTakesTheExpirysCountBack() {
        AccountId key = account(
                "key", limit("daily", 100, DAILY).onExpiry(OnExpiry.HOLD).build());
        Reservation hold = ledger.reserve(key, tokensAndRequests(5, 1)).orThrow();
        ledger.progress(hold.id(), tokensAndRequests(0, 1)).orThrow();
        clock.advance(TIME_TO_LIVE);
        admin.sweep(10);
        long expired = times(JournalKind.EXPIRE, 0);

        ledger.settle(hold.id(), tokensAndRequests(4, 1)).orThrow();

        assertThat(expired).isEqualTo(1);
        assertThat(times(JournalKind.EXPIRE_REVERSAL, 0)).isEqualTo(-1);
        assertThat(times(JournalKind.SETTLE, 0)).isEqualTo(1);
    }

    @Test
    void whatIsNotBilledIsNotedOnEveryAccountOfTheChain() {
        AccountId key = account("key", account("team"));

        ledger.reserve(ReserveRequest.unbilled(key, UnbilledReason.MODEL_MISSING)
                        .id("r")
                        .build())
                .orThrow();
        RequestId held = hold(key, 5).id();
        clock.advance(Duration.ofMinutes(1));
        ledger.settleUnbilled(held, UnbilledReason.USAGE_MISSING).orThrow();

        assertThat(journalLines())
                .containsExactly(
                        "UNBILLED key MODEL_MISSING",
                        "UNBILLED team MODEL_MISSING",
                        "UNBILLED key USAGE_MISSING",
                        "UNBILLED team USAGE_MISSING");
        assertThat(times(JournalKind.UNBILLED, 0)).isEqualTo(2);
        assertThat(times(JournalKind.UNBILLED, 1)).isEqualTo(2);
    }

    private void start(Reservation hold) {
        ledger.progress(hold.id(), tokens(1)).orThrow();
    }

    private long times(JournalKind kind, int depth) {
        return journal().stream()
                .filter(row -> row.kind() == kind && row.depth() == depth)
                .mapToLong(row -> row.times())
                .sum();
    }

    private List<String> depths() {
        return journal().stream().map(row -> row.account() + " " + row.depth()).toList();
    }
}
