package org.quotaledger.examples.properties;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple.Tuple2;
import net.jqwik.api.constraints.IntRange;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.memory.InMemoryQuotaStore;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.testkit.LedgerArbitraries;
import org.quotaledger.testkit.ManualClock;
import org.quotaledger.testkit.QuotaArbitraries;
import org.quotaledger.window.QuotaWindow;

/** The first properties of docs/property-tests.md. */
class BudgetProperties {

    // doc-start: first
    @Property(tries = 200)
    void aBudgetAdmitsNoMoreThanItsAmount(
            @ForAll QuotaWindow window, @ForAll List<@IntRange(min = 1, max = 100) Integer> costs) {
        AccountId key = AccountId.of("key-1");
        QuotaLimit budget = QuotaLimit.of("budget", Amount.of(500, Meter.TOKENS), window);
        ManualClock clock = new ManualClock(Instant.parse("2026-03-29T00:30:00Z"));
        try (QuotaLedger ledger = QuotaLedger.over(new InMemoryQuotaStore(clock))) {
            ledger.admin()
                    .createAccount(
                            Account.builder(key).overrides(List.of(budget)).build());

            int admitted = 0;
            for (int cost : costs) {
                Charge charge = Charge.of(Amount.of(cost, Meter.TOKENS));
                admitted += ledger.reserve(key, charge).granted() ? cost : 0;
            }

            assertThat(admitted).isLessThanOrEqualTo(500);
        }
    }
    // doc-end

    // doc-start: kind
    @Property
    void aMonthLasts27To32Days(@ForAll("months") Tuple2<QuotaWindow, Instant> at) {
        long days = at.get1().spanAt(at.get2()).length().toDays();

        assertThat(days).isBetween(27L, 32L);
    }

    @Provide
    Arbitrary<Tuple2<QuotaWindow, Instant>> months() {
        return QuotaArbitraries.withInstants(QuotaArbitraries.monthlyWindows());
    }
    // doc-end

    // doc-start: narrowed
    @Property
    void aChargeInTokensHasAnAmountOfTokens(@ForAll("tokens") Charge charge) {
        assertThat(charge.amount(Meter.TOKENS)).isNotEqualTo(Optional.empty());
    }

    @Provide
    Arbitrary<Charge> tokens() {
        return LedgerArbitraries.amounts(Meter.TOKENS).map(Charge::of);
    }
    // doc-end
}
