package org.quotaledger.jdbc;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.quotaledger.accounting.Facts;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.spi.ClaimedEvent;

/** What happened, kept in the transaction of what it tells of, until it is delivered. */
final class EventTable {

    private static final String INSERT = """
            INSERT INTO quota_event (%s, attempts, next_attempt_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)
            """.formatted(EventColumns.NAMES);

    private static final String ALERTED = """
            SELECT COALESCE(threshold, kind), MAX(happened_at)
            FROM quota_event
            WHERE account_id = ? AND limit_name = ? AND happened_at > ? AND happened_at < ?
              AND kind IN ('ALERT', 'REFUSED')
            GROUP BY COALESCE(threshold, kind)
            """;

    private static final String DUE = """
            SELECT seq, attempts, %s
            FROM quota_event
            WHERE delivered_at IS NULL AND next_attempt_at <= ? AND NOT EXISTS (
                SELECT 1
                FROM quota_event earlier
                WHERE earlier.account_id = quota_event.account_id AND earlier.seq < quota_event.seq
                  AND earlier.delivered_at IS NULL AND earlier.claimed_by IS NOT NULL AND earlier.next_attempt_at > ?
            )
            ORDER BY seq
            LIMIT ?
            FOR UPDATE SKIP LOCKED
            """.formatted(EventColumns.NAMES);

    private static final String CLAIM = """
            UPDATE quota_event
            SET attempts = ?, claimed_by = ?, next_attempt_at = ?
            WHERE seq = ? AND delivered_at IS NULL
            """;

    private static final String DELIVERED = """
            UPDATE quota_event
            SET claimed_by = NULL, delivered_at = ?, last_error = NULL
            WHERE seq = ? AND attempts = ? AND claimed_by = ? AND delivered_at IS NULL
            """;

    private static final String POSTPONE = """
            UPDATE quota_event
            SET attempts = ?, claimed_by = NULL, next_attempt_at = ?, last_error = COALESCE(?, last_error)
            WHERE seq = ? AND attempts = ? AND claimed_by = ? AND delivered_at IS NULL
            """;

    private static final int MAX_ERROR = 1_000;

    private EventTable() {}

    static void append(Session session, Collection<LedgerEvent> events) throws SQLException {
        session.batchOfOne(INSERT, events, (to, event) -> {
            EventColumns.of(event).bind(to);
            to.time(event.at()); // due at once
        });
    }

    /** Returns the levels at which a limit alerted, and {@code REFUSED} if refusals by it were published, and when last. */
    static Map<String, Instant> alerted(Session session, Facts.AlertsOf asked) throws SQLException {
        return session
                .list(
                        ALERTED,
                        to -> to.text(asked.account().value())
                                .text(asked.limit())
                                .time(asked.after())
                                .time(asked.before()),
                        row -> Map.entry(row.text(), row.time()))
                .stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Claims events that are due, in their order; those that another transaction is claiming are passed over. */
    static List<ClaimedEvent> claim(Session session, String node, int max, Instant now, Instant until)
            throws SQLException {
        List<ClaimedEvent> due = session.list(DUE, to -> to.time(now).time(now).integer(max), row -> {
            long sequence = row.number();
            int attempts = row.integer();
            return new ClaimedEvent(sequence, EventColumns.read(row), attempts + 1, node, until);
        });
        session.batchOfOne(
                CLAIM,
                due,
                (to, claim) ->
                        to.integer(claim.attempt()).text(node).time(until).number(claim.sequence()));
        return due;
    }

    static boolean delivered(Session session, ClaimedEvent claim, Instant now) throws SQLException {
        return session.update(
                        DELIVERED,
                        to -> to.time(now)
                                .number(claim.sequence())
                                .integer(claim.attempt())
                                .text(claim.node()))
                == 1;
    }

    static boolean postpone(Session session, ClaimedEvent claim, Instant until, @Nullable String error)
            throws SQLException {
        int attempts = error == null ? claim.attempt() - 1 : claim.attempt();
        return session.update(
                        POSTPONE,
                        to -> to.integer(attempts)
                                .time(until)
                                .text(error == null ? null : cut(error))
                                .number(claim.sequence())
                                .integer(claim.attempt())
                                .text(claim.node()))
                == 1;
    }

    private static String cut(String error) {
        if (error.length() <= MAX_ERROR) {
            return error;
        }
        // Not in the middle of a character that takes two.
        int end = Character.isHighSurrogate(error.charAt(MAX_ERROR - 1)) ? MAX_ERROR - 1 : MAX_ERROR;
        return error.substring(0, end);
    }
}
