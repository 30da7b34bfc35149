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

    /** The resets of the accounts of a {@link ChainLoad}. */
    static final String OF_CHAIN = OF_ACCOUNTS.replace("IN (?...)", "= ANY (ARRAY(SELECT id FROM chain))");

    private static final String DELETE = """
            DELETE FROM quota_reset
            WHERE account_id = ?
            """;

    private static final String INSERT = """
            INSERT INTO quota_reset (account_id, limit_name, reset_at)
            VALUES (?, ?, ?)
            """;

    private ResetTable() {}

    /** Returns the resets of each of these accounts that has any, by limit. */
    static Map<String, Map<String, Instant>> of(Session session, Collection<String> accounts) throws SQLException {
        Map<String, Map<String, Instant>> resets = new HashMap<>();
        session.list(OF_ACCOUNTS, accounts, row -> add(row, resets));
        return resets;
    }

    /** Adds a row to those of its account. */
    static boolean add(Row row, Map<String, Map<String, Instant>> resets) throws SQLException {
        resets.computeIfAbsent(row.text(), account -> new HashMap<>()).put(row.text(), row.time());
        return true;
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
