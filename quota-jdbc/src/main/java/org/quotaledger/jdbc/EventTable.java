package org.quotaledger.jdbc;

import java.sql.SQLException;
import java.util.Collection;
import org.quotaledger.event.LedgerEvent;

/** What happened, kept in the transaction of what it tells of, until it is delivered. */
final class EventTable {

    private static final String INSERT = """
            INSERT INTO quota_event (%s, attempts, next_attempt_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)
            """.formatted(EventColumns.NAMES);

    private EventTable() {}

    static void append(Session session, Collection<LedgerEvent> events) throws SQLException {
        session.batchOfOne(INSERT, events, (to, event) -> {
            EventColumns.of(event).bind(to);
            to.time(event.at()); // due at once
        });
    }
}
