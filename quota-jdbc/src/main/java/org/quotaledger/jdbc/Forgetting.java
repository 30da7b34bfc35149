package org.quotaledger.jdbc;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/**
 * Forgets ended reservations, refunds and events in bounded batches. Several nodes can do it at once: each skips what another
 * has locked. A late settle that is under way has changed its reservation, which is then not ended long ago; one that
 * comes after finds that it is gone.
 */
final class Forgetting {

    private static final String OLD_REFUNDS = """
            SELECT id
            FROM quota_refund
            WHERE refunded_at < ?
            ORDER BY refunded_at
            LIMIT ?
            FOR UPDATE SKIP LOCKED
            """;

    private static final String OLD_RESERVATIONS = """
            SELECT id
            FROM quota_reservation
            WHERE ended_at < ?
            ORDER BY ended_at
            LIMIT ?
            FOR UPDATE SKIP LOCKED
            """;

    private static final String OLD_EVENTS = """
            SELECT seq
            FROM quota_event
            WHERE happened_at < ?
            ORDER BY happened_at
            LIMIT ?
            FOR UPDATE SKIP LOCKED
            """;

    private static final String DELETE_EVENT = """
            DELETE FROM quota_event
            WHERE seq = ?
            """;

    private static final String DELETE_REFUND_CHARGES = """
            DELETE FROM quota_refund_charge
            WHERE refund_id = ?
            """;

    private static final String DELETE_REFUND = """
            DELETE FROM quota_refund
            WHERE id = ?
            """;

    private static final String DELETE_HOLDS = """
            DELETE FROM quota_hold
            WHERE reservation_id = ?
            """;

    private static final String DELETE_PARENTS = """
            DELETE FROM quota_reservation_parent
            WHERE reservation_id = ?
            """;

    private static final String DELETE_CHARGES = """
            DELETE FROM quota_reservation_charge
            WHERE reservation_id = ?
            """;

    private static final String DELETE_RESERVATION = """
            DELETE FROM quota_reservation
            WHERE id = ?
            """;

    private Forgetting() {}

    /** Forgets at most {@code max} in the session's transaction, and returns how many. */
    static int forget(Session session, Instant endedBefore, int max) throws SQLException {
        List<String> refunds = old(session, OLD_REFUNDS, endedBefore, max);
        session.batch(DELETE_REFUND_CHARGES, refunds, Binder::text);
        session.batchOfOne(DELETE_REFUND, refunds, Binder::text);
        int left = max - refunds.size();
        if (left == 0) {
            return max;
        }
        List<String> reservations = old(session, OLD_RESERVATIONS, endedBefore, left);
        session.batch(DELETE_HOLDS, reservations, Binder::text);
        session.batch(DELETE_PARENTS, reservations, Binder::text);
        session.batch(DELETE_CHARGES, reservations, Binder::text);
        session.batchOfOne(DELETE_RESERVATION, reservations, Binder::text);
        int forgotten = refunds.size() + reservations.size();
        return forgotten == max ? max : forgotten + forgetEvents(session, endedBefore, max - forgotten);
    }

    private static int forgetEvents(Session session, Instant before, int max) throws SQLException {
        List<Long> events = session.list(OLD_EVENTS, to -> to.time(before).integer(max), Row::number);
        session.batchOfOne(DELETE_EVENT, events, (to, seq) -> to.number(seq.longValue()));
        return events.size();
    }

    private static List<String> old(Session session, String sql, Instant before, int max) throws SQLException {
        return session.list(sql, to -> to.time(before).integer(max), Row::text);
    }
}
