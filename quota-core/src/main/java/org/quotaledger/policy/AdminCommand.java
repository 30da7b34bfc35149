package org.quotaledger.policy;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.policy.DefinitionException.Reason;

/**
 * A change of accounts or policies: a pure function of what is and the instant. A store runs {@link #decide} in an
 * atomic step that no other change of definitions runs beside, and keeps what the step says. Immutable and thread-safe.
 *
 * @param <A> what it answers
 */
public sealed interface AdminCommand<A> {

    /** Decides the command and truncates the instant to the microsecond that stores keep. */
    default AdminStep<A> decide(AdminState state, Instant now) {
        return apply(state, now.truncatedTo(ChronoUnit.MICROS));
    }

    /**
     * Decides the command.
     *
     * @throws DefinitionException if it cannot be done; nothing is to be kept then
     */
    AdminStep<A> apply(AdminState state, Instant now);

    /** Returns the account it is about, or {@code null}. */
    default @Nullable AccountId accountId() {
        return null;
    }

    /** Returns the parent that it names, or {@code null}. */
    default @Nullable AccountId parentId() {
        return null;
    }

    /** Returns the policy that it is about or that its account names, or {@code null}. */
    default @Nullable String policyName() {
        return null;
    }

    /**
     * Creates an account. An id that was deleted can be created again: its usage in windows still open goes on counting,
     * so that nobody escapes a limit that way.
     */
    record CreateAccount(Account account) implements AdminCommand<AccountEntry> {

        @Override
        public AdminStep<AccountEntry> apply(AdminState state, Instant now) {
            AccountEntry before = state.account();
            if (before != null && !before.deleted()) {
                throw new DefinitionException(
                        Reason.ALREADY_EXISTS, "id", "id is \"" + account.id() + "\": that account exists");
            }
            AccountRules.checkReferences(account, state);
            Instant since = before == null ? now : AccountRules.afterAllBefore(now, state);
            return AdminStep.account(new AccountEntry(
                    account,
                    before == null ? 1 : before.version() + 1,
                    before == null ? now : before.createdAt(),
                    null,
                    null,
                    since,
                    AccountRules.carrySince(List.of(), account.overrides(), since)));
        }

        @Override
        public AccountId accountId() {
            return account.id();
        }

        @Override
        public @Nullable AccountId parentId() {
            return account.parent().orElse(null);
        }

        @Override
        public @Nullable String policyName() {
            return account.policy().orElse(null);
        }
    }

    /**
     * Defines an existing account anew; does nothing where it is that already.
     *
     * @param account what it is to be
     * @param expectedVersion the version that was read
     */
    record ReplaceAccount(Account account, long expectedVersion) implements AdminCommand<AccountEntry> {

        @Override
        public AdminStep<AccountEntry> apply(AdminState state, Instant now) {
            AccountEntry before = AccountRules.existing(account.id(), state);
            if (before.version() != expectedVersion) {
                throw new DefinitionException(
                        Reason.VERSION_CONFLICT,
                        "version",
                        "version of account " + account.id() + " is " + before.version() + ": expected "
                                + expectedVersion + ", somebody else changed it");
            }
            if (account.equals(before.account())) {
                return new AdminStep<>(before, null, null, null);
            }
            AccountRules.checkReferences(account, state);
            boolean samePolicy = before.account().policy().equals(account.policy());
            boolean sameCounting = AccountRules.countAlike(before.overrides(), account.overrides());
            Instant since = AccountRules.afterAllBefore(now, state);
            return AdminStep.account(new AccountEntry(
                    account,
                    before.version() + 1,
                    before.createdAt(),
                    null,
                    before.suspension(),
                    samePolicy && sameCounting ? before.policySince() : since,
                    AccountRules.carrySince(before.overrides(), account.overrides(), since)));
        }

        @Override
        public AccountId accountId() {
            return account.id();
        }

        @Override
        public @Nullable AccountId parentId() {
            return account.parent().orElse(null);
        }

        @Override
        public @Nullable String policyName() {
            return account.policy().orElse(null);
        }
    }

    /** Deletes an account that is nobody's parent. Its journal, its usage and its open holds stay. */
    record DeleteAccount(AccountId accountId) implements AdminCommand<AccountEntry> {

        @Override
        public AdminStep<AccountEntry> apply(AdminState state, Instant now) {
            AccountEntry before = AccountRules.existing(accountId, state);
            if (state.levelsBelow() > 0) {
                throw new DefinitionException(
                        Reason.IN_USE, "id", "id is \"" + accountId + "\": that account is the parent of others");
            }
            return AdminStep.account(new AccountEntry(
                    before.account(),
                    before.version() + 1,
                    before.createdAt(),
                    now,
                    null,
                    before.policySince(),
                    before.overrides()));
        }
    }

    /**
     * Suspends an account.
     *
     * @param accountId which
     * @param until when it ends by itself, or {@code null} where only a person ends it
     */
    record SuspendAccount(AccountId accountId, @Nullable Instant until) implements AdminCommand<AccountEntry> {

        @Override
        public AdminStep<AccountEntry> apply(AdminState state, Instant now) {
            AccountEntry before = AccountRules.existing(accountId, state);
            if (until != null && !until.truncatedTo(ChronoUnit.MICROS).isAfter(now)) {
                throw new DefinitionException(
                        Reason.INVALID, "until", "until is " + until + ": expected an instant after " + now);
            }
            return AdminStep.account(AccountRules.withSuspension(before, new Suspension(now, until)));
        }
    }

    /** Ends an account's suspension; does nothing where there is none. A disabled account stays disabled. */
    record ResumeAccount(AccountId accountId) implements AdminCommand<AccountEntry> {

        @Override
        public AdminStep<AccountEntry> apply(AdminState state, Instant now) {
            AccountEntry before = AccountRules.existing(accountId, state);
            return before.suspension() == null
                    ? new AdminStep<>(before, null, null, null)
                    : AdminStep.account(AccountRules.withSuspension(before, null));
        }
    }

    /** Creates a policy. */
    record CreatePolicy(QuotaPolicy policy) implements AdminCommand<PolicyEntry> {

        @Override
        public AdminStep<PolicyEntry> apply(AdminState state, Instant now) {
            if (state.policy() != null) {
                throw new DefinitionException(
                        Reason.ALREADY_EXISTS, "name", "name is \"" + policy.name() + "\": that policy exists");
            }
            // Deleted accounts can have had a policy of that name, and still have open holds.
            Instant since = state.latestUse() == null ? now : AccountRules.afterAllBefore(now, state);
            return AdminStep.policy(
                    new PolicyEntry(policy, 1, since, AccountRules.carrySince(List.of(), policy.limits(), since)));
        }

        @Override
        public String policyName() {
            return policy.name();
        }
    }

    /**
     * Defines an existing policy anew; does nothing where it is that already. Limits that count as before keep their
     * usage.
     *
     * @param policy what it is to be
     * @param expectedVersion the version that was read
     */
    record ReplacePolicy(QuotaPolicy policy, long expectedVersion) implements AdminCommand<PolicyEntry> {

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
                return new AdminStep<>(before, null, null, null);
            }
            Instant since = AccountRules.afterAllBefore(now, state);
            return AdminStep.policy(new PolicyEntry(
                    policy,
                    before.version() + 1,
                    since,
                    AccountRules.carrySince(before.limits(), policy.limits(), since)));
        }

        @Override
        public String policyName() {
            return policy.name();
        }
    }

    /** Deletes a policy that no account has. */
    record DeletePolicy(String policyName) implements AdminCommand<PolicyEntry> {

        /** The name is required. */
        public DeletePolicy {
            Objects.requireNonNull(policyName, "policyName");
        }

        @Override
        public AdminStep<PolicyEntry> apply(AdminState state, Instant now) {
            PolicyEntry before = AccountRules.existingPolicy(policyName, state);
            if (state.policyInUse()) {
                throw new DefinitionException(
                        Reason.IN_USE, "name", "name is \"" + policyName + "\": accounts have that policy");
            }
            return new AdminStep<>(before, null, null, policyName);
        }
    }
}
