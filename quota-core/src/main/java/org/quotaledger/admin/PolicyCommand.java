package org.quotaledger.admin;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.quotaledger.admin.DefinitionException.Reason;
import org.quotaledger.history.Change;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;

/** A change of one policy. Immutable and thread-safe. */
public sealed interface PolicyCommand extends AdminCommand<PolicyEntry> {

    @Override
    String policyName();

    /** Creates a policy. */
    record Create(QuotaPolicy policy) implements PolicyCommand {

        /** The policy is required. */
        public Create {
            Objects.requireNonNull(policy, "policy");
        }

        @Override
        public AdminStep<PolicyEntry> apply(AdminState state, Instant now) {
            if (state.policy() != null) {
                throw new DefinitionException(
                        Reason.ALREADY_EXISTS, "name", "name is \"" + policy.name() + "\": that policy exists");
            }
            // Deleted accounts can have had a policy of that name, and still have open holds.
            Instant since = state.latestUse() == null ? now : AccountRules.afterAllBefore(now, state);
            PolicyEntry created =
                    new PolicyEntry(policy, 1, since, AccountRules.carrySince(List.of(), policy.limits(), since));
            OverflowRules.check(created, state);
            return AdminStep.policy(null, created, now, List.of());
        }

        @Override
        public String policyName() {
            return policy.name();
        }

        @Override
        public List<QuotaLimit> limits() {
            return policy.limits();
        }
    }

    /**
     * Defines an existing policy anew. Limits that count as before keep their usage.
     *
     * @param policy what it is to be
     * @param expectedVersion the version that was read
     */
    record Replace(QuotaPolicy policy, long expectedVersion) implements PolicyCommand {

        /** The policy is required. */
        public Replace {
            Objects.requireNonNull(policy, "policy");
        }

        @Override
        public AdminStep<PolicyEntry> apply(AdminState state, Instant now) {
            PolicyEntry before = AccountRules.existingPolicy(policy.name(), state);
            if (before.version() != expectedVersion) {
                throw new DefinitionException(
                        Reason.VERSION_CONFLICT,
                        "version",
                        "version of policy " + policy.name() + " is " + before.version() + ": expected "
                                + expectedVersion + ", somebody else changed it");
            }
            if (policy.equals(before.policy())) {
                return AdminStep.unchanged(before);
            }
            Instant since = AccountRules.afterAllBefore(now, state);
            PolicyEntry replaced = new PolicyEntry(
                    policy,
                    before.version() + 1,
                    since,
                    AccountRules.carrySince(before.limits(), policy.limits(), since));
            OverflowRules.check(replaced, state);
            return AdminStep.policy(before, replaced, now, LimitChanges.of(before, replaced, now));
        }

        @Override
        public String policyName() {
            return policy.name();
        }

        @Override
        public List<QuotaLimit> limits() {
            return policy.limits();
        }
    }

    /** Deletes a policy that no account has. */
    record Delete(String policyName) implements PolicyCommand {

        /** The name is required. */
        public Delete {
            Objects.requireNonNull(policyName, "policyName");
        }

        @Override
        public AdminStep<PolicyEntry> apply(AdminState state, Instant now) {
            PolicyEntry before = AccountRules.existingPolicy(policyName, state);
            if (state.policyInUse()) {
                throw new DefinitionException(
                        Reason.IN_USE, "name", "name is \"" + policyName + "\": accounts have that policy");
            }
            Change change = new Change.OfPolicy(
                    now, null, Change.Kind.DELETE, policyName, before.version(), before.policy(), null);
            return new AdminStep<>(before, null, null, policyName, change, List.of());
        }
    }
}
