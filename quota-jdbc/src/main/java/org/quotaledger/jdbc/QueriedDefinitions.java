package org.quotaledger.jdbc;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.AccountLimits;
import org.quotaledger.accounting.Definitions;
import org.quotaledger.history.Change;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.reservation.RequestId;

/** The definitions of a database by queries, under the lock of all edits. Answers are remembered. Not thread-safe. */
final class QueriedDefinitions implements Definitions {

    private static final String HAS_ACCOUNTS = """
            SELECT 1
            FROM quota_account
            WHERE policy = ? AND deleted_at IS NULL
            LIMIT 1
            """;

    private static final String LEVELS_BELOW = """
            WITH RECURSIVE below (id, depth) AS (
                SELECT id, 1
                FROM quota_account
                WHERE parent_id = ? AND deleted_at IS NULL
                UNION ALL
                SELECT a.id, b.depth + 1
                FROM below b
                JOIN quota_account a ON a.parent_id = b.id
                WHERE a.deleted_at IS NULL AND b.depth < ?
            )
            SELECT COALESCE(MAX(depth), 0)
            FROM below
            """;

    private static final String OVERFLOW_TARGETS = """
            SELECT DISTINCT l.overflow_to
            FROM quota_limit l
            LEFT JOIN quota_account a ON a.id = l.owner AND l.owner_kind = 'ACCOUNT'
            WHERE l.overflow_to IS NOT NULL AND a.deleted_at IS NULL
            """;

    private static final String IS_ABOVE_ACCOUNTS = """
            WITH RECURSIVE below (id, policy, deleted_at, depth) AS (
                SELECT id, policy, deleted_at, 1
                FROM quota_account
                WHERE id = ?
                UNION ALL
                SELECT a.id, a.policy, a.deleted_at, b.depth + 1
                FROM below b
                JOIN quota_account a ON a.parent_id = b.id
                WHERE b.depth < ?
            )
            SELECT 1
            FROM below
            WHERE policy = ? AND deleted_at IS NULL
            LIMIT 1
            """;

    private final Session session;
    private final Collection<AccountId> concerned;
    private final Instant now;

    private final Map<String, Optional<PolicyEntry>> policies = new HashMap<>();
    private final Map<AccountId, List<AccountLimits>> chains = new HashMap<>();
    private @Nullable Set<AccountId> overflowTargets;

    private boolean latestUseKnown;
    private @Nullable Instant latestUse;

    /** @param concerned the accounts that the edit concerns, which are locked */
    QueriedDefinitions(Session session, Collection<AccountId> concerned, Instant now) {
        this.session = session;
        this.concerned = concerned;
        this.now = now;
    }

    @Override
    public List<AccountLimits> chain(AccountId nearest) {
        List<AccountLimits> known = chains.get(nearest);
        if (known == null) {
            known = WorkingSet.asked(() -> readChain(nearest));
            chains.put(nearest, known);
        }
        return known;
    }

    private List<AccountLimits> readChain(AccountId nearest) throws SQLException {
        List<AccountLimits> chain = new ArrayList<>();
        AccountId id = nearest;
        while (id != null && chain.size() <= Account.MAX_CHAIN) {
            AccountEntry entry = AccountTable.account(session, id);
            if (entry == null) {
                break;
            }
            chain.add(new AccountLimits(
                    entry, entry.account().policy().map(this::policy).orElse(null)));
            id = entry.account().parent().orElse(null);
        }
        return chain;
    }

    @Override
    public int levelsBelow(AccountId account) {
        return WorkingSet.asked(() -> session.list(
                        LEVELS_BELOW, to -> to.text(account.value()).integer(Account.MAX_CHAIN), Row::integer)
                .get(0));
    }

    @Override
    public @Nullable PolicyEntry policy(String name) {
        Optional<PolicyEntry> known = policies.get(name);
        if (known == null) {
            known = WorkingSet.asked(() -> Optional.ofNullable(PolicyTable.find(session, name)));
            policies.put(name, known);
        }
        return known.orElse(null);
    }

    @Override
    public boolean hasAccounts(String policy) {
        return isFound(HAS_ACCOUNTS, to -> to.text(policy));
    }

    @Override
    public boolean isAboveAccounts(AccountId top, String policy) {
        return isFound(
                IS_ABOVE_ACCOUNTS,
                to -> to.text(top.value()).integer(Account.MAX_CHAIN).text(policy));
    }

    private boolean isFound(String sql, Binder.Values values) {
        return !WorkingSet.asked(() -> session.list(sql, values, Row::integer)).isEmpty();
    }

    @Override
    public Set<AccountId> overflowTargets() {
        Set<AccountId> known = overflowTargets;
        if (known == null) {
            known = new TreeSet<>(WorkingSet.asked(
                    () -> session.list(OVERFLOW_TARGETS, Session.NOTHING, row -> AccountId.of(row.text()))));
            overflowTargets = known;
        }
        return known;
    }

    @Override
    public @Nullable Instant latestUse() {
        if (!latestUseKnown) {
            latestUse = WorkingSet.asked(() -> Optional.ofNullable(UsageTable.latestUse(session, concerned, now)))
                    .orElse(null);
            latestUseKnown = true;
        }
        return latestUse;
    }

    @Override
    public Change.@Nullable OfAccount change(RequestId operation) {
        return WorkingSet.asked(() -> Optional.ofNullable(ChangeTable.of(session, operation)))
                .orElse(null);
    }
}
