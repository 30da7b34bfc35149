package org.quotaledger.jdbc;

import java.math.BigInteger;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Counter;
import org.quotaledger.accounting.DebouncedAlerts;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.spi.UsageAudit;
import org.quotaledger.window.QuotaWindow;
import org.quotaledger.window.WindowSpan;

/** The counters: one row for each account, limit and span. */
final class UsageTable {

    private static final String OPEN = """
            SELECT account_id, limit_name, window_text, meter, scale, window_start, window_end, used, held, peak,
                   debounced, debounced_by, earliest_expiry, updated_at
            FROM quota_usage
            WHERE account_id IN (?...) AND open_until > ?
            """;

    /** The rows of the accounts of a {@link ChainLoad} that steps look at. */
    static final String OF_CHAIN = OPEN.replace("IN (?...)", "= ANY (ARRAY(SELECT id FROM chain))");

    private static final String COVERING = """
            SELECT account_id, limit_name, window_text, meter, scale, window_start, window_end, used, held, peak,
                   debounced, debounced_by, earliest_expiry, updated_at
            FROM quota_usage
            WHERE account_id = ? AND window_start <= ? AND window_end > ?
            """;

    private static final String ALL = """
            SELECT account_id, limit_name, window_text, meter, scale, window_start, window_end, used, held, peak,
                   debounced, debounced_by, earliest_expiry, updated_at
            FROM quota_usage
            WHERE account_id = ?
            """;

    private static final String LATEST_USE = """
            SELECT MAX(updated_at)
            FROM quota_usage
            WHERE account_id IN (?...) AND open_until > ?
            """;

    /** What has no limit has no row that tells; a hold that ended has a journal row or was never counted. */
    private static final String LATEST_HOLD = """
            SELECT MAX(reserved_at)
            FROM quota_hold
            WHERE account_id IN (?...) AND NOT expired AND reserved_at > ?
            """;

    private static final String LATEST_CHARGE = """
            SELECT MAX(recorded_at)
            FROM quota_journal
            WHERE account_id IN (?...) AND reserved_at > ?
            """;

    private static final String INSERT = """
            INSERT INTO quota_usage (window_text, meter, scale, used, held, peak, debounced, debounced_by,
                                     earliest_expiry, open_until, updated_at, account_id, limit_name, window_start,
                                     window_end)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private static final String UPDATE = """
            UPDATE quota_usage
            SET window_text = ?, meter = ?, scale = ?, used = ?, held = ?, peak = ?, debounced = ?,
                debounced_by = ?, earliest_expiry = ?, open_until = ?, updated_at = ?
            WHERE account_id = ? AND limit_name = ? AND window_start = ? AND window_end = ?
            """;

    private static final String CLOSE = """
            UPDATE quota_usage
            SET open_until = ?
            WHERE account_id = ? AND limit_name = ? AND window_start = ? AND window_end = ?
            """;

    private static final String DELETE = """
            DELETE FROM quota_usage
            WHERE account_id = ? AND limit_name = ? AND window_start = ? AND window_end = ?
            """;

    /**
     * A hold that expires before the row's earliest expiry is subtracted already. Its mark and its row of the journal may
     * come later.
     */
    private static final String AUDIT_BY_RESERVE = """
            SELECT u.account_id, u.limit_name, u.window_text, u.meter, u.scale, u.window_start, u.window_end, u.used,
                   u.held, u.peak, u.debounced, u.debounced_by, u.earliest_expiry, u.updated_at,
                   (SELECT SUM(j.units) FROM quota_journal j
                    WHERE j.account_id = u.account_id AND j.meter = u.meter AND j.scale = u.scale
                      AND j.reserved_at >= u.window_start AND j.reserved_at < u.window_end AND j.reserved_at >= ?),
                   (SELECT SUM(h.units) FROM quota_hold h
                    WHERE h.account_id = u.account_id AND h.meter = u.meter AND h.scale = u.scale AND NOT h.expired
                      AND h.expires_at >= u.earliest_expiry
                      AND h.reserved_at >= u.window_start AND h.reserved_at < u.window_end AND h.reserved_at >= ?),
                   (SELECT SUM(d.due) FROM quota_hold d
                    WHERE d.account_id = u.account_id AND d.meter = u.meter AND d.scale = u.scale AND NOT d.expired
                      AND (u.earliest_expiry IS NULL OR d.expires_at < u.earliest_expiry)
                      AND d.reserved_at >= u.window_start AND d.reserved_at < u.window_end AND d.reserved_at >= ?)
            FROM quota_usage u
            WHERE u.account_id = ? AND u.limit_name = ? AND u.window_text = ? AND u.meter = ? AND u.scale = ?
              AND u.updated_at >= ?
            ORDER BY u.window_start
            """;

    /** Nothing is settled before it is reserved, so the index by reserve bounds what is looked at. */
    private static final String AUDIT_BY_SETTLE = """
            SELECT u.account_id, u.limit_name, u.window_text, u.meter, u.scale, u.window_start, u.window_end, u.used,
                   u.held, u.peak, u.debounced, u.debounced_by, u.earliest_expiry, u.updated_at,
                   (SELECT SUM(j.units) FROM quota_journal j
                    WHERE j.account_id = u.account_id AND j.meter = u.meter AND j.scale = u.scale
                      AND j.settled_at >= u.window_start AND j.settled_at < u.window_end
                      AND j.reserved_at < u.window_end AND j.reserved_at >= ?),
                   (SELECT SUM(h.units) FROM quota_hold h
                    WHERE h.account_id = u.account_id AND h.meter = u.meter AND h.scale = u.scale AND NOT h.expired
                      AND h.expires_at >= u.earliest_expiry
                      AND h.reserved_at >= u.window_start AND h.reserved_at < u.window_end AND h.reserved_at >= ?)
            FROM quota_usage u
            WHERE u.account_id = ? AND u.limit_name = ? AND u.window_text = ? AND u.meter = ? AND u.scale = ?
              AND u.updated_at >= ?
            ORDER BY u.window_start
            """;

    /** Between two levels, whose texts are without it. */
    private static final String SEPARATOR = ",";

    private UsageTable() {}

    /** What tells one row from another. */
    record Key(AccountId account, String limit, WindowSpan span) {

        static Key of(Counter row) {
            return new Key(row.account(), row.limit(), row.span());
        }
    }

    /** Returns the rows that count at {@code now} or later, or may hold something. */
    static List<Counter> open(Session session, Collection<AccountId> accounts, Instant now) throws SQLException {
        return session.list(
                OPEN, accounts.stream().map(AccountId::value).toList(), to -> to.time(now), UsageTable::read);
    }

    /** Returns all rows of an account. */
    static List<Counter> all(Session session, AccountId account) throws SQLException {
        return session.list(ALL, to -> to.text(account.value()), UsageTable::read);
    }

    /** Returns the latest instant at which the accounts were used, if it is later than {@code now}. */
    static @Nullable Instant latestUse(Session session, Collection<AccountId> accounts, Instant now)
            throws SQLException {
        List<String> ids = accounts.stream().map(AccountId::value).toList();
        List<Optional<Instant>> instants = new ArrayList<>();
        for (String latest : List.of(LATEST_USE, LATEST_HOLD, LATEST_CHARGE)) {
            instants.addAll(
                    session.list(latest, ids, to -> to.time(now), row -> Optional.ofNullable(row.timeOrNull())));
        }
        return instants.stream()
                .flatMap(Optional::stream)
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    /** Returns the rows whose spans contain the instant. */
    static List<Counter> covering(Session session, AccountId account, Instant at) throws SQLException {
        return session.list(COVERING, to -> to.text(account.value()).time(at).time(at), UsageTable::read);
    }

    static void update(Session session, Collection<Counter> rows) throws SQLException {
        session.batchOfOne(UPDATE, rows, UsageTable::bind);
    }

    static void delete(Session session, Collection<Key> rows) throws SQLException {
        session.batchOfOne(
                DELETE,
                rows,
                (to, key) -> to.text(key.account().value())
                        .text(key.limit())
                        .time(key.span().startInclusive())
                        .time(key.span().endExclusive()));
    }

    /** Writes rows of which it is not known whether they are there: rows that counted no more are not read. */
    static void updateOrInsert(Session session, List<Counter> rows) throws SQLException {
        int[] updated = session.batch(UPDATE, rows, UsageTable::bind);
        List<Counter> missing = new ArrayList<>();
        for (int i = 0; i < updated.length; i++) {
            if (updated[i] == Statement.SUCCESS_NO_INFO) {
                throw new SQLException(
                        "driver does not say how many rows an UPDATE of a batch changed, which is needed:"
                                + " switch that off (MariaDB: useBulkStmts)");
            }
            if (updated[i] == 0) {
                missing.add(rows.get(i));
            }
        }
        session.batchOfOne(INSERT, missing, UsageTable::bind);
    }

    static Counter read(Row row) throws SQLException {
        return new Counter(
                AccountId.of(row.text()),
                row.text(),
                QuotaWindow.parse(row.text()),
                new Meter(row.text(), row.integer()),
                new WindowSpan(row.time(), row.time()),
                new Counter.Values(
                        row.number(),
                        row.number(),
                        row.number(),
                        debounced(row.textOrNull(), row.timeOrNull()),
                        row.timeOrNull(),
                        row.time()));
    }

    private static @Nullable DebouncedAlerts debounced(@Nullable String levels, @Nullable Instant alertedAt) {
        return levels == null || alertedAt == null
                ? null
                : new DebouncedAlerts(List.of(levels.split(SEPARATOR, -1)), alertedAt);
    }

    private static void bind(Binder to, Counter row) throws SQLException {
        DebouncedAlerts debounced = row.debounced();
        to.text(row.window().toString())
                .text(row.meter().name())
                .integer(row.meter().scale())
                .number(row.used())
                .number(row.held())
                .number(row.peak())
                .text(debounced == null ? null : String.join(SEPARATOR, debounced.levels()))
                .time(debounced == null ? null : debounced.alertedAt())
                .time(row.earliestExpiry())
                .time(openUntil(row, row.updatedAt()))
                .time(row.updatedAt())
                .text(row.account().value())
                .text(row.limit())
                .time(row.span().startInclusive())
                .time(row.span().endExclusive());
    }

    /**
     * Until when a step has to look at the row: while it counts or holds something, for ever; then no longer than it
     * counted, or was changed by a clock that has been set back since. So what is indexed stays the same with every
     * change but the last: the step that finds the row over closes it.
     */
    static Instant openUntil(Counter row, Instant now) {
        if (!isOver(row, now)) {
            return WindowSpan.LATEST;
        }
        Instant changed = row.updatedAt().plus(1, ChronoUnit.MICROS);
        return changed.isAfter(row.countedUntil()) ? changed : row.countedUntil();
    }

    /** Returns whether the row counts no more and cannot hold anything. */
    static boolean isOver(Counter row, Instant now) {
        return row.earliestExpiry() == null && !now.isBefore(row.countedUntil());
    }

    /** Closes rows that are over. */
    static void close(Session session, Collection<Counter> rows, Instant now) throws SQLException {
        session.batchOfOne(
                CLOSE,
                rows,
                (to, row) -> to.time(openUntil(row, now))
                        .text(row.account().value())
                        .text(row.limit())
                        .time(row.span().startInclusive())
                        .time(row.span().endExclusive()));
    }

    /** Adds a row to those that are updated. */
    static void update(ColumnRows to, Counter row, Instant openUntil) {
        to.text(row.account().value())
                .text(row.limit())
                .time(row.span().startInclusive())
                .time(row.span().endExclusive())
                .number(row.used())
                .number(row.held())
                .number(row.peak())
                .time(row.earliestExpiry())
                .time(openUntil)
                .time(row.updatedAt());
    }

    /** Adds a row to those that are inserted. */
    static void insert(ColumnRows to, Counter row) {
        to.text(row.account().value())
                .text(row.limit())
                .time(row.span().startInclusive())
                .time(row.span().endExclusive())
                .text(row.window().toString())
                .text(row.meter().name())
                .number(row.meter().scale())
                .number(row.used())
                .number(row.held())
                .number(row.peak())
                .time(row.earliestExpiry())
                .time(openUntil(row, row.updatedAt()))
                .time(row.updatedAt());
    }

    /** Returns the rows of a limit that were touched since it counts as it does, beside what they should be. */
    static List<UsageAudit> audit(Session session, AccountId account, LimitEntry inForce) throws SQLException {
        QuotaLimit limit = inForce.limit();
        Instant reservedFrom = inForce.resetAt() == null ? WindowSpan.EARLIEST : inForce.resetAt();
        boolean bySettle = limit.chargeTime() == ChargeTime.SETTLE;
        return session.list(
                bySettle ? AUDIT_BY_SETTLE : AUDIT_BY_RESERVE,
                to -> {
                    to.time(reservedFrom).time(reservedFrom);
                    if (!bySettle) {
                        to.time(reservedFrom);
                    }
                    to.text(account.value())
                            .text(limit.name())
                            .text(limit.window().toString())
                            .text(limit.meter().name())
                            .integer(limit.meter().scale())
                            .time(inForce.countedSince());
                },
                row -> audit(row, bySettle));
    }

    private static UsageAudit audit(Row row, boolean bySettle) throws SQLException {
        Counter usage = read(row);
        BigInteger journaled = row.sum();
        BigInteger held = row.sum();
        return new UsageAudit(usage, bySettle ? journaled : journaled.add(row.sum()), held);
    }
}
