package org.quotaledger.memory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.PolicyEntry;

/**
 * The accounts and policies of a store in memory. Thread-safe: what is kept of an account is guarded by its cell's lock,
 * and definitions change one after the other.
 */
final class AccountCells {

    private final ConcurrentSkipListMap<AccountId, AccountCell> accounts = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<String, PolicyEntry> policies = new ConcurrentSkipListMap<>();

    /** Returns an account, or {@code null} if it was never created. */
    @Nullable
    AccountCell find(AccountId id) {
        return accounts.get(id);
    }

    /** Returns an account of a chain that was followed, or of a reservation. */
    AccountCell get(AccountId id) {
        return Objects.requireNonNull(accounts.get(id), "account is never dropped");
    }

    /** Returns all accounts, in the order of their ids. */
    Collection<AccountCell> all() {
        return accounts.values();
    }

    /** Returns the accounts after one, in the order of their ids. */
    Collection<AccountCell> after(@Nullable AccountId id) {
        return id == null ? accounts.values() : accounts.tailMap(id, false).values();
    }

    /** Returns an account and its parents; none, if it was never created. */
    List<AccountCell> chain(@Nullable AccountId nearest) {
        AccountCell first = nearest == null ? null : accounts.get(nearest);
        if (first == null) {
            return List.of();
        }
        AccountId parent = first.entry().account().parent().orElse(null);
        return parent == null ? List.of(first) : chain(first, parent);
    }

    private List<AccountCell> chain(AccountCell first, AccountId parent) {
        List<AccountCell> chain = new ArrayList<>();
        chain.add(first);
        for (AccountId id = parent; id != null && chain.size() < Account.MAX_CHAIN; ) {
            AccountCell cell = accounts.get(id);
            if (cell == null) {
                break;
            }
            chain.add(cell);
            id = cell.entry().account().parent().orElse(null);
        }
        return chain;
    }

    /** Keeps what is defined of an account. */
    void define(AccountEntry account) {
        AccountCell cell = accounts.get(account.id());
        if (cell == null) {
            accounts.put(account.id(), new AccountCell(account, policyOf(account)));
        } else {
            cell.locked(() -> cell.define(account, policyOf(account)));
        }
    }

    @Nullable
    PolicyEntry policy(@Nullable String name) {
        return name == null ? null : policies.get(name);
    }

    /** Returns the policy of an account, or {@code null} if it has none. */
    @Nullable
    PolicyEntry policyOf(AccountEntry account) {
        return policy(account.account().policy().orElse(null));
    }

    /** Returns all policies, in the order of their names. */
    Collection<PolicyEntry> policies() {
        return policies.values();
    }

    /** Returns the policies after one, in the order of their names. */
    Collection<PolicyEntry> policiesAfter(@Nullable String name) {
        return name == null ? policies.values() : policies.tailMap(name, false).values();
    }

    void define(PolicyEntry policy) {
        policies.put(policy.name(), policy);
    }

    void drop(String policy) {
        policies.remove(policy);
    }
}
