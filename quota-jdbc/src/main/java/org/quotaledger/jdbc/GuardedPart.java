package org.quotaledger.jdbc;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.quotaledger.jdbc.ColumnRows.Column;

/**
 * What there can be to write, in the order in which a {@link GuardedWrite} names it. In the SQL {@code %s} is where the rows
 * come from, and {@code {k.column}} a time of theirs that comes as microseconds.
 */
enum GuardedPart {
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

    RESERVATION(true, "id TEXT, unbilled_reason TEXT, expires_at NUMBER, status TEXT, ended_at NUMBER, late FLAG", """
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

    private static final Map<GuardedPart, List<Column>> COLUMNS = Arrays.stream(values())
            .collect(Collectors.toUnmodifiableMap(part -> part, part -> ColumnRows.columns(part.described)));

    private final boolean changesOne;
    private final String described;
    private final String sql;

    /**
     * @param changesOne whether each row has to change exactly one of the table
     * @param described its columns and their types
     */
    GuardedPart(boolean changesOne, String described, String sql) {
        this.changesOne = changesOne;
        this.described = described;
        this.sql = sql;
    }

    private List<Column> columns() {
        return Objects.requireNonNull(COLUMNS.get(this));
    }

    boolean changesOne() {
        return changesOne;
    }

    /** Returns no rows of it yet. */
    ColumnRows rows() {
        return ColumnRows.of(columns());
    }

    /** Returns its name in the statement. */
    String alias() {
        return "part_" + name().toLowerCase(Locale.ROOT);
    }

    /** @param alone whether it is of one row */
    String text(boolean alone) {
        StringBuilder text = new StringBuilder();
        int from = 0;
        for (int at = sql.indexOf('{'); at >= 0; at = sql.indexOf('{', from)) {
            int end = sql.indexOf('}', at);
            text.append(sql, from, at).append(ColumnRows.instant(sql.substring(at + 1, end)));
            from = end + 1;
        }
        text.append(sql, from, sql.length());
        return text.toString().replace("%s", ColumnRows.source(columns(), alone));
    }
}
