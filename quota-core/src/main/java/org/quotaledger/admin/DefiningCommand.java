package org.quotaledger.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;

/**
 * A change that says all of what an account is to be.
 *
 * @param <A> what it answers
 */
sealed interface DefiningCommand<A> extends AdminCommand<A>
        permits AccountCommand.Create, AccountCommand.Replace, Tighten {

    /** Returns what it is to be. */
    Account account();

    @Override
    default @Nullable AccountId parentId() {
        return account().parent().orElse(null);
    }

    @Override
    default @Nullable String policyName() {
        return account().policy().orElse(null);
    }

    @Override
    default List<QuotaLimit> limits() {
        return account().overrides();
    }
}
