package org.quotaledger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.admin.DefinitionException;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.report.ReportQuery;
import org.quotaledger.reservation.Declined;

/** What people do by hand: set amounts, top up, charge and refund for a reason. */
abstract class AdministrationContract extends ContractSection {

    private static void refused(DefinitionException.Reason reason, ThrowingCallable change) {
        assertThatThrownBy(change)
                .isInstanceOfSatisfying(
                        DefinitionException.class,
                        refused -> assertThat(refused.reason())
                                .as(refused.getMessage())
                                .isEqualTo(reason));
    }

    @Test
    void anAmountIsSetForTheOneAccountAndWhatIsUsedStays() {
        admin.createPolicy(QuotaPolicy.of("standard", daily(10)));
        AccountId key = accountOf("key", "standard");
        AccountId other = accountOf("other", "standard");
        spend(key, 10);

        admin.setAmount(key, "daily", amount(15));

        assertThat(limitOf(key, "daily")).isEqualTo(amount(15));
        assertThat(usage(key)).isEqualTo("10 used, 0 held");
        assertThat(limitOf(other, "daily")).isEqualTo(amount(10));
        refusal(reserve(key, 6));
        hold(key, 5);
    }

    @Test
    void anAmountSetToWhatIsUsedSuspendsAtOnceAndAboveItResumes() {
        AccountId key = account("key", suspending("daily", 100, DAILY));
        spend(key, 80);

        admin.setAmount(key, "daily", amount(80));
        assertThat(admin.account(key).orElseThrow().suspension()).isNotNull();

        admin.setAmount(key, "daily", amount(81));
        assertThat(admin.account(key).orElseThrow().suspension()).isNull();
    }

    @Test
    void anAmountOfAPolicyIsSetForAllThatHaveNoneOfTheirOwn() {
        admin.createPolicy(
                QuotaPolicy.of("standard", daily(10), limit("all", 50, LIFETIME).build()));
        AccountId key = accountOf("key", "standard");
        AccountId own = admin.createAccount(Account.builder("own")
                        .policy("standard")
                        .override(daily(3))
                        .build())
                .id();

        admin.setPolicyAmount("standard", "daily", amount(20));

        assertThat(limitOf(key, "daily")).isEqualTo(amount(20));
        assertThat(limitOf(key, "all")).isEqualTo(amount(50));
        assertThat(limitOf(own, "daily")).isEqualTo(amount(3));
        assertThatThrownBy(() -> admin.setPolicyAmount("standard", "weekly", amount(1)))
                .hasMessageContaining("weekly");
    }

    @Test
    void aTopUpRaisesALifetimeBudgetOnceForItsId() {
        AccountId key = account(
                "key",
                limit("budget", 100, LIFETIME)
                        .onExhaustion(ExhaustionAction.suspendUntilResumed())
                        .build());
        spend(key, 100);

        admin.as("ann").topUp(id("t1"), key, "budget", amount(50));
        admin.as("bob").topUp(id("t1"), key, "budget", amount(50));

        assertThat(limitOf(key, "budget")).isEqualTo(amount(150));
        assertThat(admin.account(key).orElseThrow().suspension()).isNull();
        assertThat(history(key).get(0)).isEqualTo("ann TOP_UP t1 budget + 50 tokens");
        admin.topUp(id("t2"), key, "budget", amount(50));
        assertThat(limitOf(key, "budget")).isEqualTo(amount(200));
        assertThat(usage(key, "budget")).isEqualTo("100 used, 0 held");
    }

    @Test
    void theSameTopUpWithAnotherAmountLimitOrAccountIsAConflict() {
        AccountId key = account(
                "key",
                limit("budget", 100, LIFETIME).build(),
                limit("other", 100, LIFETIME).build());
        AccountId another = account("another", limit("budget", 100, LIFETIME).build());
        admin.topUp(id("t1"), key, "budget", amount(50));

        refused(DefinitionException.Reason.ID_CONFLICT, () -> admin.topUp(id("t1"), key, "budget", amount(51)));
        refused(DefinitionException.Reason.ID_CONFLICT, () -> admin.topUp(id("t1"), key, "other", amount(50)));
        refused(DefinitionException.Reason.ID_CONFLICT, () -> admin.topUp(id("t1"), another, "budget", amount(50)));
        assertThat(limitOf(key, "budget")).isEqualTo(amount(150));
        assertThat(limitOf(another, "budget")).isEqualTo(amount(100));
    }

    @Test
    void threadsThatRaceWithTheSameTopUpDoItOnce() throws InterruptedException {
        AccountId key = account("key", limit("budget", 100, LIFETIME).build());

        Race.of(8, thread -> admin.topUp(id("t" + thread % 2), key, "budget", amount(10)));

        assertThat(limitOf(key, "budget")).isEqualTo(amount(120));
    }

    @Test
    void aChargeByHandCountsOnTheWholeChainAndAsNoRequest() {
        AccountId team = account("team", daily(100));
        AccountId key = account("key", team, daily(10));
        spend(key, 4);
        clock.advance(Duration.ofMinutes(1));

        assertThat(admin.as("ann")
                        .charge(id("c1"), key, tokens(9), "as on the invoice")
                        .orThrow()
                        .replayed())
                .isFalse();

        assertThat(usageOfAll(key)).isEqualTo("key/daily 13+0, team/daily 13+0");
        assertThat(journalLines())
                .contains("CHARGE key 9 tokens as on the invoice", "CHARGE team 9 tokens as on the invoice");
        assertThat(history(key).get(0)).isEqualTo("ann CHARGE c1 as on the invoice");
        assertThat(ledger.reports().totals(ReportQuery.ALL).requests()).isEqualTo(1);
        assertThat(ledger.reports().totals(ReportQuery.ALL).used(Meter.TOKENS).toAmount())
                .isEqualTo(amount(13));
    }

    @Test
    void aChargeByHandIsDoneOnceForItsId() {
        AccountId key = account("key", daily(10));
        admin.charge(id("c1"), key, tokens(3), "as on the invoice");

        assertThat(admin.charge(id("c1"), key, tokens(3), "again").orThrow().replayed())
                .isTrue();
        assertThat(conflict(admin.charge(id("c1"), key, tokens(4), "again"))).isEqualTo("charge");

        assertThat(usage(key)).isEqualTo("3 used, 0 held");
        assertThat(history(key)).hasSize(2);
    }

    @Test
    void aRefundByHandGivesBackNoMoreThanWasChargedAndIsKeptWithItsReason() {
        AccountId key = account("key", daily(10));
        var spent = spend(key, 8);

        admin.as("ann")
                .refund(id("r1"), spent.id(), tokens(5), "upstream was down")
                .orThrow();
        assertThat(admin.refund(id("r1"), spent.id(), tokens(5), "again")
                        .orThrow()
                        .replayed())
                .isTrue();
        assertThat(declined(admin.refund(id("r2"), spent.id(), tokens(4), "again")))
                .isInstanceOf(Declined.RefundTooLarge.class);

        assertThat(usage(key)).isEqualTo("3 used, 0 held");
        assertThat(journalLines()).contains("REFUND key -5 tokens upstream was down");
        assertThat(history(key).get(0)).isEqualTo("ann REFUND r1 upstream was down");
        assertThat(ledger.reports().totals(ReportQuery.ALL).refunds()).isZero();
    }
}
