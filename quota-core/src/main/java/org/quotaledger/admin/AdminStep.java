package org.quotaledger.admin;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.PolicyEntry;

/**
 * What a change of definitions came to: the answer, and what a store has to keep.
 *
 * @param answer the answer
 * @param account the account to keep in the place of the one of its id, or {@code null} for no change
 * @param policy the policy to keep in the place of the one of its name, or {@code null} for no change
 * @param droppedPolicy the name of the policy to drop, or {@code null}
 * @param <A> what the command answers
 */
public record AdminStep<A>(
        A answer,
        @Nullable AccountEntry account,
        @Nullable PolicyEntry policy,
        @Nullable String droppedPolicy) {

    /** The answer is required. */
    public AdminStep {
        Objects.requireNonNull(answer, "answer");
    }

    /** Returns what tells this change from every other. */
    public String operation() {
        return (account == null ? "" : "account " + account.version())
                + (policy == null ? "" : "policy " + policy.version() + " of " + policy.changedAt());
    }

    static <A> AdminStep<A> unchanged(A answer) {
        return new AdminStep<>(answer, null, null, null);
    }

    static AdminStep<AccountEntry> account(AccountEntry changed) {
        return new AdminStep<>(changed, changed, null, null);
    }

    static AdminStep<PolicyEntry> policy(PolicyEntry changed) {
        return new AdminStep<>(changed, null, changed, null);
    }
}
