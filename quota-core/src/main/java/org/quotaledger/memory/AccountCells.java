package org.quotaledger.memory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.PolicyChange;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.PolicyEntry;

/**
 * The accounts and policies of a store in memory. Thread-safe: what is kept of an account is guarded by its cell's lock,
 * and definitions change one after the other.
 */
final class AccountCells {

    /** The order in which accounts are locked, and told. */
    static final Comparator<AccountCell> BY_ID =
            Comparator.comparing(cell -> cell.entry().id());

    private final ConcurrentHashMap<AccountId, AccountCell> accounts = new ConcurrentHashMap<>();

    /** The accounts in the order of their ids when that was last asked for: none is dropped, so its size tells its age. */
    private volatile List<AccountCell> sorted = List.of();

    private final ConcurrentSkipListMap<String, PolicyEntry> policies = new ConcurrentSkipListMap<>();

    /** Those with limits of their own that overflow, deleted or not: asked for with every change of definitions. */
    private final Set<AccountId> overflowing = ConcurrentHashMap.newKeySet();

    /** Returns an account, or {@code null} if it was never created. */
    @Nullable
    AccountCell find(AccountId id) {
        return accounts.get(id);
    }

    /** Returns an account of a chain that was followed, or of a reservation. */
    AccountCell get(AccountId id) {
        return Objects.requireNonNull(accounts.get(id), "account is never dropped");
    }

    /** Returns all accounts, in no order. */
    Collection<AccountCell> all() {
        return accounts.values();
    }

    /** Returns all accounts, in the order of their ids. */
    List<AccountCell> inOrder() {
        List<AccountCell> known = sorted;
        if (known.size() != accounts.size()) {
            known = accounts.values().stream().sorted(BY_ID).toList();
            sorted = known;
        }
        return known;
    }

    /** Returns the accounts after one, in the order of their ids. */
    List<AccountCell> after(@Nullable AccountId id) {
        List<AccountCell> all = inOrder();
        if (id == null) {
            return all;
        }
        int from = 0;
        for (int to = all.size(); from < to; ) {
            int middle = (from + to) >>> 1;
            if (all.get(middle).entry().id().compareTo(id) > 0) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        return all.subList(from, all.size());
    }

    /** Returns an account and its parents; none, if it was never created. */
    List<AccountCell> chain(@Nullable AccountId nearest) {
        AccountCell first = nearest == null ? null : accounts.get(nearest);
        return first == null ? List.of() : chain(first);
    }

    private List<AccountCell> chain(AccountCell first) {
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

    /** Returns whether a chain is still the one of its first account: parents can change, but no account is dropped. */
    boolean isChain(List<AccountCell> cells) {
        if (cells.isEmpty()) {
            return true;
        }
        AccountCell first = cells.get(0);
        boolean hasParent = first.entry().account().parent().isPresent();
        return hasParent ? chain(first).equals(cells) : cells.size() == 1;
    }

    /** Keeps what is defined of an account. */
    void define(AccountEntry account) {
        AccountCell cell = accounts.get(account.id());
        if (cell == null) {
            accounts.put(account.id(), new AccountCell(account));
        } else {
            cell.locked(() -> cell.define(account));
        }
        if (account.account().overrides().stream()
                .anyMatch(limit -> limit.onExhaustion().overflow().isPresent())) {
            overflowing.add(account.id());
        } else {
            overflowing.remove(account.id());
        }
    }

    /** Returns the accounts with limits of their own that overflow, deleted or not. */
    Collection<AccountCell> overflowing() {
        return overflowing.stream().map(this::get).toList();
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

    /** Keeps a policy that was created or changed, or drops one that was deleted. */
    void change(PolicyChange change) {
        PolicyEntry before = change.before();
        if (change.after() != null) {
            define(change.after());
        } else if (before != null) {
            policies.remove(before.name());
        }
    }
}
