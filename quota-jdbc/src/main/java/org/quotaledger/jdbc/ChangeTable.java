package org.quotaledger.jdbc;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.history.Change;
import org.quotaledger.history.HistoryQuery;
import org.quotaledger.history.KeptChange;
import org.quotaledger.json.AccountJson;
import org.quotaledger.json.PolicyJson;
import org.quotaledger.reservation.RequestId;

/** Who changed what when: rows are written with what they tell of, and never changed. */
final class ChangeTable {

    private static final String INSERT = """
            INSERT INTO quota_change (changed_at, actor, kind, account_id, policy, version, definition_before,
                                      definition_after, operation_id, note)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private static final String CHANGES = """
            SELECT seq, changed_at, actor, kind, account_id, policy, version, definition_before, definition_after,
                   operation_id, note
            FROM quota_change
            """;

    private static final String ALL = CHANGES + """
            WHERE seq < ?
            ORDER BY seq DESC
            LIMIT ?
            """;

    private static final String OF_ACCOUNT = CHANGES + """
            WHERE account_id = ? AND seq < ?
            ORDER BY seq DESC
            LIMIT ?
            """;

    private static final String OF_POLICY = CHANGES + """
            WHERE policy = ? AND seq < ?
            ORDER BY seq DESC
            LIMIT ?
            """;

    private static final String OF_OPERATION = CHANGES + """
            WHERE operation_id = ?
            ORDER BY seq
            LIMIT 1
            """;

    private ChangeTable() {}

    static void append(Session session, Collection<Change> changes) throws SQLException {
        session.batchOfOne(INSERT, changes, ChangeTable::bind);
    }

    static List<KeptChange> page(Session session, HistoryQuery query) throws SQLException {
        AccountId account = query.account();
        String of = account != null ? account.value() : query.policy();
        String sql = of == null ? ALL : account != null ? OF_ACCOUNT : OF_POLICY;
        return session.list(
                sql,
                to -> {
                    if (of != null) {
                        to.text(of);
                    }
                    to.number(query.before()).integer(query.max());
                },
                ChangeTable::read);
    }

    /** Returns the change of an account that was made with an id, or {@code null}. */
    static Change.@Nullable OfAccount of(Session session, RequestId operation) throws SQLException {
        List<KeptChange> found = session.list(OF_OPERATION, to -> to.text(operation.value()), ChangeTable::read);
        return found.isEmpty() ? null : (Change.OfAccount) found.get(0).change();
    }

    private static void bind(Binder to, Change change) throws SQLException {
        to.time(change.at()).text(change.actor()).name(change.kind());
        if (change instanceof Change.OfAccount of) {
            to.text(of.account().value())
                    .text(null)
                    .number(of.version())
                    .text(of.before() == null ? null : AccountJson.write(of.before()))
                    .text(of.after() == null ? null : AccountJson.write(of.after()))
                    .text(of.operation() == null ? null : of.operation().value())
                    .text(of.note());
        } else {
            Change.OfPolicy of = (Change.OfPolicy) change;
            to.text(null)
                    .text(of.policy())
                    .number(of.version())
                    .text(of.before() == null ? null : PolicyJson.write(of.before()))
                    .text(of.after() == null ? null : PolicyJson.write(of.after()))
                    .text(null)
                    .text(null);
        }
    }

    private static KeptChange read(Row row) throws SQLException {
        long sequence = row.number();
        Instant at = row.time();
        String actor = row.textOrNull();
        Change.Kind kind = row.name(Change.Kind.class);
        String account = row.textOrNull();
        String policy = row.textOrNull();
        long version = row.number();
        String before = row.textOrNull();
        String after = row.textOrNull();
        String operation = row.textOrNull();
        String note = row.textOrNull();
        return new KeptChange(
                sequence,
                account == null
                        ? new Change.OfPolicy(
                                at,
                                actor,
                                kind,
                                Objects.requireNonNull(policy, "policy"),
                                version,
                                before == null ? null : PolicyJson.read(before),
                                after == null ? null : PolicyJson.read(after))
                        : new Change.OfAccount(
                                at,
                                actor,
                                kind,
                                AccountId.of(account),
                                version,
                                new Change.OfAccount.Definition(
                                        before == null ? null : AccountJson.read(before),
                                        after == null ? null : AccountJson.read(after)),
                                operation == null ? null : RequestId.of(operation),
                                note));
    }
}
