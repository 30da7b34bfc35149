package org.quotaledger.memory;

import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.AccountLimits;
import org.quotaledger.accounting.Definitions;
import org.quotaledger.history.Change;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.RequestId;

/** The definitions of a store in memory, while no edit changes them. */
final class LiveDefinitions implements Definitions {

    private final AccountCells accounts;
    private final ChangeBox changes;
    private final Collection<AccountCell> concerned;

    /** @param concerned the accounts that the edit concerns, whose locks are held */
    LiveDefinitions(AccountCells accounts, ChangeBox changes, Collection<AccountCell> concerned) {
        this.accounts = accounts;
        this.changes = changes;
        this.concerned = concerned;
    }

    @Override
    public List<AccountLimits> chain(AccountId nearest) {
        return accounts.chain(nearest).stream()
                .map(AccountCell::entry)
                .map(entry -> new AccountLimits(entry, accounts.policyOf(entry)))
                .toList();
    }

    @Override
    public int levelsBelow(AccountId account) {
        int levels = 0;
        for (Set<AccountId> level = below(Set.of(account)); !level.isEmpty(); level = below(level)) {
            levels++;
        }
        return levels;
    }

    private Set<AccountId> below(Set<AccountId> parents) {
        Set<AccountId> below = new HashSet<>();
        for (AccountCell cell : accounts.all()) {
            AccountEntry entry = cell.entry();
            if (!entry.deleted()
                    && entry.account().parent().filter(parents::contains).isPresent()) {
                below.add(entry.id());
            }
        }
        return below;
    }

    @Override
    public @Nullable PolicyEntry policy(String name) {
        return accounts.policy(name);
    }

    @Override
    public boolean hasAccounts(String policy) {
        return anyAccount(account -> account.policy().equals(Optional.of(policy)));
    }

    @Override
    public boolean isAboveAccounts(AccountId top, String policy) {
        return anyAccount(account -> account.policy().equals(Optional.of(policy))
                && accounts.chain(account.id()).stream()
                        .anyMatch(cell -> cell.entry().id().equals(top)));
    }

    private boolean anyAccount(Predicate<Account> condition) {
        return accounts.all().stream()
                .map(AccountCell::entry)
                .anyMatch(entry -> !entry.deleted() && condition.test(entry.account()));
    }

    @Override
    public Set<AccountId> overflowTargets() {
        Set<AccountId> targets = new TreeSet<>();
        accounts.policies().forEach(policy -> addTargets(policy.policy().limits(), targets));
        accounts.overflowing().stream()
                .map(AccountCell::entry)
                .filter(entry -> !entry.deleted())
                .forEach(entry -> addTargets(entry.account().overrides(), targets));
        return targets;
    }

    private static void addTargets(List<QuotaLimit> limits, Set<AccountId> targets) {
        limits.forEach(limit -> limit.onExhaustion().overflow().ifPresent(targets::add));
    }

    @Override
    public @Nullable Instant latestUse() {
        Instant latest = null;
        for (AccountCell cell : concerned) {
            Instant use = cell.isUsed() ? cell.use().latestUse() : null;
            latest = use != null && (latest == null || use.isAfter(latest)) ? use : latest;
        }
        return latest;
    }

    @Override
    public Change.@Nullable OfAccount change(RequestId operation) {
        return changes.of(operation);
    }
}
