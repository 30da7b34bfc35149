package org.quotaledger.examples.recipes;

import java.time.Duration;
import java.time.Instant;
import org.quotaledger.EventDelivery;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.alert.Severity;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.pricing.Cost;
import org.quotaledger.pricing.Estimate;
import org.quotaledger.pricing.PriceBook;
import org.quotaledger.pricing.TokenUsage;
import org.quotaledger.report.Grouping;
import org.quotaledger.report.Report;
import org.quotaledger.report.ReportQuery;
import org.quotaledger.report.ReportTotals;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.Tags;
import org.quotaledger.sink.EventFilter;
import org.quotaledger.sink.EventSink;
import org.quotaledger.spi.QuotaStore;
import org.quotaledger.window.QuotaWindow;

/** A budget that is spent once, alerts on the way, and lets running requests finish when it is spent. Thread-safe. */
final class AlertedBudgets {

    private final QuotaLedger ledger;
    private final PriceBook prices;

    AlertedBudgets(QuotaLedger ledger, PriceBook prices) {
        this.ledger = ledger;
        this.prices = prices;
    }

    // doc-start
    /** A soft limit: the request that crosses it and all that run finish, the next is refused. */
    static QuotaLimit budget(Amount amount, Duration notAgainWithin) {
        return QuotaLimit.builder("budget", amount, QuotaWindow.lifetime())
                .graceful()
                .alertAt(
                        AlertThreshold.percent(80, Severity.WARNING, AlertThreshold.OWNER),
                        AlertThreshold.percent(90, Severity.WARNING, AlertThreshold.OWNER),
                        AlertThreshold.percent(95, Severity.URGENT, AlertThreshold.OWNER, AlertThreshold.ADMIN),
                        AlertThreshold.percent(100, Severity.URGENT, AlertThreshold.OWNER, AlertThreshold.ADMIN))
                .alertDebounce(notAgainWithin)
                .build();
    }

    AccountId createKey(String key, QuotaLimit budget) {
        return ledger.admin()
                .createAccount(Account.builder(key).override(budget).build())
                .id();
    }

    /** What an administrator calls; what is used stays. */
    void setBudget(AccountId key, Amount amount) {
        ledger.admin().setAmount(key, "budget", amount);
    }

    /** Two sinks behind one delivery: each alert goes to whoever it is for, at least once, across restarts. */
    static EventDelivery delivery(QuotaStore store, EventSink owners, EventSink admins) {
        EventFilter alerts = EventFilter.kinds(LedgerEvent.Kind.ALERT);
        EventSink sink = EventSink.all(
                owners.only(alerts.recipients(AlertThreshold.OWNER)),
                admins.only(alerts.recipients(AlertThreshold.ADMIN)));
        return EventDelivery.builder(store, sink).build();
    }

    /** Holds the most that a request can cost, or lets it pass unbilled where nobody knows a price. */
    Admission reserve(RequestId request, AccountId key, String model, Estimate most, Instant at) {
        return ledger.reserve(prices.estimate(model, most, at)
                .fold(
                        priced -> ReserveRequest.builder(key, Charge.of(priced.amount())),
                        unpriceable -> ReserveRequest.unbilled(key, unpriceable.reason()))
                .id(request)
                .tag(Tags.MODEL, model)
                .build());
    }

    /** The cost by the model's prices of input and output; frozen in the journal, whatever the prices are later. */
    void settle(RequestId request, String model, TokenUsage usage, Instant at) {
        Cost cost = prices.cost(model, usage, at);
        cost.fold(
                        priced -> ledger.settle(request, Charge.of(priced.amount())),
                        unpriceable -> ledger.settleUnbilled(request, unpriceable.reason()))
                .orThrow();
    }

    ReportTotals overview() {
        return ledger.reports().totals(ReportQuery.ALL);
    }

    Report byKey() {
        return ledger.reports().by(ReportQuery.ALL, Grouping.account());
    }

    Report byModel() {
        return ledger.reports().by(ReportQuery.ALL, Grouping.model());
    }
    // doc-end
}
