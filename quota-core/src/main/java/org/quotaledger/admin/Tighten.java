package org.quotaledger.admin;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.policy.QuotaLimit;

/**
 * Defines an existing account anew, if that lets it do no more than before. Immutable and thread-safe.
 *
 * @param account what it is to be
 * @param expectedVersion the version that was read
 */
public record Tighten(Account account, long expectedVersion) implements DefiningCommand<Tightened> {

    /** The account is required. */
    public Tighten {
        Objects.requireNonNull(account, "account");
    }

    @Override
    public AccountId accountId() {
        return account.id();
    }

    @Override
    public AdminStep<Tightened> apply(AdminState state, Instant now) {
        AccountEntry before = AccountRules.existing(account.id(), state);
        AdminStep<AccountEntry> replaced =
                new AccountCommand.Replace(withoutLimitsOfThePolicy(before, state), expectedVersion).apply(state, now);
        List<Relaxation> relaxations = Tightening.relaxations(before, replaced.answer(), state);
        if (!relaxations.isEmpty()) {
            return AdminStep.unchanged(new Tightened.Relaxed(relaxations));
        }
        return new AdminStep<>(
                new Tightened.Done(replaced.answer()),
                replaced.account(),
                null,
                null,
                replaced.change(),
                replaced.events());
    }

    /**
     * Leaves out the limits that the policy has just so. One of them would be the account's own without being any tighter,
     * and keep its amount when the policy's is lowered.
     */
    private Account withoutLimitsOfThePolicy(AccountEntry before, AdminState state) {
        PolicyEntry policy = state.policy();
        Account.Builder changed = account.toBuilder();
        for (QuotaLimit limit : account.overrides()) {
            if (policy != null
                    && policy.policy().limits().contains(limit)
                    && AccountRules.named(before.overrides(), limit.name()).isEmpty()) {
                changed.withoutOverride(limit.name());
            }
        }
        return changed.build();
    }

    @Override
    public Tightened reassessed(Tightened answer, @Nullable AccountEntry entry) {
        return entry == null ? answer : new Tightened.Done(entry);
    }
}
