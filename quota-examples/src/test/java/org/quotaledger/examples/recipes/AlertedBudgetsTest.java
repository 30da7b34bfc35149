package org.quotaledger.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.quotaledger.EventDelivery;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.memory.InMemoryQuotaStore;
import org.quotaledger.pricing.Estimate;
import org.quotaledger.pricing.ModelPrice;
import org.quotaledger.pricing.PriceBook;
import org.quotaledger.pricing.TokenRates;
import org.quotaledger.pricing.TokenUsage;
import org.quotaledger.report.Report;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.sink.EventSink;
import org.quotaledger.testkit.ManualClock;

class AlertedBudgetsTest {

    private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");

    /** 1 dollar for a million tokens of input, 2 for a million of output. */
    private static final PriceBook PRICES = PriceBook.builder(Meter.USD)
            .price(
                    "small",
                    ModelPrice.of(TokenRates.perMillion().input("1").output("2").build()))
            .price(
                    "large",
                    ModelPrice.of(
                            TokenRates.perMillion().input("10").output("20").build()))
            .build();

    private final ManualClock clock = new ManualClock(NOON);
    private final InMemoryQuotaStore store = new InMemoryQuotaStore(clock);
    private final QuotaLedger ledger = QuotaLedger.over(store);
    private final AlertedBudgets budgets = new AlertedBudgets(ledger, PRICES);
    private final AccountId key = key("key");

    private AccountId key(String id) {
        return budgets.createKey(id, AlertedBudgets.budget(usd("1"), Duration.ofHours(1)));
    }

    private static Amount usd(String usd) {
        return Amount.of(usd, Meter.USD);
    }

    private boolean reserve(String id, AccountId account, String model) {
        return budgets.reserve(RequestId.of(id), account, model, Estimate.of(1_000, 1_000), clock.instant())
                instanceof Admission.Granted;
    }

    private void spend(String id, AccountId account, String model, long input) {
        assertThat(reserve(id, account, model)).isTrue();
        budgets.settle(RequestId.of(id), model, TokenUsage.of(input, 0), clock.instant());
    }

    @Test
    void runningRequestsFinishAndNewOnesAreRefusedWhenTheBudgetIsSpent() {
        assertThat(reserve("runs", key, "small")).isTrue();
        spend("a", key, "small", 1_000_000);

        assertThat(reserve("new", key, "small")).isFalse();
        budgets.settle(RequestId.of("runs"), "small", TokenUsage.of(500, 500), clock.instant());

        assertThat(ledger.usage(key).get(0).used()).isEqualTo(usd("1.0015"));
    }

    @Test
    void ownersAreToldAtEightyAndNinetyAdministratorsFromNinetyFiveOnEachOnce() {
        List<String> owners = new ArrayList<>();
        List<String> admins = new ArrayList<>();
        try (EventDelivery delivery = AlertedBudgets.delivery(store, levels(owners), levels(admins))) {
            spend("a", key, "small", 850_000);
            spend("b", key, "small", 110_000);
            spend("c", key, "small", 40_000);
            while (delivery.deliverOnce().claimed() > 0) {
                assertThat(owners).hasSizeLessThanOrEqualTo(4);
            }
        }

        assertThat(owners).containsExactly("80% WARNING", "90% WARNING", "95% URGENT", "100% URGENT");
        assertThat(admins).containsExactly("95% URGENT", "100% URGENT");
    }

    @Test
    void aThresholdIsNotToldAgainWithinTheHour() {
        List<String> owners = new ArrayList<>();
        try (EventDelivery delivery = AlertedBudgets.delivery(store, levels(owners), ignored -> {})) {
            spend("a", key, "small", 850_000);
            budgets.setBudget(key, usd("2"));
            spend("b", key, "small", 800_000);
            while (delivery.deliverOnce().claimed() > 0) {
                assertThat(owners).hasSizeLessThanOrEqualTo(1);
            }
        }

        assertThat(owners).containsExactly("80% WARNING");
    }

    private static EventSink levels(List<String> told) {
        return delivery -> {
            LedgerEvent.Alert alert = (LedgerEvent.Alert) delivery.event();
            told.add(alert.threshold().level() + " " + alert.threshold().severity());
        };
    }

    @Test
    void aBudgetThatIsSetLetsTheKeyInAgain() {
        spend("a", key, "small", 1_000_000);
        assertThat(reserve("b", key, "small")).isFalse();

        budgets.setBudget(key, usd("1.5"));

        assertThat(reserve("b", key, "small")).isTrue();
    }

    @Test
    void reportsAddUpByKeyAndByModel() {
        AccountId other = key("other");
        spend("a", key, "small", 100_000);
        spend("b", key, "large", 20_000);
        spend("c", other, "large", 10_000);
        spend("d", other, "unknown", 10_000);

        assertThat(lines(budgets.byKey())).containsExactly("[key] 0.3", "[other] 0.1");
        assertThat(lines(budgets.byModel())).containsExactly("[large] 0.3", "[small] 0.1", "[unknown] 0");
        assertThat(budgets.overview().used(Meter.USD).toAmount()).isEqualTo(usd("0.4"));
        assertThat(budgets.overview().unbilled()).containsEntry("PRICE_NOT_FOUND", 1L);
    }

    private static List<String> lines(Report report) {
        return report.lines().stream()
                .map(line -> line.groups() + " " + line.totals().used(Meter.USD).toPlainString())
                .toList();
    }
}
