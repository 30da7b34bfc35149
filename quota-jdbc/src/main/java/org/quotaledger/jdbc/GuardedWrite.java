package org.quotaledger.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.quotaledger.jdbc.ColumnRows.Column;

/**
 * Everything that some steps change, written by one statement of PostgreSQL that is a transaction of its own. It updates the
 * stamps of the accounts that change, in the order of their ids, where they are the ones known; compares the clock with
 * what the steps were decided on; and writes all that the steps change, or none of it. Not thread-safe.
 *
 * <p>Where it writes none of it, accounts whose stamp was the one known have another all the same: whoever remembers them
 * reads them again.
 *
 * <p>The statement sees the tables as they are when it begins. That is enough: whoever changes anything of an account
 * changes its stamp, so where the stamp under the lock is the one that was known, all else is as it was known too.
 */
final class GuardedWrite {

    private static final Map<String, String> TEXTS = new ConcurrentHashMap<>();

    /**
     * Sent along with each statement, for its transaction alone: every row is looked up by an index, one after the other.
     *
     * <p>The server keeps the plan of a prepared statement, and for a table that is small when it plans that is to read it
     * whole, as it would still when the table has grown. And an update locks rows in the order in which a join yields
     * them: only a nested loop keeps that of the ids, and without one order for all two groups can deadlock.
     */
    static final String ONE_BY_ONE = settings("");

    /** The same for a statement that locks: it waits for a short time only for a row that somebody else has locked. */
    private static final String ONE_BY_ONE_SHORTLY = settings(", set_config('lock_timeout', '200ms', true)");

    private static String settings(String more) {
        return Stream.of("enable_seqscan", "enable_hashjoin", "enable_mergejoin")
                .map("set_config('%s', 'off', true)"::formatted)
                .collect(Collectors.joining(", ", "SELECT ", more + ";\n"));
    }

    private static final List<Column> STAMPS = ColumnRows.columns("id TEXT, stamp NUMBER");
    private static final List<Column> IDS = ColumnRows.columns("id TEXT");

    /** Parts that nearly every group of several steps has: they stand in its statement, empty or not. */
    private static final List<GuardedPart> USUAL = List.of(
            GuardedPart.USAGE,
            GuardedPart.NEW_RESERVATION,
            GuardedPart.NEW_CHARGE,
            GuardedPart.NEW_HOLD,
            GuardedPart.RESERVATION,
            GuardedPart.CHARGE,
            GuardedPart.DROPPED_HOLD,
            GuardedPart.JOURNAL);

    private final ColumnRows changed = ColumnRows.of(STAMPS);
    private final ColumnRows read = ColumnRows.of(STAMPS);
    private final ColumnRows absent = ColumnRows.of(IDS);
    private final Map<GuardedPart, ColumnRows> parts = new EnumMap<>(GuardedPart.class);

    /** Notes an account that changes, and the stamp that it is known to have. */
    void changes(String account, long stamp) {
        changed.text(account).number(stamp);
    }

    /** Notes an account on which something was decided that changes nothing. */
    void reads(String account, long stamp) {
        read.text(account).number(stamp);
    }

    /** Notes an id of which it was decided on that no reservation has it. */
    void requiresAbsent(String reservation) {
        absent.text(reservation);
    }

    /** Returns the rows of a part, to be added to. */
    ColumnRows rows(GuardedPart part) {
        return parts.computeIfAbsent(part, GuardedPart::rows);
    }

    /**
     * What came of it.
     *
     * @param written whether all was as it was known, and everything is written; else nothing but stamps is
     * @param at the time of the database
     */
    record Outcome(boolean written, Instant at) {}

    /**
     * Runs the statement.
     *
     * @param stamp what the accounts that change are stamped with
     * @param from the earliest time for which the steps were decided
     * @param before the first time for which they were not
     * @param alone whether they are one step, whose statement then has no more in it than that
     */
    Outcome run(Session session, long stamp, Instant from, Instant before, boolean alone) throws SQLException {
        List<GuardedPart> named = new ArrayList<>();
        for (GuardedPart part : GuardedPart.values()) {
            if (!rows(part).isEmpty() || (!alone && !changed.isEmpty() && USUAL.contains(part))) {
                named.add(part);
            }
        }
        Shape shape = new Shape(named, alone);
        Connection connection = session.connection();
        try (PreparedStatement statement = session.prepare(TEXTS.computeIfAbsent(shape.key(), key -> shape.text()))) {
            shape.bind(connection, statement, stamp, from, before);
            if (!statement.execute() || !statement.getMoreResults()) {
                throw new SQLException("guarded statement told nothing");
            }
            try (ResultSet result = statement.getResultSet()) {
                if (!result.next()) {
                    throw new SQLException("guarded statement told nothing");
                }
                return new Outcome(result.getBoolean(1), UtcTimes.fromSql(result.getObject(2, OffsetDateTime.class)));
            }
        }
    }

    /** Which parts a statement has, and whether each is of one row alone. */
    private final class Shape {
        private final List<GuardedPart> named;
        private final boolean alone;

        Shape(List<GuardedPart> named, boolean alone) {
            this.named = named;
            this.alone = alone;
        }

        private boolean alone(ColumnRows rows) {
            return alone && rows.size() == 1;
        }

        String key() {
            StringBuilder key = new StringBuilder();
            for (ColumnRows accountsOrIds : List.of(changed, read, absent)) {
                key.append(accountsOrIds.isEmpty() ? '0' : letter(accountsOrIds));
            }
            for (GuardedPart part : named) {
                key.append(part.name()).append(letter(rows(part)));
            }
            return key.toString();
        }

        /** Of a part that is named, no rows are written by the same text as many. */
        private char letter(ColumnRows rows) {
            return alone(rows) ? '1' : 'n';
        }

        String text() {
            StringBuilder text = new StringBuilder(ONE_BY_ONE_SHORTLY).append("WITH ");
            if (!changed.isEmpty()) {
                // "C" is how ids compare in quota_account, and so the order in which all others lock it.
                text.append("""
                        guard AS (
                        UPDATE quota_account a
                        SET stamp = ?
                        FROM %s
                        WHERE a.id = k.id AND a.stamp = k.stamp
                        RETURNING 1),
                        """.formatted(
                                alone(changed)
                                        ? ColumnRows.source(STAMPS, true)
                                        : "(SELECT * FROM " + ColumnRows.source(STAMPS, false)
                                                + " ORDER BY k.id COLLATE \"C\") k"));
            }
            // The clock is read when the locks are held: a select without them would read it first.
            text.append("""
                    go AS MATERIALIZED (
                    SELECT t.at, t.n = ? AND t.at >= ? AND t.at < ?%s%s AS ok
                    FROM (SELECT g.n, clock_timestamp() AS at FROM %s g) t)
                    """.formatted(
                            read.isEmpty()
                                    ? ""
                                    : " AND ? = (SELECT count(*) FROM quota_account a JOIN "
                                            + ColumnRows.source(STAMPS, alone(read))
                                            + " ON a.id = k.id AND a.stamp = k.stamp)",
                            absent.isEmpty()
                                    ? ""
                                    : " AND NOT EXISTS (SELECT 1 FROM quota_reservation r JOIN "
                                            + ColumnRows.source(IDS, alone(absent)) + " ON r.id = k.id)",
                            changed.isEmpty() ? "(SELECT 0 AS n)" : "(SELECT count(*) AS n FROM guard)"));
            StringBuilder counts = new StringBuilder();
            for (GuardedPart part : named) {
                text.append(", ")
                        .append(part.alias())
                        .append(" AS (\n")
                        .append(part.text(alone(rows(part))))
                        .append(")\n");
                if (part.changesOne()) {
                    counts.append(" AND (SELECT count(*) FROM ")
                            .append(part.alias())
                            .append(") = ?");
                }
            }
            // Rows that are not what they were known to be, under a stamp that is, would be the work of somebody who
            // does not keep to the rules: better nothing is written then.
            text.append("SELECT go.ok, go.at, 1 / CASE WHEN NOT go.ok OR (true")
                    .append(counts)
                    .append(") THEN 1 ELSE 0 END\nFROM go");
            return text.toString();
        }

        void bind(Connection connection, PreparedStatement statement, long stamp, Instant from, Instant before)
                throws SQLException {
            int index = 1;
            if (!changed.isEmpty()) {
                statement.setLong(index++, stamp);
                index = changed.bind(connection, statement, index, alone(changed));
            }
            statement.setLong(index++, changed.size());
            statement.setObject(index++, UtcTimes.toSql(from));
            statement.setObject(index++, UtcTimes.toSql(before));
            if (!read.isEmpty()) {
                statement.setLong(index++, read.size());
                index = read.bind(connection, statement, index, alone(read));
            }
            if (!absent.isEmpty()) {
                index = absent.bind(connection, statement, index, alone(absent));
            }
            for (GuardedPart part : named) {
                index = rows(part).bind(connection, statement, index, alone(rows(part)));
            }
            for (GuardedPart part : named) {
                if (part.changesOne()) {
                    statement.setLong(index++, rows(part).size());
                }
            }
        }
    }
}
