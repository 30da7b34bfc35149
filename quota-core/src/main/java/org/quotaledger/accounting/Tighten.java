package org.quotaledger.accounting;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.admin.Relaxation;
import org.quotaledger.admin.Tightened;
import org.quotaledger.history.Change;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.policy.QuotaLimit;

/**
 * Defines an existing account anew, if that relaxes nothing. Immutable and thread-safe.
 *
 * @param definition the new definition
 * @param expectedVersion the version that the caller has read
 */
public record Tighten(
        Account definition, long expectedVersion, @Nullable String actor) implements Command.Edit<Tightened> {

    /** The definition is required. */
    public Tighten {
        Objects.requireNonNull(definition, "definition");
    }

    @Override
    public AccountId account() {
        return definition.id();
    }

    @Override
    public Tightened apply(UnitOfWork work) {
        AccountEntry before = Editing.existing(definition.id(), work);
        PolicyEntry policy = Editing.policy(definition, work);
        AccountEntry replaced = Editing.replaced(withoutLimitsOf(policy, before), expectedVersion, work);
        List<Relaxation> relaxations = Tightening.relaxations(before, replaced, policy);
        if (!relaxations.isEmpty()) {
            return work.unchanged(new Tightened.Relaxed(relaxations));
        }
        return replaced.version() == expectedVersion
                ? work.unchanged(new Tightened.Done(replaced))
                : new Tightened.Done(Editing.edit(work, this, Change.Kind.CHANGE, replaced, null));
    }

    /**
     * Leaves out the limits that the policy has just so. One of them would be the account's own without being any tighter,
     * and keep its amount when the policy's is lowered.
     */
    private Account withoutLimitsOf(@Nullable PolicyEntry policy, AccountEntry before) {
        Account.Builder changed = definition.toBuilder();
        for (QuotaLimit limit : definition.overrides()) {
            if (policy != null
                    && policy.policy().limits().contains(limit)
                    && Editing.named(before.overrides(), limit.name()).isEmpty()) {
                changed.withoutOverride(limit.name());
            }
        }
        return changed.build();
    }
}
