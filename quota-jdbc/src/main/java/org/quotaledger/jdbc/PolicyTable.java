package org.quotaledger.jdbc;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.quotaledger.accounting.PolicyChange;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.policy.QuotaPolicy;

/** Policies, with their limits. */
final class PolicyTable {

    private static final String POLICIES = """
            SELECT name, version, changed_at
            FROM quota_policy
            """;

    private static final String POLICIES_BY_NAME = POLICIES + """
            WHERE name IN (?...)
            """;

    /** The policies of the accounts of a {@link ChainLoad}. */
    static final String OF_CHAIN = POLICIES + """
            WHERE name = ANY (ARRAY(
                SELECT a.policy FROM quota_account a WHERE a.id = ANY (ARRAY(SELECT id FROM chain))))
            """;

    private static final String POLICIES_AFTER = POLICIES + """
            WHERE name > ?
            ORDER BY name
            LIMIT ?
            """;

    private static final String INSERT_POLICY = """
            INSERT INTO quota_policy (version, changed_at, name)
            VALUES (?, ?, ?)
            """;

    private static final String UPDATE_POLICY = """
            UPDATE quota_policy
            SET version = ?, changed_at = ?
            WHERE name = ?
            """;

    private static final String DELETE_POLICY = """
            DELETE FROM quota_policy
            WHERE name = ?
            """;

    private PolicyTable() {}

    /** The row of a policy: all but its limits. */
    record PolicyRow(String name, long version, Instant changedAt) {

        static PolicyRow read(Row row) throws SQLException {
            return new PolicyRow(row.text(), row.number(), row.time());
        }

        PolicyEntry entry(List<LimitEntry> limits) {
            QuotaPolicy policy =
                    new QuotaPolicy(name, limits.stream().map(LimitEntry::limit).toList());
            return new PolicyEntry(policy, version, changedAt, limits);
        }
    }

    static List<PolicyRow> rows(Session session, Collection<String> names) throws SQLException {
        return session.list(POLICIES_BY_NAME, names, PolicyRow::read);
    }

    static @Nullable PolicyEntry find(Session session, String name) throws SQLException {
        return entries(session, rows(session, List.of(name))).stream()
                .findFirst()
                .orElse(null);
    }

    static List<PolicyEntry> after(Session session, @Nullable String after, int max) throws SQLException {
        String from = after == null ? "" : after;
        return entries(session, session.list(POLICIES_AFTER, to -> to.text(from).integer(max), PolicyRow::read));
    }

    /** Returns the policies of these rows, in their order. */
    static List<PolicyEntry> entries(Session session, List<PolicyRow> rows) throws SQLException {
        Map<String, List<LimitEntry>> limits = LimitTable.of(
                session,
                LimitTable.OwnerKind.POLICY,
                rows.stream().map(PolicyRow::name).toList());
        return rows.stream()
                .map(row -> row.entry(limits.getOrDefault(row.name(), List.of())))
                .toList();
    }

    /** Writes a policy that is created or changed, or deletes it. */
    static void keep(Session session, PolicyChange change) throws SQLException {
        PolicyEntry before = change.before();
        PolicyEntry after = change.after();
        if (after != null) {
            session.batchOfOne(
                    before == null ? INSERT_POLICY : UPDATE_POLICY,
                    List.of(after),
                    (to, policy) ->
                            to.number(policy.version()).time(policy.changedAt()).text(policy.name()));
            LimitTable.keep(session, LimitTable.OwnerKind.POLICY, after.name(), after.limits());
        } else if (before != null) {
            session.batchOfOne(DELETE_POLICY, List.of(before.name()), Binder::text);
            LimitTable.keep(session, LimitTable.OwnerKind.POLICY, before.name(), List.of());
        }
    }
}
