package org.quotaledger.admin;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;

/**
 * Defines an existing account anew, if that lets it do no more than before. Immutable and thread-safe.
 *
 * @param account what it is to be
 * @param expectedVersion the version that was read
 */
public record Tighten(Account account, long expectedVersion) implements AccountDefinition<Tightened> {

    /** The account is required. */
    public Tighten {
        Objects.requireNonNull(account, "account");
    }

    @Override
    public AdminStep<Tightened> apply(AdminState state, Instant now) {
        AdminStep<AccountEntry> replaced = new AccountCommand.Replace(account, expectedVersion).apply(state, now);
        List<Relaxation> relaxations =
                Tightening.relaxations(AccountRules.existing(account.id(), state), replaced.answer(), state);
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

    @Override
    public Tightened reassessed(Tightened answer, @Nullable AccountEntry entry) {
        return entry == null ? answer : new Tightened.Done(entry);
    }
}
