package org.quotaledger.examples.recipes;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.admin.Tightened;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.pricing.Cost;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Charged;
import org.quotaledger.reservation.CheckAnswer;
import org.quotaledger.reservation.Refunded;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.Tags;
import org.quotaledger.reservation.UnbilledReason;
import org.quotaledger.window.QuotaWindow;

/** Several rules for one key, each of which blocks it once it is spent. Thread-safe. */
final class SpendingRules {

    private final QuotaLedger ledger;

    SpendingRules(QuotaLedger ledger) {
        this.ledger = ledger;
    }

    // doc-start
    /** A rule blocks at {@code spent >= limit}, and not before: a graceful limit. */
    static QuotaLimit rule(String name, String usd, QuotaWindow window) {
        return QuotaLimit.builder(name, Amount.of(usd, Meter.USD), window)
                .graceful()
                .build();
    }

    /** A key with a rule for the day, one for the month, and one for so many hours back from now. */
    AccountId createKey(String key, String day, String month, int hours, String rolling) {
        QuotaWindow window = QuotaWindow.rolling(Duration.ofHours(hours));
        return ledger.admin()
                .createAccount(Account.builder(key)
                        .override(rule("day", day, QuotaWindow.daily(ZoneOffset.UTC)))
                        .override(rule("month", month, QuotaWindow.monthly(ZoneOffset.UTC)))
                        .override(rule("last-hours", rolling, window))
                        .build())
                .id();
    }

    /** Whether a key may call the upstream now: nothing is held by asking. */
    CheckAnswer check(AccountId key) {
        return ledger.check(key, Charge.of(Amount.ofUnits(1, Meter.USD)));
    }

    /** Afterwards the row of the request: what it cost, or that it is not billed and why. */
    void record(RequestId request, AccountId key, String model, Cost cost) {
        if (cost instanceof Cost.Priced priced) {
            ledger.charge(request, key, Charge.of(priced.amount()), Tags.NONE.with(Tags.MODEL, model))
                    .orThrow();
        } else if (cost instanceof Cost.Unpriceable unpriceable) {
            pass(request, key, unpriceable.reason()).orThrow();
        }
    }

    /** A request that cannot be billed passes, also when the key is blocked. */
    Admission pass(RequestId request, AccountId key, UnbilledReason reason) {
        return ledger.reserve(ReserveRequest.unbilled(key, reason).id(request).build());
    }

    /** A row that turned out cheaper, or is not to be billed after all: its windows get the difference back. */
    Answer<Refunded> priceLess(RequestId correction, RequestId request, Amount difference) {
        return ledger.admin().refund(correction, request, Charge.of(difference), "priced again");
    }

    /** A row that turned out dearer: the difference counts from now on. */
    Answer<Charged> priceMore(RequestId correction, AccountId key, Amount difference) {
        return ledger.admin().charge(correction, key, Charge.of(difference), "priced again");
    }

    /** What the user of a key may do alone: every old rule survives with a limit no higher. */
    Tightened tighten(AccountId key, List<QuotaLimit> rules) {
        return ledger.admin()
                .tighten(key, before -> before.toBuilder().overrides(rules).build());
    }
    // doc-end
}
