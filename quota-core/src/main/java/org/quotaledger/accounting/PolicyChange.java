package org.quotaledger.accounting;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.PolicyEntry;

/**
 * A policy that a step creates, changes or deletes. Immutable and thread-safe.
 *
 * @param before the policy before the step, or {@code null} if it is created
 * @param after the policy after the step, or {@code null} if it is deleted
 */
public record PolicyChange(
        @Nullable PolicyEntry before, @Nullable PolicyEntry after) {

    /** @throws IllegalArgumentException if both are absent, or have different names */
    public PolicyChange {
        if (before == null ? after == null : after != null && !before.name().equals(after.name())) {
            throw new IllegalArgumentException("change of " + before + " to " + after);
        }
    }

    /**
     * Returns the command that a store runs next for an account that has the policy, in the same atomic step. Empty where
     * its limits in force are the same as before.
     */
    public Optional<Command.Reassess> reassess(AccountEntry account) {
        if (before == null || after == null) {
            return Optional.empty();
        }
        List<LimitEntry> limits = account.limits(before);
        String operation = "policy " + after.version() + " of " + after.changedAt();
        return limits.equals(account.limits(after))
                ? Optional.empty()
                : Optional.of(new Command.Reassess(account.id(), limits, operation));
    }
}
