package org.quotaledger.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.admin.DefinitionException;
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.QuotaPolicy;

/** Amounts, top-ups and charges by hand: the rules of what a person may set. */
class HandEditTest extends MemoryLedger {

    private static void refused(DefinitionException.Reason reason, ThrowingCallable change) {
        assertThatThrownBy(change)
                .isInstanceOfSatisfying(
                        DefinitionException.class,
                        refused -> assertThat(refused.reason())
                                .as(refused.getMessage())
                                .isEqualTo(reason));
    }

    @Test
    void anAmountThatIsSetStaysWhateverBecomesOfThePolicys() {
        admin.createPolicy(QuotaPolicy.of("standard", daily(10)));
        AccountId key = accountOf("key", "standard");

        admin.setAmount(key, "daily", amount(10));
        admin.setPolicyAmount("standard", "daily", amount(5));

        assertThat(limitOf(key, "daily")).isEqualTo(amount(10));
    }

    @Test
    void anAmountOfAnotherMeterOrOfALimitThatIsNotThereIsRefused() {
        AccountId key = account("key", daily(10));

        refused(
                DefinitionException.Reason.INVALID,
                () -> admin.setAmount(key, "daily", Amount.ofUnits(1, Meter.REQUESTS)));
        refused(DefinitionException.Reason.NOT_FOUND, () -> admin.setAmount(key, "weekly", amount(1)));
        refused(
                DefinitionException.Reason.NOT_FOUND,
                () -> admin.setAmount(AccountId.of("nobody"), "daily", amount(1)));
        assertThat(admin.setAmount(key, "daily", amount(10)).version()).isEqualTo(1);
    }

    @Test
    void aTopUpOfALimitOfThePolicyIsTheAccountsOwn() {
        admin.createPolicy(
                QuotaPolicy.of("standard", limit("budget", 100, LIFETIME).build()));
        AccountId key = accountOf("key", "standard");
        AccountId other = accountOf("other", "standard");
        spend(key, 30);

        admin.topUp(id("t1"), key, "budget", amount(50));

        assertThat(limitOf(key, "budget")).isEqualTo(amount(150));
        assertThat(usage(key, "budget")).isEqualTo("30 used, 0 held");
        assertThat(limitOf(other, "budget")).isEqualTo(amount(100));
    }

    @Test
    void onlyALifetimeBudgetIsToppedUpAndOnlyByMoreThanNothing() {
        AccountId key = account("key", daily(10), limit("budget", 100, LIFETIME).build());

        refused(DefinitionException.Reason.INVALID, () -> admin.topUp(id("t1"), key, "daily", amount(1)));
        refused(
                DefinitionException.Reason.INVALID,
                () -> admin.topUp(id("t1"), key, "budget", Amount.ofUnits(1, Meter.REQUESTS)));
        assertThatThrownBy(() -> admin.topUp(id("t1"), key, "budget", amount(0)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> admin.topUp(id("t1"), key, "budget", amount(Long.MAX_VALUE)))
                .isInstanceOf(ArithmeticException.class);
        assertThat(admin.account(key).orElseThrow().version()).isEqualTo(1);
    }

    @Test
    void aChargeByHandCanExhaustAndAlert() {
        AccountId key = account(
                "key",
                limit("daily", 10, DAILY)
                        .alertAt(AlertThreshold.percent(80))
                        .onExhaustion(ExhaustionAction.suspendUntilWindowEnd())
                        .build());

        admin.charge(id("c1"), key, tokens(10), "as on the invoice");

        assertThat(events.stream().map(LedgerEvent::kind))
                .containsExactlyInAnyOrder(
                        LedgerEvent.Kind.ALERT, LedgerEvent.Kind.EXHAUSTED, LedgerEvent.Kind.SUSPENDED);
    }

    @Test
    void whatIsDoneByHandNamesAReason() {
        AccountId key = account("key", daily(10));

        assertThatThrownBy(() -> admin.charge(id("c1"), key, tokens(1), ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("reason");
        assertThatThrownBy(() -> admin.charge(id("c1"), key, tokens(1), "x".repeat(201)))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(journal()).isEmpty();
        assertThat(history(key)).hasSize(1);
    }
}
