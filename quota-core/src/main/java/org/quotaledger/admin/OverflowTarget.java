package org.quotaledger.admin;

import java.util.List;
import java.util.Objects;
import org.quotaledger.account.AccountId;

/**
 * An account that limits overflow to, as a change of definitions sees it. Immutable and thread-safe.
 *
 * @param to its id
 * @param chain it and its parents, nearest first, deleted ones included; empty if it was never created
 * @param aboveUsers whether it, or an account below it, has the policy that the change names and is not deleted; needs to
 *     be right only if the change is about a policy
 */
public record OverflowTarget(AccountId to, List<AccountLimits> chain, boolean aboveUsers) {

    /** All are required. */
    public OverflowTarget {
        Objects.requireNonNull(to, "to");
        chain = List.copyOf(chain);
    }

    boolean exists() {
        return !chain.isEmpty() && !chain.get(0).entry().deleted();
    }

    boolean isChargedTo(AccountId account) {
        return chain.stream().anyMatch(member -> member.entry().id().equals(account));
    }
}
