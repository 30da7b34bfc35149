package org.quotaledger.jdbc;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * The one place where instants become SQL and back. Columns are {@code TIMESTAMP(6) WITH TIME ZONE}; what goes in and
 * out is UTC, whatever the time zone of the JVM, the session or the server.
 */
final class UtcTimes {

    private UtcTimes() {}

    /** Cuts to the microsecond: left to the database, it would be rounded up half of the time. */
    static OffsetDateTime toSql(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }

    static Instant fromSql(OffsetDateTime time) {
        return time.toInstant();
    }
}
