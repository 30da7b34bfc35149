package org.quotaledger.jdbc;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.quotaledger.spi.ClaimedEvent;
import org.quotaledger.spi.EventOutbox;

/** The events of the database, each in the hands of one node at a time by the database's own locks. Thread-safe. */
final class Outbox implements EventOutbox {

    private final Transactions tx;
    private final @Nullable Clock clock;

    /** @param clock the clock that decides, or {@code null} for the database's */
    Outbox(Transactions tx, @Nullable Clock clock) {
        this.tx = tx;
        this.clock = clock;
    }

    @Override
    public List<ClaimedEvent> claim(String node, int max, Duration lease) {
        ClaimedEvent.checkNode(node);
        return tx.write(session -> {
            Instant now = now(session);
            return EventTable.claim(session, node, max, now, now.plus(lease).truncatedTo(ChronoUnit.MICROS));
        });
    }

    @Override
    public boolean delivered(ClaimedEvent claim) {
        return tx.write(session -> EventTable.delivered(session, claim, now(session)));
    }

    @Override
    public boolean postpone(ClaimedEvent claim, Duration delay, @Nullable String error) {
        return tx.write(session ->
                EventTable.postpone(session, claim, now(session).plus(delay).truncatedTo(ChronoUnit.MICROS), error));
    }

    private Instant now(Session session) throws SQLException {
        return clock == null ? session.now() : clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
