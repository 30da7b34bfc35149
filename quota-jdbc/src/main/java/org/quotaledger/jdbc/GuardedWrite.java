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
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.quotaledger.jdbc.ColumnRows.Column;

/**
 * Everything that some steps change, written by one statement of PostgreSQL that is a transaction of its own: it locks
 * the accounts in the order of all, compares their stamps and the clock with what the steps were decided on, and writes
 * all or nothing. Not thread-safe.
 *
 * <p>The statement sees the tables as they are when it begins. That is enough: whoever changes anything of an account
 * changes its stamp, so where the stamp under the lock is the one that was known, all else is as it was known too.
 */
final class GuardedWrite {

    private static final Map<String, String> TEXTS = new ConcurrentHashMap<>();

    /**
     * Sent along with each statement, for its transaction alone. The server keeps the plan of a prepared statement, and
     * for a table that is small when it plans that is to read it whole, as it would still when the table has grown. What
     * is looked up one by one is locked in the order in which it is asked for.
     */
    static final String BY_INDEX = Stream.of("enable_seqscan", "enable_hashjoin", "enable_mergejoin")
            .map("set_config('%s', 'off', true)"::formatted)
            .collect(Collectors.joining(", ", "SELECT ", ";\n"));

    private static final List<Column> STAMPS = ColumnRows.columns("id TEXT, stamp NUMBER");
    private static final List<Column> IDS = ColumnRows.columns("id TEXT");

    /** What there can be to write, in the order in which the statement names it. {@code %s} is where its rows come from. */
    enum Part {
        USAGE(
                true,
                "account_id TEXT, limit_name TEXT, window_start NUMBER, window_end NUMBER, used NUMBER, held NUMBER,"
                        + " peak NUMBER, earliest_expiry NUMBER, open_until NUMBER, updated_at NUMBER",
                """
                UPDATE quota_usage u
                SET used = k.used, held = k.held, peak = k.peak, earliest_expiry = {k.earliest_expiry},
                    open_until = {k.open_until}, updated_at = {k.updated_at}
                FROM go, %s
                WHERE go.ok AND u.account_id = k.account_id AND u.limit_name = k.limit_name
                  AND u.window_start = {k.window_start} AND u.window_end = {k.window_end}
                RETURNING 1"""),

        NEW_USAGE(
                false,
                "account_id TEXT, limit_name TEXT, window_start NUMBER, window_end NUMBER, window_text TEXT,"
                        + " meter TEXT, scale NUMBER, used NUMBER, held NUMBER, peak NUMBER, earliest_expiry NUMBER,"
                        + " open_until NUMBER, updated_at NUMBER",
                """
                INSERT INTO quota_usage (account_id, limit_name, window_start, window_end, window_text, meter, scale,
                                         used, held, peak, earliest_expiry, open_until, updated_at)
                SELECT k.account_id, k.limit_name, {k.window_start}, {k.window_end}, k.window_text, k.meter, k.scale,
                       k.used, k.held, k.peak, {k.earliest_expiry}, {k.open_until}, {k.updated_at}
                FROM go, %s
                WHERE go.ok"""),

        NEW_RESERVATION(
                false,
                "id TEXT, operation TEXT, account_id TEXT, charged_id TEXT, chain_length NUMBER, mode TEXT,"
                        + " time_to_live_micros NUMBER, tags TEXT, unbilled_reason TEXT, observed_code TEXT, reserved_at NUMBER,"
                        + " expires_at NUMBER, status TEXT, ended_at NUMBER, late FLAG",
                """
                INSERT INTO quota_reservation (id, operation, account_id, charged_id, chain_length, mode,
                                               time_to_live_micros, tags, unbilled_reason, observed_code, reserved_at, expires_at, status,
                                               ended_at, late)
                SELECT k.id, k.operation, k.account_id, k.charged_id, k.chain_length, k.mode, k.time_to_live_micros, k.tags,
                       k.unbilled_reason, k.observed_code, {k.reserved_at}, {k.expires_at}, k.status, {k.ended_at},
                       k.late
                FROM go, %s
                WHERE go.ok"""),

        NEW_PARENT(false, "reservation_id TEXT, ordinal NUMBER, account_id TEXT", """
                INSERT INTO quota_reservation_parent (reservation_id, ordinal, account_id)
                SELECT k.reservation_id, k.ordinal, k.account_id
                FROM go, %s
                WHERE go.ok"""),

        NEW_CHARGE(
                false,
                "reservation_id TEXT, meter TEXT, scale NUMBER, requested NUMBER, held NUMBER, progress NUMBER,"
                        + " cost NUMBER, charged NUMBER, refunded NUMBER",
                """
                INSERT INTO quota_reservation_charge (reservation_id, meter, scale, requested, held, progress, cost,
                                                      charged, refunded)
                SELECT k.reservation_id, k.meter, k.scale, k.requested, k.held, k.progress, k.cost, k.charged,
                       k.refunded
                FROM go, %s
                WHERE go.ok"""),

        NEW_HOLD(
                false,
                "reservation_id TEXT, account_id TEXT, depth NUMBER, meter TEXT, scale NUMBER, units NUMBER,"
                        + " due NUMBER, reserved_at NUMBER, expires_at NUMBER, expired FLAG",
                """
                INSERT INTO quota_hold (reservation_id, account_id, depth, meter, scale, units, due, reserved_at,
                                        expires_at, expired)
                SELECT k.reservation_id, k.account_id, k.depth, k.meter, k.scale, k.units, k.due, {k.reserved_at},
                       {k.expires_at}, k.expired
                FROM go, %s
                WHERE go.ok"""),

        RESERVATION(
                true, "id TEXT, unbilled_reason TEXT, expires_at NUMBER, status TEXT, ended_at NUMBER, late FLAG", """
                UPDATE quota_reservation r
                SET unbilled_reason = k.unbilled_reason, expires_at = {k.expires_at}, status = k.status,
                    ended_at = {k.ended_at}, late = k.late
                FROM go, %s
                WHERE go.ok AND r.id = k.id
                RETURNING 1"""),

        CHARGE(
                true,
                "reservation_id TEXT, meter TEXT, held NUMBER, progress NUMBER, cost NUMBER, charged NUMBER,"
                        + " refunded NUMBER",
                """
                UPDATE quota_reservation_charge c
                SET held = k.held, progress = k.progress, cost = k.cost, charged = k.charged, refunded = k.refunded
                FROM go, %s
                WHERE go.ok AND c.reservation_id = k.reservation_id AND c.meter = k.meter
                RETURNING 1"""),

        DROPPED_HOLD(true, "reservation_id TEXT, account_id TEXT, meter TEXT", """
                DELETE FROM quota_hold h
                USING go, %s
                WHERE go.ok AND h.reservation_id = k.reservation_id AND h.account_id = k.account_id
                  AND h.meter = k.meter
                RETURNING 1"""),

        JOURNAL(
                false,
                "kind TEXT, reservation_id TEXT, operation_id TEXT, account_id TEXT, origin_id TEXT, depth NUMBER,"
                        + " times NUMBER, meter TEXT, scale NUMBER, units NUMBER, excess NUMBER, reserved_at NUMBER, settled_at NUMBER,"
                        + " recorded_at NUMBER, late FLAG, reason TEXT, tags TEXT",
                """
                INSERT INTO quota_journal (kind, reservation_id, operation_id, account_id, origin_id, depth, times,
                                           meter, scale, units, excess, reserved_at, settled_at, recorded_at, late, reason, tags)
                SELECT k.kind, k.reservation_id, k.operation_id, k.account_id, k.origin_id, k.depth, k.times, k.meter,
                       k.scale, k.units, k.excess, {k.reserved_at}, {k.settled_at}, {k.recorded_at}, k.late, k.reason, k.tags
                FROM go, %s
                WHERE go.ok""");

        /** Whether each row has to change exactly one of the table. */
        private final boolean changesOne;

        /** Its columns and their types. */
        private final String described;

        private final String sql;

        Part(boolean changesOne, String described, String sql) {
            this.changesOne = changesOne;
            this.described = described;
            this.sql = sql;
        }

        /** Returns what the statement calls it. */
        private String with() {
            return "part_" + name().toLowerCase(Locale.ROOT);
        }

        private String text(boolean alone) {
            StringBuilder text = new StringBuilder();
            int from = 0;
            for (int at = sql.indexOf('{'); at >= 0; at = sql.indexOf('{', from)) {
                int end = sql.indexOf('}', at);
                text.append(sql, from, at).append(ColumnRows.instant(sql.substring(at + 1, end)));
                from = end + 1;
            }
            text.append(sql, from, sql.length());
            return text.toString().replace("%s", ColumnRows.source(columns(this), alone));
        }
    }

    private static final Map<Part, List<Column>> COLUMNS = columns();

    private static Map<Part, List<Column>> columns() {
        Map<Part, List<Column>> columns = new EnumMap<>(Part.class);
        for (Part part : Part.values()) {
            columns.put(part, ColumnRows.columns(part.described));
        }
        return columns;
    }

    private static List<Column> columns(Part part) {
        return Objects.requireNonNull(COLUMNS.get(part));
    }

    /** Parts that nearly every group of several steps has: they stand in its statement, empty or not. */
    private static final List<Part> USUAL = List.of(
            Part.USAGE,
            Part.NEW_RESERVATION,
            Part.NEW_CHARGE,
            Part.NEW_HOLD,
            Part.RESERVATION,
            Part.CHARGE,
            Part.DROPPED_HOLD,
            Part.JOURNAL);

    private final ColumnRows changed = ColumnRows.of(STAMPS);
    private final ColumnRows read = ColumnRows.of(STAMPS);
    private final ColumnRows absent = ColumnRows.of(IDS);
    private final Map<Part, ColumnRows> parts = new EnumMap<>(Part.class);

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
    ColumnRows rows(Part part) {
        return parts.computeIfAbsent(part, added -> ColumnRows.of(columns(added)));
    }

    /**
     * What came of it.
     *
     * @param written whether all was as it was known, and everything is written; else nothing is
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
        List<Part> named = new ArrayList<>();
        for (Part part : Part.values()) {
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
        private final List<Part> named;
        private final boolean alone;

        Shape(List<Part> named, boolean alone) {
            this.named = named;
            this.alone = alone;
        }

        private boolean alone(ColumnRows rows) {
            return alone && rows.size() == 1;
        }

        String key() {
            StringBuilder key = new StringBuilder();
            key.append(letter(changed)).append(letter(read)).append(letter(absent));
            for (Part part : named) {
                key.append(part.name()).append(letter(rows(part)));
            }
            return key.toString();
        }

        private char letter(ColumnRows rows) {
            return alone(rows)
                    ? '1'
                    : rows.isEmpty() && (rows == changed || rows == read || rows == absent) ? '0' : 'n';
        }

        String text() {
            StringBuilder text = new StringBuilder(BY_INDEX).append("WITH ");
            if (!changed.isEmpty()) {
                // A stamp more does no harm where nothing follows: it only makes who remembers the account read it
                // again.
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
            for (Part part : named) {
                text.append(", ")
                        .append(part.with())
                        .append(" AS (\n")
                        .append(part.text(alone(rows(part))))
                        .append(")\n");
                if (part.changesOne) {
                    counts.append(" AND (SELECT count(*) FROM ")
                            .append(part.with())
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
            for (Part part : named) {
                index = rows(part).bind(connection, statement, index, alone(rows(part)));
            }
            for (Part part : named) {
                if (part.changesOne) {
                    statement.setLong(index++, rows(part).size());
                }
            }
        }
    }
}
