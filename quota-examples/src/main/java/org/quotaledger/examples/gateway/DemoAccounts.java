package org.quotaledger.examples.gateway;

import java.time.ZoneOffset;
import org.quotaledger.LedgerAdmin;
import org.quotaledger.account.AccountId;
import org.quotaledger.admin.DefinitionException;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.window.QuotaWindow;

/**
 * What there is to charge to at the first start: one account with a budget that a handful of requests use up, and its
 * team, whose limits count for it too.
 */
final class DemoAccounts {

    /** The account of the demo key. */
    static final AccountId DEMO = AccountId.of("demo");

    /** Its parent. */
    static final AccountId TEAM = AccountId.of("demo-team");

    private DemoAccounts() {}

    /** Creates what is not there; what is there stays as it was changed since. */
    static void create(LedgerAdmin admin) {
        ifNew(() -> admin.createPolicy(QuotaPolicy.of(
                "demo", QuotaLimit.of("daily", Amount.of("0.05", Meter.USD), QuotaWindow.daily(ZoneOffset.UTC)))));
        ifNew(() -> admin.createPolicy(QuotaPolicy.of(
                "demo-team",
                QuotaLimit.of("team-daily", Amount.of("1", Meter.USD), QuotaWindow.daily(ZoneOffset.UTC)),
                QuotaLimit.builder("team-monthly", Amount.of("10", Meter.USD), QuotaWindow.monthly(ZoneOffset.UTC))
                        .onExhaustion(ExhaustionAction.suspendUntilWindowEnd())
                        .build())));
        ifNew(() ->
                admin.createAccount(Account.builder(TEAM).policy("demo-team").build()));
        ifNew(() -> admin.createAccount(
                Account.builder(DEMO).policy("demo").parent(TEAM).build()));
    }

    private static void ifNew(Runnable creation) {
        try {
            creation.run();
        } catch (DefinitionException refused) {
            if (refused.reason() != DefinitionException.Reason.ALREADY_EXISTS) {
                throw refused;
            }
        }
    }
}
