package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReserveRequest;

/** How long ids are remembered, and what is forgotten with them. */
abstract class RememberedIdsContract extends ContractSection {

    @Test
    void idsAreRememberedForSevenDaysAfterTheirEnd() {
        AccountId key = account("key", daily(100));
        endOneOfEach(key);
        clock.set(NOON.plus(Duration.ofDays(7)));

        assertThat(admin.sweep(100).forgotten()).isZero();

        eachIsReplayed(key);
    }

    @Test
    void idsAreForgottenByASweepLater() {
        AccountId key = account("key", daily(100));
        endOneOfEach(key);
        clock.set(NOON.plus(Duration.ofDays(7)).plus(MICROSECOND));

        eachIsReplayed(key);
        assertThat(admin.sweep(100).forgotten()).isEqualTo(4);

        assertThat(ledger.reservation(id("settled"))).isEmpty();
        assertThat(declined(ledger.settle(id("settled"), tokens(1)))).isInstanceOf(Declined.NotFound.class);
        assertThat(declined(ledger.release(id("released")))).isInstanceOf(Declined.NotFound.class);
        Admission.Granted afresh =
                (Admission.Granted) ledger.reserve(request("released", key, 3).build());
        assertThat(afresh.replayed()).isFalse();
        assertThat(ledger.charge(id("charged"), key, tokens(2)).orThrow().replayed())
                .isFalse();
    }

    @Test
    void forgettingIdsLeavesJournalAndUsage() {
        AccountId key = account("key", limit("daily", 100, LIFETIME).build());
        endOneOfEach(key);
        List<String> before = journalLines();
        clock.set(NOON.plus(Duration.ofDays(30)));

        admin.sweep(100);

        assertThat(usage(key)).isEqualTo("4 used, 0 held");
        assertThat(journalLines()).isEqualTo(before);
    }

    @Test
    void anOpenHoldIsNotForgotten() {
        AccountId key = account("key", daily(100));
        hold(key, 1);
        Reservation late = hold(key, 5);
        admin.sweep(10);
        clock.set(NOON.plus(Duration.ofDays(6)));
        admin.sweep(10);

        assertThat(late.settle(tokens(3)).orThrow().late()).isTrue();
        clock.set(NOON.plus(Duration.ofDays(12)));
        admin.sweep(10);
        assertThat(late.settle(tokens(3)).orThrow().replayed()).isTrue();
    }

    @Test
    void idsAreRememberedForLongerWhereTheLedgerSaysSo() {
        AccountId key = account("key", daily(100));
        spend(key, 1);
        QuotaLedger longer =
                QuotaLedger.builder(store).rememberIds(Duration.ofDays(30)).build();
        clock.set(NOON.plus(Duration.ofDays(30)));

        assertThat(longer.admin().sweep(10).forgotten()).isZero();
        clock.advance(MICROSECOND);
        assertThat(longer.admin().sweep(10).forgotten()).isEqualTo(1);
    }

    /** A settled reserve, a released one, a direct charge and a refund; 4 tokens stay used. */
    private void endOneOfEach(AccountId key) {
        ledger.reserve(request("settled", key, 5).build()).orThrow().settle(tokens(5));
        ledger.reserve(request("released", key, 5).build()).orThrow().release();
        ledger.charge(id("charged"), key, tokens(2)).orThrow();
        ledger.refund(id("refund"), id("settled"), tokens(3)).orThrow();
    }

    private void eachIsReplayed(AccountId key) {
        Consumer<ReserveRequest> replayed =
                request -> assertThat(((Admission.Granted) ledger.reserve(request)).replayed())
                        .isTrue();
        replayed.accept(request("settled", key, 5).build());
        replayed.accept(request("released", key, 5).build());
        assertThat(ledger.charge(id("charged"), key, tokens(2)).orThrow().replayed())
                .isTrue();
        assertThat(ledger.refund(id("refund"), id("settled"), tokens(3))
                        .orThrow()
                        .replayed())
                .isTrue();
    }
}
