package org.quotaledger.jdbc;

import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Hold;
import org.quotaledger.amount.Meter;
import org.quotaledger.json.PlainJson;
import org.quotaledger.reservation.HoldPeriod;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.RequestOrigin;

/** What reservations set aside, on each account of their chains. Origin and tags stand in the reservation. */
final class HoldTable {

    private static final String HOLDS = """
            SELECT h.reservation_id, h.account_id, r.account_id, h.depth, r.tags, h.meter, h.scale, h.units, h.due,
                   h.reserved_at, h.expires_at, h.expired
            FROM quota_hold h
            JOIN quota_reservation r ON r.id = h.reservation_id
            """;

    private static final String OF_RESERVATIONS = HOLDS + """
            WHERE h.reservation_id IN (?...)
            """;

    /** Those that have expired, are not marked so, and charge something by that. */
    static final String DUE = HOLDS + """
            WHERE h.account_id = ? AND NOT h.expired AND h.due > 0 AND h.expires_at <= ?
            ORDER BY h.expires_at, h.reservation_id, h.meter
            LIMIT ?
            """;

    private static final String INSERT = """
            INSERT INTO quota_hold (units, due, reserved_at, expires_at, expired, reservation_id, account_id, meter,
                                    scale, depth)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private static final String UPDATE = """
            UPDATE quota_hold
            SET units = ?, due = ?, reserved_at = ?, expires_at = ?, expired = ?
            WHERE reservation_id = ? AND account_id = ? AND meter = ? AND scale = ?
            """;

    private static final String DELETE = """
            DELETE FROM quota_hold
            WHERE reservation_id = ? AND account_id = ? AND meter = ?
            """;

    private HoldTable() {}

    /** What tells one hold from another. */
    record Key(RequestId reservation, AccountId account, Meter meter) {

        static Key of(Hold hold) {
            return new Key(hold.reservation(), hold.account(), hold.meter());
        }
    }

    /** Returns the holds of these reservations, those counted out too. */
    static List<Hold> of(Session session, Collection<RequestId> reservations) throws SQLException {
        return session.list(OF_RESERVATIONS, ReservationTable.values(reservations), HoldTable::read);
    }

    static void insert(Session session, List<Hold> holds) throws SQLException {
        session.batchOfOne(INSERT, holds, (to, hold) -> {
            bind(to, hold);
            to.integer(hold.depth());
        });
    }

    static void update(Session session, List<Hold> holds) throws SQLException {
        session.batchOfOne(UPDATE, holds, HoldTable::bind);
    }

    static void delete(Session session, Collection<Key> keys) throws SQLException {
        session.batchOfOne(
                DELETE,
                keys,
                (to, key) -> to.text(key.reservation().value())
                        .text(key.account().value())
                        .text(key.meter().name()));
    }

    /** Adds holds to those that are inserted. */
    static void insert(ColumnRows to, List<Hold> holds) {
        for (Hold hold : holds) {
            to.text(hold.reservation().value())
                    .text(hold.account().value())
                    .number(hold.depth())
                    .text(hold.meter().name())
                    .number(hold.meter().scale())
                    .number(hold.units())
                    .number(hold.due())
                    .time(hold.reservedAt())
                    .time(hold.expiresAt())
                    .flag(hold.expired());
        }
    }

    /** Adds holds to those that are deleted. */
    static void delete(ColumnRows to, List<Hold> holds) {
        for (Hold hold : holds) {
            to.text(hold.reservation().value())
                    .text(hold.account().value())
                    .text(hold.meter().name());
        }
    }

    static Hold read(Row row) throws SQLException {
        RequestId reservation = RequestId.of(row.text());
        AccountId account = AccountId.of(row.text());
        AccountId origin = AccountId.of(row.text());
        int depth = row.integer();
        return new Hold(
                new RequestOrigin(reservation, origin, PlainJson.parseTags(row.text())),
                account,
                depth,
                new Meter(row.text(), row.integer()),
                row.number(),
                row.number(),
                new HoldPeriod(row.time(), row.time()),
                row.flag());
    }

    private static void bind(Binder to, Hold hold) throws SQLException {
        to.number(hold.units())
                .number(hold.due())
                .time(hold.reservedAt())
                .time(hold.expiresAt())
                .flag(hold.expired())
                .text(hold.reservation().value())
                .text(hold.account().value())
                .text(hold.meter().name())
                .integer(hold.meter().scale());
    }
}
