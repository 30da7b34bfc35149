package org.quotaledger.accounting;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.admin.DefinitionException;
import org.quotaledger.admin.DefinitionException.Reason;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.policy.QuotaPolicy;

/** An edit of one policy, which answers the policy; of one that is deleted its last version. Immutable and thread-safe. */
public sealed interface PolicyEdit extends Command.Edit<PolicyEntry> {

    @Override
    String policy();

    /** Creates a policy. */
    record Create(QuotaPolicy definition, @Nullable String actor) implements PolicyEdit {

        /** The definition is required. */
        public Create {
            Objects.requireNonNull(definition, "definition");
        }

        @Override
        public String policy() {
            return definition.name();
        }

        @Override
        public PolicyEntry apply(UnitOfWork work) {
            if (work.definitions().policy(definition.name()) != null) {
                throw new DefinitionException(
                        Reason.ALREADY_EXISTS, "name", "name is \"" + definition.name() + "\": that policy exists");
            }
            // Deleted accounts can have had a policy of that name, and still have open holds.
            Instant since =
                    work.definitions().latestUse() == null ? work.clock() : Editing.after(work.clock(), null, work);
            PolicyEntry created =
                    new PolicyEntry(definition, 1, since, Editing.carrySince(List.of(), definition.limits(), since));
            OverflowRules.check(created, work.definitions());
            return Editing.edit(work, this, null, created);
        }
    }

    /**
     * Defines an existing policy anew. Limits that count as before keep their usage.
     *
     * @param definition the new definition
     * @param expectedVersion the version that the caller has read
     */
    record Replace(
            QuotaPolicy definition,
            long expectedVersion,
            @Nullable String actor) implements PolicyEdit {

        /** The definition is required. */
        public Replace {
            Objects.requireNonNull(definition, "definition");
        }

        @Override
        public String policy() {
            return definition.name();
        }

        @Override
        public PolicyEntry apply(UnitOfWork work) {
            PolicyEntry before = Editing.existingPolicy(definition.name(), work);
            if (before.version() != expectedVersion) {
                throw new DefinitionException(
                        Reason.VERSION_CONFLICT,
                        "version",
                        "version of policy " + definition.name() + " is " + before.version() + ": expected "
                                + expectedVersion + ", somebody else changed it");
            }
            if (definition.equals(before.policy())) {
                return work.unchanged(before);
            }
            Instant since = Editing.after(work.clock(), before, work);
            PolicyEntry replaced = new PolicyEntry(
                    definition,
                    before.version() + 1,
                    since,
                    Editing.carrySince(before.limits(), definition.limits(), since));
            OverflowRules.check(replaced, work.definitions());
            return Editing.edit(work, this, before, replaced);
        }
    }

    /** Deletes a policy that no account has. */
    record Delete(String policy, @Nullable String actor) implements PolicyEdit {

        /** The policy is required. */
        public Delete {
            Objects.requireNonNull(policy, "policy");
        }

        @Override
        public PolicyEntry apply(UnitOfWork work) {
            PolicyEntry before = Editing.existingPolicy(policy, work);
            if (work.definitions().hasAccounts(policy)) {
                throw new DefinitionException(
                        Reason.IN_USE, "name", "name is \"" + policy + "\": accounts have that policy");
            }
            return Editing.edit(work, this, before, null);
        }
    }
}
