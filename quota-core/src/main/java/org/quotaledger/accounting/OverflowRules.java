package org.quotaledger.accounting;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.quotaledger.account.AccountId;
import org.quotaledger.admin.DefinitionException;
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

    /**
     * Checks an account as it is to be.
     *
     * @param parents the parents as they are to be, nearest first
     */
    static void check(AccountLimits changed, List<AccountLimits> parents, Definitions definitions) {
        boolean parentsOverflow = parents.stream().anyMatch(AccountLimits::overflows);
        if (!changed.overflows() && !parentsOverflow) {
            return;
        }
        AccountId id = changed.entry().id();
        String owner = "account " + id;
        List<QuotaLimit> limits =
                changed.limits().stream().map(LimitEntry::limit).toList();
        boolean isCharged = targets(changed.entry().account().overrides(), definitions).stream()
                .anyMatch(to -> has(definitions.chain(to), id));
        for (QuotaLimit limit : limits) {
            AccountId to = limit.onExhaustion().overflow().orElse(null);
            if (to == null) {
                continue;
            }
            if (to.equals(id) || has(parents, to)) {
                throw refused(limit, owner, "an account that is neither itself nor one of its parents");
            }
            if (isCharged) {
                throw refused(limit, owner, "none that overflows, because limits of others overflow to it");
            }
            checkTarget(limit, owner, definitions.chain(to));
        }
        if (isCharged && parentsOverflow) {
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
    static void check(PolicyEntry changed, Definitions definitions) {
        String owner = "policy " + changed.name();
        List<QuotaLimit> limits = changed.policy().limits();
        for (QuotaLimit limit : limits) {
            AccountId to = limit.onExhaustion().overflow().orElse(null);
            if (to == null) {
                continue;
            }
            if (definitions.isAboveAccounts(to, changed.name())) {
                throw refused(
                        limit, owner, "an account that neither has the policy nor is a parent of one that has it");
            }
            checkTarget(limit, owner, chain(to, changed, definitions));
            for (AccountId other : targets(limits, definitions)) {
                if (chain(other, changed, definitions).stream().anyMatch(AccountLimits::overflows)) {
                    throw refused(limit, owner, "none that overflows, because limits of others overflow to " + other);
                }
            }
        }
    }

    /** Returns every account to which a limit overflows, in the order of their ids, also limits that are to be. */
    private static Set<AccountId> targets(List<QuotaLimit> defined, Definitions definitions) {
        Set<AccountId> targets = new TreeSet<>(definitions.overflowTargets());
        defined.forEach(limit -> limit.onExhaustion().overflow().ifPresent(targets::add));
        return targets;
    }

    /** Returns a chain with a policy as it is to be. */
    private static List<AccountLimits> chain(AccountId nearest, PolicyEntry changed, Definitions definitions) {
        return definitions.chain(nearest).stream()
                .map(member -> member.with(changed))
                .toList();
    }

    private static boolean has(List<AccountLimits> chain, AccountId account) {
        return chain.stream().anyMatch(member -> member.entry().id().equals(account));
    }

    private static void checkTarget(QuotaLimit limit, String owner, List<AccountLimits> chain) {
        if (chain.isEmpty() || chain.get(0).entry().deleted()) {
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
