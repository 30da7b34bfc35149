package org.quotaledger.jdbc;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.quotaledger.policy.AccountEntry;

/** When limits of accounts were last reset. */
final class ResetTable {

    private static final String OF_ACCOUNTS = """
            SELECT account_id, limit_name, reset_at
            FROM quota_reset
            WHERE account_id IN (?...)
            """;

    private static final String DELETE = """
            DELETE FROM quota_reset
            WHERE account_id = ?
            """;

    private static final String INSERT = """
            INSERT INTO quota_reset (account_id, limit_name, reset_at)
            VALUES (?, ?, ?)
            """;

    private ResetTable() {}

    private record ResetRow(String account, String limit, Instant at) {}

    /** Returns the resets of each of these accounts that has any, by limit. */
    static Map<String, Map<String, Instant>> of(Session session, Collection<String> accounts) throws SQLException {
        Map<String, Map<String, Instant>> resets = new HashMap<>();
        for (ResetRow row :
                session.list(OF_ACCOUNTS, accounts, each -> new ResetRow(each.text(), each.text(), each.time()))) {
            resets.computeIfAbsent(row.account(), account -> new HashMap<>()).put(row.limit(), row.at());
        }
        return resets;
    }

    /** Writes the resets of an account in the place of those it had. */
    static void keep(Session session, AccountEntry account) throws SQLException {
        session.update(DELETE, to -> to.text(account.id().value()));
        session.batchOfOne(
                INSERT,
                account.resets().entrySet(),
                (to, reset) ->
                        to.text(account.id().value()).text(reset.getKey()).time(reset.getValue()));
    }
}
