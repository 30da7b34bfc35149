package org.quotaledger.jdbc;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.admin.AccountLimits;
import org.quotaledger.admin.AdminCommand;
import org.quotaledger.admin.OverflowTarget;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.QuotaLimit;

/** Looks up what a change of definitions has to know of limits that overflow: there are few accounts that they name. */
final class Overflows {

    private static final String TARGETS = """
            SELECT DISTINCT l.overflow_to
            FROM quota_limit l
            LEFT JOIN quota_account a ON a.id = l.owner AND l.owner_kind = 'ACCOUNT'
            WHERE l.overflow_to IS NOT NULL AND a.deleted_at IS NULL
            """;

    private static final String IS_ABOVE_USERS = """
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

    private Overflows() {}

    /** Returns every account that a limit overflows to, also one that the command defines. */
    static List<OverflowTarget> of(Session session, AdminCommand<?> command) throws SQLException {
        TreeSet<AccountId> targets =
                new TreeSet<>(session.list(TARGETS, Session.NOTHING, row -> AccountId.of(row.text())));
        for (QuotaLimit limit : command.limits()) {
            limit.onExhaustion().overflow().ifPresent(targets::add);
        }
        List<OverflowTarget> all = new ArrayList<>(targets.size());
        for (AccountId to : targets) {
            all.add(new OverflowTarget(to, chain(session, to), isAboveUsers(session, to, command.policyName())));
        }
        return all;
    }

    /** Returns an account and its parents with what their limits are made of, nearest first; none if it is not there. */
    static List<AccountLimits> chain(Session session, @Nullable AccountId nearest) throws SQLException {
        List<AccountLimits> chain = new ArrayList<>();
        AccountId id = nearest;
        while (id != null && chain.size() <= Account.MAX_CHAIN) {
            AccountEntry entry = AccountTable.account(session, id);
            if (entry == null) {
                break;
            }
            String policy = entry.account().policy().orElse(null);
            chain.add(new AccountLimits(entry, policy == null ? null : PolicyTable.find(session, policy)));
            id = entry.account().parent().orElse(null);
        }
        return chain;
    }

    private static boolean isAboveUsers(Session session, AccountId to, @Nullable String policy) throws SQLException {
        return policy != null
                && !session.list(
                                IS_ABOVE_USERS,
                                values -> values.text(to.value())
                                        .integer(Account.MAX_CHAIN)
                                        .text(policy),
                                Row::integer)
                        .isEmpty();
    }
}
