package org.quotaledger.admin;

import java.util.List;
import org.quotaledger.account.AccountId;
import org.quotaledger.admin.DefinitionException.Reason;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.policy.QuotaLimit;

/**
 * A request overflows once at most, so a limit may overflow only to an account that is charged without any further
 * overflow. What would not do that is refused when it is defined, not when a request meets it.
 */
final class OverflowRules {

    private OverflowRules() {}

    /** Checks an account as it is to be, with the parents that the state tells. */
    static void check(AccountLimits changed, AdminState state) {
        AccountId id = changed.entry().id();
        String owner = "account " + id;
        boolean isCharged = state.overflows().stream().anyMatch(overflow -> overflow.isChargedTo(id));
        for (LimitEntry entry : changed.limits()) {
            AccountId to = entry.limit().onExhaustion().overflow().orElse(null);
            if (to == null) {
                continue;
            }
            boolean above = state.parentChain().stream()
                    .anyMatch(parent -> parent.entry().id().equals(to));
            if (to.equals(id) || above) {
                throw refused(entry.limit(), owner, "an account that is neither itself nor one of its parents");
            }
            if (isCharged) {
                throw refused(entry.limit(), owner, "none that overflows, because limits of others overflow to it");
            }
            checkTarget(entry.limit(), owner, to, state, state.overflow(to).chain());
        }
        if (isCharged && state.parentChain().stream().anyMatch(AccountLimits::overflows)) {
            throw new DefinitionException(
                    Reason.INVALID,
                    "parent",
                    "parent of account " + id + " is \""
                            + changed.entry()
                                    .account()
                                    .parent()
                                    .map(AccountId::value)
                                    .orElse("")
                            + "\": expected one that does not overflow, and whose parents do not, because limits of"
                            + " others overflow to the account");
        }
    }

    /** Checks a policy as it is to be. */
    static void check(PolicyEntry changed, AdminState state) {
        String owner = "policy " + changed.name();
        for (QuotaLimit limit : changed.policy().limits()) {
            AccountId to = limit.onExhaustion().overflow().orElse(null);
            if (to == null) {
                continue;
            }
            OverflowTarget target = state.overflow(to);
            if (target.aboveUsers()) {
                throw refused(
                        limit, owner, "an account that neither has the policy nor is a parent of one that has it");
            }
            List<AccountLimits> chain =
                    target.chain().stream().map(member -> member.with(changed)).toList();
            checkTarget(limit, owner, to, state, chain);
            for (OverflowTarget other : state.overflows()) {
                if (other.chain().stream()
                        .anyMatch(member -> member.with(changed).overflows())) {
                    throw refused(
                            limit, owner, "none that overflows, because limits of others overflow to " + other.to());
                }
            }
        }
    }

    private static void checkTarget(
            QuotaLimit limit, String owner, AccountId to, AdminState state, List<AccountLimits> chain) {
        if (!state.overflow(to).exists()) {
            throw refused(limit, owner, "the id of an existing account");
        }
        if (chain.stream().anyMatch(AccountLimits::overflows)) {
            throw refused(limit, owner, "an account that does not overflow itself, and whose parents do not");
        }
    }

    private static DefinitionException refused(QuotaLimit limit, String owner, String expected) {
        return new DefinitionException(
                Reason.INVALID,
                "onExhaustion",
                "onExhaustion of limit " + limit.name() + " of " + owner + " is \"" + limit.onExhaustion()
                        + "\": expected " + expected);
    }
}
