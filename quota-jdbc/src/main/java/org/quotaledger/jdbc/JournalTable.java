package org.quotaledger.jdbc;

import java.math.BigInteger;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Compaction;
import org.quotaledger.accounting.Counter;
import org.quotaledger.accounting.Facts;
import org.quotaledger.accounting.JournalKind;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.accounting.JournalRow.Counted;
import org.quotaledger.accounting.JournalRow.When;
import org.quotaledger.amount.Meter;
import org.quotaledger.json.PlainJson;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.RequestOrigin;
import org.quotaledger.spi.Compacted;
import org.quotaledger.spi.JournalQuery;
import org.quotaledger.spi.UsageAudit;
import org.quotaledger.window.WindowSpan;

/** The journal, from which every counter can be recomputed. */
final class JournalTable {

    private static final String ALL = """
            SELECT kind, reservation_id, operation_id, account_id, origin_id, depth, times, meter, scale, units,
                   excess, reserved_at, settled_at, recorded_at, late, reason, tags
            FROM quota_journal
            WHERE reserved_at >= ? AND reserved_at < ?
            ORDER BY seq
            """;

    private static final String OF_ACCOUNT = """
            SELECT kind, reservation_id, operation_id, account_id, origin_id, depth, times, meter, scale, units,
                   excess, reserved_at, settled_at, recorded_at, late, reason, tags
            FROM quota_journal
            WHERE reserved_at >= ? AND reserved_at < ? AND account_id = ?
            ORDER BY seq
            """;

    private static final String INSERT = """
            INSERT INTO quota_journal (kind, reservation_id, operation_id, account_id, origin_id, depth, times, meter,
                                       scale, units, excess, reserved_at, settled_at, recorded_at, late, reason, tags)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private static final String USED_BY_RESERVE = """
            SELECT SUM(units)
            FROM quota_journal
            WHERE account_id = ? AND reserved_at < ? AND meter = ? AND scale = ? AND reserved_at >= ?
            """;

    /** Nothing is settled before it is reserved, so the index by reserve bounds what is looked at. */
    private static final String USED_BY_SETTLE = """
            SELECT SUM(units)
            FROM quota_journal
            WHERE account_id = ? AND reserved_at < ? AND meter = ? AND scale = ? AND reserved_at >= ?
              AND settled_at >= ? AND settled_at < ?
            """;

    private static final String HELD = """
            SELECT SUM(units), MIN(expires_at)
            FROM quota_hold
            WHERE account_id = ? AND NOT expired AND meter = ? AND scale = ? AND reserved_at >= ? AND reserved_at < ?
            """;

    private static final String PAGE = """
            SELECT seq, kind, reservation_id, operation_id, account_id, origin_id, depth, times, meter, scale, units,
                   excess, reserved_at, settled_at, recorded_at, late, reason, tags
            FROM quota_journal
            WHERE account_id = ? AND reserved_at < ? AND reserved_at >= ? AND (reserved_at > ? OR seq > ?)
            ORDER BY reserved_at, seq
            LIMIT ?
            """;

    private static final String MERGE = """
            UPDATE quota_journal
            SET reservation_id = ?, operation_id = ?, times = ?, units = ?, excess = ?, reserved_at = ?, settled_at = ?,
                recorded_at = ?
            WHERE seq = ?
            """;

    private static final String DELETE = """
            DELETE FROM quota_journal
            WHERE seq = ?
            """;

    private JournalTable() {}

    /** A row with its place among all. */
    record Line(long sequence, JournalRow row) {}

    /** Returns rows of an account in the order of their reserves, those after a point. */
    static List<Line> page(
            Session session, AccountId account, Instant reservedBefore, Compacted.@Nullable Point after, int max)
            throws SQLException {
        Instant from = after == null ? WindowSpan.EARLIEST : after.reservedAt();
        return session.list(
                PAGE,
                to -> to.text(account.value())
                        .time(reservedBefore)
                        .time(from)
                        .time(from)
                        .number(after == null ? -1 : after.sequence())
                        .integer(max),
                row -> new Line(row.number(), read(row)));
    }

    /** Keeps the first row of each merge as it is to be, and drops the others. */
    static void merge(Session session, List<Compaction.Merge<Line>> merges) throws SQLException {
        session.batchOfOne(MERGE, merges, (to, merge) -> {
            JournalRow merged = merge.merged();
            to.text(merged.reservation().value())
                    .text(merged.operation().value())
                    .number(merged.times())
                    .number(merged.units())
                    .number(merged.excess())
                    .time(merged.reservedAt())
                    .time(merged.settledAt())
                    .time(merged.recordedAt())
                    .number(merge.rows().get(0).sequence());
        });
        List<Line> dropped =
                merges.stream().flatMap(merge -> merge.rows().stream().skip(1)).toList();
        session.batchOfOne(DELETE, dropped, (to, line) -> to.number(line.sequence()));
    }

    static void append(Session session, Collection<JournalRow> rows) throws SQLException {
        session.batchOfOne(INSERT, rows, JournalTable::bind);
    }

    /** Hands the rows on in the order in which they were written, without holding many of them. */
    static void stream(Session session, JournalQuery query, Consumer<JournalRow> rows) throws SQLException {
        AccountId account = query.account();
        session.stream(
                account == null ? ALL : OF_ACCOUNT,
                to -> {
                    to.time(query.reservedFrom()).time(query.reservedBefore());
                    if (account != null) {
                        to.text(account.value());
                    }
                },
                JournalTable::read,
                rows);
    }

    private record Held(BigInteger units, @Nullable Instant earliestExpiry) {}

    /** Returns the row that the journal and the holds say. */
    static Counter recount(Session session, Facts.Recount recount) throws SQLException {
        return audit(session, recount).row();
    }

    /** Returns a row as the journal and the holds say it, with their sums. */
    static UsageAudit audit(Session session, Facts.Recount recount) throws SQLException {
        QuotaLimit limit = recount.limit();
        Meter meter = limit.meter();
        WindowSpan span = recount.span();
        boolean bySettle = limit.chargeTime() == ChargeTime.SETTLE;
        BigInteger used = session.list(
                        bySettle ? USED_BY_SETTLE : USED_BY_RESERVE,
                        to -> {
                            to.text(recount.account().value())
                                    .time(span.endExclusive())
                                    .text(meter.name())
                                    .integer(meter.scale())
                                    .time(bySettle ? recount.reservedFrom() : recount.firstReserved());
                            if (bySettle) {
                                to.time(span.startInclusive()).time(span.endExclusive());
                            }
                        },
                        Row::sum)
                .get(0);
        Held held = session.list(
                        HELD,
                        to -> to.text(recount.account().value())
                                .text(meter.name())
                                .integer(meter.scale())
                                .time(recount.firstReserved())
                                .time(span.endExclusive()),
                        row -> new Held(row.sum(), row.timeOrNull()))
                .get(0);
        Counter row = recount.counter(used, held.units(), held.earliestExpiry());
        return new UsageAudit(row, used, held.units());
    }

    /** Adds rows to those that are appended. */
    static void append(ColumnRows to, Collection<JournalRow> rows) {
        for (JournalRow row : rows) {
            Meter meter = row.meter();
            to.name(row.kind())
                    .text(row.reservation().value())
                    .text(row.operation().value())
                    .text(row.account().value())
                    .text(row.origin().value())
                    .number(row.depth())
                    .number(row.times())
                    .text(meter == null ? null : meter.name())
                    .numberOrNull(meter == null ? null : (Long) (long) meter.scale())
                    .number(row.units())
                    .number(row.excess())
                    .time(row.reservedAt())
                    .time(row.settledAt())
                    .time(row.recordedAt())
                    .flag(row.late())
                    .text(row.reason())
                    .text(PlainJson.write(row.tags()));
        }
    }

    private static JournalRow read(Row row) throws SQLException {
        JournalKind kind = row.name(JournalKind.class);
        RequestId reservation = RequestId.of(row.text());
        RequestId operation = RequestId.of(row.text());
        AccountId account = AccountId.of(row.text());
        AccountId origin = AccountId.of(row.text());
        int depth = row.integer();
        long times = row.number();
        String meter = row.textOrNull();
        Integer scale = row.integerOrNull();
        Counted counted = new Counted(
                times, meter == null || scale == null ? null : new Meter(meter, scale), row.number(), row.number());
        When when = new When(row.time(), row.time(), row.time(), row.flag());
        String reason = row.textOrNull();
        RequestOrigin request = new RequestOrigin(reservation, origin, PlainJson.parseTags(row.text()));
        return new JournalRow(kind, request, operation, account, depth, counted, when, reason);
    }

    private static void bind(Binder to, JournalRow row) throws SQLException {
        Meter meter = row.meter();
        to.name(row.kind())
                .text(row.reservation().value())
                .text(row.operation().value())
                .text(row.account().value())
                .text(row.origin().value())
                .integer(row.depth())
                .number(row.times())
                .text(meter == null ? null : meter.name())
                .integer(meter == null ? null : (Integer) meter.scale())
                .number(row.units())
                .number(row.excess())
                .time(row.reservedAt())
                .time(row.settledAt())
                .time(row.recordedAt())
                .flag(row.late())
                .text(row.reason())
                .text(PlainJson.write(row.tags()));
    }
}
