package org.quotaledger.jdbc;

import java.sql.SQLException;
import java.util.Collection;
import java.util.Set;
import org.quotaledger.accounting.Step;
import org.quotaledger.event.LedgerEvent;

/** What happened, kept in the transaction of what it tells of, until it is delivered. */
final class EventTable {

    private static final String INSERT = """
            INSERT INTO quota_event (%s, attempts, next_attempt_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)
            """.formatted(EventColumns.NAMES);

    private static final String ALERTED = """
            SELECT DISTINCT threshold
            FROM quota_event
            WHERE account_id = ? AND limit_name = ? AND happened_at > ? AND kind = 'ALERT'
            """;

    private EventTable() {}

    static void append(Session session, Collection<LedgerEvent> events) throws SQLException {
        session.batchOfOne(INSERT, events, (to, event) -> {
            EventColumns.of(event).bind(to);
            to.time(event.at()); // due at once
        });
    }

    /** Returns the levels at which a limit alerted. */
    static Set<String> alerted(Session session, Step.AlertsOf asked) throws SQLException {
        return Set.copyOf(session.list(
                ALERTED,
                to -> to.text(asked.account().value()).text(asked.limit()).time(asked.since()),
                Row::text));
    }
}
