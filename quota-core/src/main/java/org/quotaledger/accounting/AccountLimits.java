package org.quotaledger.accounting;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.PolicyEntry;

/**
 * An account and its policy: what its limits in force are made of. Immutable and thread-safe.
 *
 * @param entry the account
 * @param policy its policy, or {@code null} if it has none
 */
public record AccountLimits(AccountEntry entry, @Nullable PolicyEntry policy) {

    /** The account is required. */
    public AccountLimits {
        Objects.requireNonNull(entry, "entry");
    }

    /** Returns its limits in force. */
    public List<LimitEntry> limits() {
        return entry.limits(policy);
    }

    /** Returns it as it is with a policy that is changed, if that is its policy. */
    AccountLimits with(PolicyEntry changed) {
        return policy != null && policy.name().equals(changed.name()) ? new AccountLimits(entry, changed) : this;
    }

    boolean overflows() {
        return limits().stream()
                .anyMatch(own -> own.limit().onExhaustion().overflow().isPresent());
    }
}
