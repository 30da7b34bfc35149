package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.report.ReportQuery;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Charged;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.Refunded;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.Tags;
import org.quotaledger.spi.UsageAudit;
import org.quotaledger.window.QuotaWindow;

/** Direct charges, and refunds of what was charged. */
abstract class ChargeContract extends ContractSection {

    @Test
    void aDirectChargeIsRecordedAlwaysAndCanPassTheLimit() {
        AccountId key = account("key", daily(10));

        Answer<Charged> answer = ledger.charge(id("c"), key, tokens(25));

        assertThat(answer.orThrow()).isEqualTo(new Charged(tokens(25), false));
        assertThat(usage(key)).isEqualTo("25 used, 0 held");
        assertThat(refusal(reserve(key, 1)).code()).isEqualTo(RefusalCode.QUOTA_EXHAUSTED);
    }

    @Test
    void aDirectChargeIsIdempotentByItsId() {
        AccountId key = account("key", daily(10));
        AccountId other = account("other", daily(10));
        ledger.charge(id("c"), key, tokens(5)).orThrow();

        assertThat(ledger.charge(id("c"), key, tokens(5)).orThrow()).isEqualTo(new Charged(tokens(5), true));
        assertThat(conflict(ledger.charge(id("c"), key, tokens(6)))).isEqualTo("charge");
        assertThat(conflict(ledger.charge(id("c"), other, tokens(5)))).isEqualTo("account");
        assertThat(conflict(ledger.charge(id("c"), key, tokens(5), Tags.NONE.with("a", "b"))))
                .isEqualTo("tags");
        assertThat(conflict(ledger.reserve(request("c", key, 5).build()))).isEqualTo("operation");
        assertThat(usage(key)).isEqualTo("5 used, 0 held");
        assertThat(journal()).hasSize(1);
    }

    @Test
    void aDirectChargeCountsOnTheWholeChain() {
        AccountId team = account("team", daily(10));
        AccountId key = account("key", team, daily(10));

        ledger.charge(id("c"), key, tokensAndRequests(5, 1)).orThrow();

        assertThat(usageOfAll(key)).isEqualTo("key/daily 5+0, team/daily 5+0");
        assertThat(journalLines())
                .containsExactlyInAnyOrder(
                        "CHARGE key 1 requests",
                        "CHARGE key 5 tokens",
                        "CHARGE team 1 requests",
                        "CHARGE team 5 tokens");
    }

    @Test
    void chargesOfMoreThanALongHoldsAreRecordedAndTheLimitSaysThatItCannotCountThem() {
        AccountId key = account("key", daily(10));
        ledger.charge(id("c"), key, tokens(Long.MAX_VALUE)).orThrow();
        ledger.charge(id("d"), key, tokens(5)).orThrow();
        clock.advance(Duration.ofMinutes(1));

        assertThat(ledger.reservation(id("d"))).isPresent();
        assertThat(usage(key)).isEqualTo(Long.MAX_VALUE + " used, 0 held");
        assertThat(ledger.usage(key)).allMatch(status -> status.exhausted() && !status.countable());
        assertThat(store.audit(key)).allMatch(row -> row.agrees() && !row.countable());
        ledger.refund(id("r"), id("c"), tokens(Long.MAX_VALUE - 4)).orThrow();
        assertThat(store.audit(key)).allMatch(row -> row.agrees() && !row.countable());
        clock.advance(Duration.ofMinutes(1));

        assertThat(usage(key)).isEqualTo("9 used, 0 held");
        assertThat(reserve(key, 1).granted()).isTrue();
        assertThat(ledger.admin().audit()).isEmpty();
    }

    /** No row of the limit is written when it is added: what it counts is found when it is asked. */
    @Test
    void aLimitAddedOverMoreThanALongHoldsIsExhaustedAndSaysSo() {
        AccountId key = account("key");
        ledger.charge(id("c"), key, tokens(Long.MAX_VALUE)).orThrow();
        ledger.charge(id("d"), key, tokens(Long.MAX_VALUE)).orThrow();
        clock.advance(Duration.ofMinutes(1));

        ledger.admin()
                .changeAccount(
                        key,
                        before -> Account.builder(key)
                                .override(limit("life", 10, QuotaWindow.lifetime())
                                        .build())
                                .build());

        assertThat(ledger.usage(key)).allMatch(status -> status.exhausted() && !status.countable());
        assertThat(ledger.admin().audit())
                .singleElement()
                .satisfies(row -> assertThat(row.toString())
                        .contains("by the journal 18446744073709551614")
                        .contains("more than can be counted"));
        Admission refused = reserve(key, 1);
        assertThat(refused.granted()).isFalse();
        assertThat(refused.toString()).contains("quota_exhausted").contains("more than can be counted");
        assertThat(ledger.reports().totals(ReportQuery.ALL).used(Meter.TOKENS))
                .hasToString("18446744073709551614 tokens");
        ledger.charge(id("e"), key, tokens(1)).orThrow();
        clock.advance(Duration.ofMinutes(1));
        assertThat(ledger.usage(key)).allMatch(status -> status.exhausted() && !status.countable());
        ledger.admin().repair(key);
        assertThat(store.audit(key)).allMatch(UsageAudit::agrees);
    }

    @Test
    void refundsAreNeverMoreThanWhatWasSettledInTotal() {
        AccountId key = account("key", daily(15));
        Reservation hold = hold(key, 15);
        hold.settle(tokens(13)).orThrow();
        ledger.refund(id("f1"), hold.id(), tokens(5)).orThrow();

        Declined tooMuch = declined(ledger.refund(id("f2"), hold.id(), tokens(9)));

        assertThat(tooMuch).isInstanceOf(Declined.RefundTooLarge.class);
        assertThat(ledger.refund(id("f2"), hold.id(), tokens(8)).orThrow().total())
                .isEqualTo(tokens(13));
        assertThat(ledger.refund(id("f3"), hold.id(), tokens(1)).done()).isFalse();
        assertThat(usage(key)).isEqualTo("0 used, 0 held");
    }

    @Test
    void aRefundIsIdempotentByItsOwnId() {
        AccountId key = account("key", daily(30));
        Reservation one = spend(key, 10);
        Reservation two = spend(key, 10);
        ledger.refund(id("f"), one.id(), tokens(4)).orThrow();

        assertThat(ledger.refund(id("f"), one.id(), tokens(4)).orThrow())
                .isEqualTo(new Refunded(tokens(4), tokens(4), true));
        assertThat(conflict(ledger.refund(id("f"), one.id(), tokens(5)))).isEqualTo("charge");
        assertThat(conflict(ledger.refund(id("f"), two.id(), tokens(4)))).isEqualTo("reservation");
        assertThat(usage(key)).isEqualTo("16 used, 0 held");
    }

    @Test
    void aRefundOfSomeMetersLeavesTheOthers() {
        QuotaLimit requests = QuotaLimit.builder("requests", Amount.ofUnits(9, Meter.REQUESTS), DAILY)
                .noAlerts()
                .build();
        AccountId key = account("key", daily(10), requests);
        Reservation hold = ledger.reserve(key, tokensAndRequests(10, 1)).orThrow();
        hold.settle(tokensAndRequests(10, 1)).orThrow();

        ledger.refund(id("f"), hold.id(), tokens(4)).orThrow();

        assertThat(usageOfAll(key)).isEqualTo("key/daily 6+0, key/requests 1+0");
    }
}
