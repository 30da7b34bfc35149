package org.quotaledger.testkit;

import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.account.AccountStatus;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.Suspension;
import org.quotaledger.reservation.RefusalCode;

/** A section about limits that suspend their account once they are exhausted. */
abstract class SuspendingSection extends ContractSection {

    static QuotaLimit suspending(long tokens) {
        return suspending("daily", tokens, DAILY);
    }

    static QuotaLimit suspendingUntilResumed(long tokens) {
        return limit("daily", tokens, DAILY)
                .onExhaustion(ExhaustionAction.suspendUntilResumed())
                .build();
    }

    AccountEntry entry(AccountId account) {
        return admin.account(account).orElseThrow();
    }

    AccountStatus status(AccountId account) {
        return entry(account).statusAt(clock.instant());
    }

    @Nullable
    Suspension suspension(AccountId account) {
        return entry(account).suspensionAt(clock.instant());
    }

    RefusalCode code(AccountId account, long tokens) {
        return refusal(reserve(account, tokens)).code();
    }
}
