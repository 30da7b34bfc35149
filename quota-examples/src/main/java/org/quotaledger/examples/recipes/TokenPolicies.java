package org.quotaledger.examples.recipes;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import org.quotaledger.LedgerAdmin;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.http.HttpRefusal;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.Boundary;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.window.QuotaWindow;

/** One periodic policy for a token, beside its total quota and the wallet of its user. Thread-safe. */
final class TokenPolicies {

    private final QuotaLedger ledger;

    TokenPolicies(QuotaLedger ledger) {
        this.ledger = ledger;
    }

    // doc-start
    /** What happens when the quota of the period is used up. */
    enum Action {
        /** Requests are refused until the next period. */
        REJECT,
        /** The token is disabled until the next period. */
        DISABLE_UNTIL_RESET,
        /** The token is disabled until somebody resets or resumes it. */
        DISABLE_UNTIL_RESUMED;

        ExhaustionAction exhaustion() {
            return switch (this) {
                case REJECT -> ExhaustionAction.refuse();
                case DISABLE_UNTIL_RESET -> ExhaustionAction.suspendUntilWindowEnd();
                case DISABLE_UNTIL_RESUMED -> ExhaustionAction.suspendUntilResumed();
            };
        }
    }

    /** Every so many minutes from an anchor; days, weeks and months are windows of their own. */
    static QuotaLimit policy(Amount quota, Duration period, Instant anchor, Boundary boundary, Action action) {
        return QuotaLimit.builder("policy", quota, QuotaWindow.custom(period, anchor))
                .boundary(boundary)
                .onExhaustion(action.exhaustion())
                .build();
    }

    /** A user's wallet: a budget that is topped up. */
    AccountId createUser(String user, Amount wallet) {
        QuotaLimit limit = QuotaLimit.of("wallet", wallet, QuotaWindow.lifetime());
        return ledger.admin()
                .createAccount(Account.builder(user).override(limit).build())
                .id();
    }

    /** A token of a user. A charge to it counts in its policy, its total and the wallet, or in none of them. */
    AccountId createToken(String token, AccountId user, Amount total, QuotaLimit policy) {
        return ledger.admin()
                .createAccount(Account.builder(token)
                        .parent(user)
                        .override(QuotaLimit.of("total", total, QuotaWindow.lifetime()))
                        .override(policy)
                        .build())
                .id();
    }

    Admission reserve(RequestId request, AccountId token, Amount most) {
        return ledger.reserve(
                ReserveRequest.builder(token, Charge.of(most)).id(request).build());
    }

    /** The difference moves in all three at once, in the period of the reserve, and may pass the quota. */
    void settle(RequestId request, Amount cost) {
        ledger.settle(request, Charge.of(cost)).orThrow();
    }

    /** Clears what the period has used. The schedule stays, and a token that the policy disabled is enabled again. */
    void reset(AccountId token, String actor) {
        by(actor).reset(token, "policy");
    }

    /** Keeps what is used: at or below it the token is exhausted at once, above it enabled again. */
    void changeQuota(AccountId token, Amount quota, String actor) {
        by(actor).setAmount(token, "policy", quota);
    }

    void topUpWallet(RequestId payment, AccountId user, Amount amount, String actor) {
        by(actor).topUp(payment, user, "wallet", amount);
    }

    /** Who resets, disables and restores stands in {@code ledger.admin().history}. */
    private LedgerAdmin by(String actor) {
        return ledger.admin().as(actor);
    }

    /** 429 without amounts: when it recovers, or that a person has to help. */
    static String answer(Refusal refusal, String acceptLanguage, ZoneId zone) {
        Locale language = HttpRefusal.language(acceptLanguage);
        return HttpRefusal.of(refusal, zone, language).text();
    }
    // doc-end
}
