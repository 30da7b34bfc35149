package org.quotaledger.jdbc;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.jdbc.AccountTable.AccountRow;
import org.quotaledger.jdbc.PolicyTable.PolicyRow;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.spi.ClockLead;

/**
 * Remembers the limits of accounts and policies by the version that was read under the lock, so that they are read and
 * parsed once for each version. What is remembered is never trusted without its version. Thread-safe.
 */
final class DefinitionCache {

    /** Beyond this it starts anew: simple, and far more than the accounts of a busy hour. */
    private static final int MOST = 50_000;

    private final ClockLead lead;
    private final Map<AccountId, Known> accounts = new ConcurrentHashMap<>();
    private final Map<String, PolicyEntry> policies = new ConcurrentHashMap<>();
    private final Map<AccountId, Set<AccountId>> overflows = new ConcurrentHashMap<>();

    /** @param lead logs the accounts that are ahead of the clock; it is one for all that share this */
    DefinitionCache(ClockLead lead) {
        this.lead = lead;
    }

    ClockLead lead() {
        return lead;
    }

    /**
     * An account with its limits in force.
     *
     * @param policy the policy that they are of, or {@code null}
     */
    record Known(AccountEntry entry, @Nullable PolicyEntry policy, List<LimitEntry> limits) {}

    /**
     * Returns a parent that the account had when it was last read, or {@code null}: a guess, to be checked when locked.
     */
    @Nullable
    Known lastKnown(AccountId id) {
        return accounts.get(id);
    }

    /** Returns an account and its parents as they were when they were last read, as far as they were: a guess. */
    List<AccountId> lastChain(@Nullable AccountId nearest) {
        List<AccountId> chain = new ArrayList<>(2);
        for (AccountId id = nearest; id != null && chain.size() < Account.MAX_CHAIN; ) {
            chain.add(id);
            Known known = accounts.get(id);
            id = known == null ? null : known.entry().account().parent().orElse(null);
        }
        return chain;
    }

    /** Returns the accounts that requests of an account overflowed to last: a guess that they will again. */
    Set<AccountId> lastOverflows(AccountId id) {
        return overflows.getOrDefault(id, Set.of());
    }

    /** Remembers that a request of an account overflowed to these, or to none. */
    void overflowed(AccountId id, Set<AccountId> to) {
        if (to.isEmpty()) {
            overflows.remove(id);
            return;
        }
        if (overflows.size() >= MOST) {
            overflows.clear();
        }
        overflows.put(id, Set.copyOf(to));
    }

    /**
     * Returns these accounts with their limits in force.
     *
     * @param rows read under their locks: nobody changes their limits, nor the policies they have
     */
    Map<AccountId, Known> known(Session session, List<AccountRow> rows) throws SQLException {
        Map<String, PolicyEntry> current = policies(session, rows);
        Map<AccountId, AccountEntry> entries = entries(session, rows);
        Map<AccountId, Known> known = new HashMap<>();
        for (AccountRow row : rows) {
            AccountEntry entry = Objects.requireNonNull(entries.get(row.id()));
            known.put(row.id(), remember(entry, row.policy() == null ? null : current.get(row.policy())));
        }
        return known;
    }

    /**
     * Returns a policy that was read without a lock, or the same as it was read before, so that all accounts share it.
     *
     * @param read is remembered if it is another version than was
     */
    PolicyEntry shared(PolicyEntry read) {
        PolicyEntry before = policies.get(read.name());
        if (before != null && isVersion(before, read.version(), read.changedAt())) {
            return before;
        }
        remember(read);
        return read;
    }

    private void remember(PolicyEntry entry) {
        if (policies.size() >= MOST) {
            policies.clear();
        }
        policies.put(entry.name(), entry);
    }

    private static boolean isVersion(PolicyEntry entry, long version, Instant changedAt) {
        // A policy that was dropped and made again starts again at version 1, at another instant.
        return entry.version() == version && entry.changedAt().equals(changedAt);
    }

    /** Remembers an account, with the policy that it has or {@code null}, and returns it with its limits in force. */
    @SuppressWarnings("ReferenceEquality") // Both are replaced as a whole, and comparing limits would cost each step.
    Known remember(AccountEntry entry, @Nullable PolicyEntry policy) {
        Known before = accounts.get(entry.id());
        if (before != null && before.entry() == entry && before.policy() == policy) {
            return before;
        }
        Known now = new Known(entry, policy, entry.limits(policy));
        if (accounts.size() >= MOST) {
            accounts.clear();
        }
        accounts.put(entry.id(), now);
        return now;
    }

    private Map<AccountId, AccountEntry> entries(Session session, List<AccountRow> rows) throws SQLException {
        Map<AccountId, AccountEntry> entries = new HashMap<>();
        List<AccountRow> unknown = new ArrayList<>();
        for (AccountRow row : rows) {
            Known before = accounts.get(row.id());
            if (before != null && isVersion(before.entry(), row.version(), row.createdAt())) {
                entries.put(row.id(), before.entry());
            } else {
                unknown.add(row);
            }
        }
        AccountTable.entries(session, unknown).forEach(entry -> entries.put(entry.id(), entry));
        return entries;
    }

    private static boolean isVersion(AccountEntry entry, long version, Instant createdAt) {
        return entry.version() == version && entry.createdAt().equals(createdAt);
    }

    private Map<String, PolicyEntry> policies(Session session, List<AccountRow> rows) throws SQLException {
        TreeSet<String> names = new TreeSet<>();
        for (AccountRow row : rows) {
            if (row.policy() != null) {
                names.add(row.policy());
            }
        }
        Map<String, PolicyEntry> current = new HashMap<>();
        List<PolicyRow> unknown = new ArrayList<>();
        for (PolicyRow row : PolicyTable.rows(session, names)) {
            PolicyEntry before = policies.get(row.name());
            if (before != null && isVersion(before, row.version(), row.changedAt())) {
                current.put(row.name(), before);
            } else {
                unknown.add(row);
            }
        }
        for (PolicyEntry entry : PolicyTable.entries(session, unknown)) {
            remember(entry);
            current.put(entry.name(), entry);
        }
        return current;
    }
}
