package org.quotaledger.jdbc;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Counter;
import org.quotaledger.accounting.WorkingAccount;
import org.quotaledger.jdbc.AccountTable.AccountRow;
import org.quotaledger.jdbc.DefinitionCache.Known;
import org.quotaledger.jdbc.LimitTable.OwnerKind;
import org.quotaledger.jdbc.PolicyTable.PolicyRow;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.PolicyEntry;

/**
 * Accounts that a lane does not remember, with their parents and all that steps look at of them, read from PostgreSQL in
 * one round trip. Not thread-safe.
 *
 * <p>Nothing is locked, and each statement sees what is committed when it begins. The stamps are read first: whoever changes
 * anything of an account after that gives it another, so what is read of it later is either what it was under the stamp that
 * was read, or the guard finds that the stamp is no longer that. But each statement follows the parents anew: where one
 * changed in between, the later ones read nothing of the parent that the first had found. So the stamps are read again
 * last, and where they are others nothing is learned.
 */
final class ChainLoad {

    /**
     * The accounts and their parents; one that has several children here is found several times, and read once. What is
     * read of them is read for an array of them: of a recursion the planner expects so many rows that to join them it would
     * read all of a table.
     */
    private static final String CHAIN = """
            WITH RECURSIVE chain (id, depth) AS (
                SELECT u.id COLLATE "C", 1
                FROM unnest(?) u (id)
                UNION
                SELECT a.parent_id::text, c.depth + 1
                FROM chain c
                JOIN quota_account a ON a.id = c.id
                WHERE a.parent_id IS NOT NULL AND c.depth < %d
            )
            """.formatted(Account.MAX_CHAIN);

    private static final List<String> PARTS = List.of(
            AccountTable.OF_CHAIN,
            PolicyTable.OF_CHAIN,
            LimitTable.THRESHOLDS_OF_CHAIN,
            LimitTable.LIMITS_OF_CHAIN,
            ResetTable.OF_CHAIN,
            UsageTable.OF_CHAIN,
            AccountTable.OF_CHAIN);

    private static final String LOAD = GuardedWrite.ONE_BY_ONE + CHAIN + String.join(";\n" + CHAIN, PARTS);

    private final List<Stamped> accounts = new ArrayList<>();
    private final List<Stamped> accountsAfter = new ArrayList<>();
    private final List<PolicyRow> policies = new ArrayList<>();
    private final Map<OwnerKind, LimitTable.Found> limits =
            Map.of(OwnerKind.ACCOUNT, new LimitTable.Found(), OwnerKind.POLICY, new LimitTable.Found());
    private final Map<String, Map<String, Instant>> resets = new HashMap<>();
    private final Map<AccountId, List<Counter>> usage = new HashMap<>();

    private ChainLoad() {}

    private record Stamped(AccountRow row, long stamp, DatabaseTime.Told told) {

        static Stamped read(Row row) throws SQLException {
            AccountRow account = AccountRow.read(row);
            return new Stamped(account, row.number(), new DatabaseTime.Told(row.time(), System.nanoTime()));
        }

        /** Returns the lineage that is remembered, if nobody else has changed the account since. */
        Object lineage(KeptStates kept, @Nullable Long lostStamp) {
            KeptAccount before = kept.account(row.id());
            return before != null && (before.stamp() == stamp || (lostStamp != null && lostStamp == stamp))
                    ? before.lineage()
                    : new Object();
        }
    }

    /**
     * Reads these accounts and their parents.
     *
     * @param clock the clock that decides, or {@code null} for the database's
     */
    static ChainLoad of(Session session, Collection<AccountId> ids, @Nullable Clock clock) throws SQLException {
        List<String> values = ids.stream().map(AccountId::value).toList();
        ChainLoad load = new ChainLoad();
        // A second back: steps decide at a time that may be a little earlier than this statement's.
        String usageSince = clock == null ? "clock_timestamp() - interval '1 second'" : "?";
        session.together(
                LOAD.replace("open_until > ?", "open_until > " + usageSince),
                to -> {
                    for (String part : PARTS) {
                        to.texts(values);
                        if (clock != null && part.equals(UsageTable.OF_CHAIN)) {
                            to.time(clock.instant());
                        }
                    }
                },
                List.of(
                        row -> row,
                        row -> load.accounts.add(Stamped.read(row)),
                        row -> load.policies.add(PolicyRow.read(row)),
                        row -> load.limitsOf(row).threshold(row),
                        row -> load.limitsOf(row).limit(row),
                        row -> ResetTable.add(row, load.resets),
                        row -> load.add(UsageTable.read(row)),
                        row -> load.accountsAfter.add(Stamped.read(row))));
        return load;
    }

    private LimitTable.Found limitsOf(Row row) throws SQLException {
        return found(row.name(OwnerKind.class));
    }

    private boolean add(Counter row) {
        return usage.computeIfAbsent(row.account(), id -> new ArrayList<>()).add(row);
    }

    private static Map<AccountId, Long> stamps(List<Stamped> accounts) {
        Map<AccountId, Long> stamps = new HashMap<>();
        accounts.forEach(account -> stamps.put(account.row().id(), account.stamp()));
        return stamps;
    }

    /**
     * Hands on what was read.
     *
     * @param lostStamp what a lane stamped accounts with and wrote nothing else: nothing of such an account has changed;
     *     {@code null} if it did not
     * @throws IllegalArgumentException if it was changed meanwhile
     */
    void learn(KeptStates kept, @Nullable Long lostStamp, DefinitionCache definitions, DatabaseTime time) {
        if (!isSnapshot()) {
            throw new IllegalArgumentException(
                    "accounts changed while they were read: " + stamps(accounts).keySet());
        }
        Map<AccountId, Known> all = known(definitions);
        for (Stamped account : accounts) {
            Known known = Objects.requireNonNull(all.get(account.row().id()));
            kept.keep(new KeptAccount(
                    known, working(known), List.of(), account.stamp(), account.lineage(kept, lostStamp)));
            time.tell(account.told());
        }
    }

    /** Whether no account changed while they were read: all of it is as it was at one instant. */
    boolean isSnapshot() {
        return stamps(accounts).equals(stamps(accountsAfter));
    }

    /** Returns the time of the database at which the accounts were read first, or {@code null} if there are none. */
    @Nullable
    Instant readAt() {
        return accounts.isEmpty() ? null : accounts.get(0).told().at();
    }

    /** Returns an account and its parents as a step sees them, nearest first; empty if there is no such account. */
    List<WorkingAccount> chain(AccountId nearest, DefinitionCache definitions) {
        Map<AccountId, Known> all = known(definitions);
        List<WorkingAccount> chain = new ArrayList<>();
        Known known = all.get(nearest);
        while (known != null && chain.size() < Account.MAX_CHAIN) {
            chain.add(working(known));
            AccountId parent = known.entry().account().parent().orElse(null);
            known = parent == null ? null : all.get(parent);
        }
        return chain;
    }

    private WorkingAccount working(Known known) {
        return new WorkingAccount(
                known.entry(), known.limits(), usage.getOrDefault(known.entry().id(), List.of()));
    }

    private Map<AccountId, Known> known(DefinitionCache definitions) {
        Map<String, PolicyEntry> named = new HashMap<>();
        for (PolicyRow row : policies) {
            named.put(
                    row.name(),
                    definitions.shared(row.entry(found(OwnerKind.POLICY).of(row.name()))));
        }
        Map<AccountId, Known> known = new HashMap<>();
        for (Stamped account : accounts) {
            AccountRow row = account.row();
            String id = row.id().value();
            AccountEntry entry = row.entry(found(OwnerKind.ACCOUNT).of(id), resets.getOrDefault(id, Map.of()));
            known.put(row.id(), definitions.remember(entry, row.policy() == null ? null : named.get(row.policy())));
        }
        return known;
    }

    private LimitTable.Found found(OwnerKind kind) {
        return Objects.requireNonNull(limits.get(kind));
    }
}
