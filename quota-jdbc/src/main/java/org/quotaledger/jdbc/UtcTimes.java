package org.quotaledger.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The one place where instants become SQL and back: what goes in and out is UTC, whatever the time zone of the JVM, the
 * session or the server.
 */
enum UtcTimes {
    /** Columns are {@code TIMESTAMP(6) WITH TIME ZONE}. */
    ZONED {
        @Override
        void bindPresent(PreparedStatement statement, int index, Instant instant) throws SQLException {
            statement.setObject(index, toSql(instant));
        }

        @Override
        void bindNull(PreparedStatement statement, int index) throws SQLException {
            statement.setNull(index, Types.TIMESTAMP_WITH_TIMEZONE);
        }

        @Override
        @Nullable
        Instant read(ResultSet result, int index) throws SQLException {
            OffsetDateTime time = result.getObject(index, OffsetDateTime.class);
            return time == null ? null : fromSql(time);
        }
    },

    /** Columns are {@code DATETIME(6)}: they know no time zone, so that no session's zone can move them. */
    UNZONED {
        @Override
        void bindPresent(PreparedStatement statement, int index, Instant instant) throws SQLException {
            statement.setObject(index, toSql(instant).toLocalDateTime());
        }

        @Override
        void bindNull(PreparedStatement statement, int index) throws SQLException {
            statement.setNull(index, Types.TIMESTAMP);
        }

        @Override
        @Nullable
        Instant read(ResultSet result, int index) throws SQLException {
            LocalDateTime time = result.getObject(index, LocalDateTime.class);
            return time == null ? null : time.toInstant(ZoneOffset.UTC);
        }
    },

    /** Columns are text such as {@code 2026-03-10 12:00:00.000000}, as long as any other: it sorts as time does. */
    TEXT {
        @Override
        void bindPresent(PreparedStatement statement, int index, Instant instant) throws SQLException {
            statement.setString(index, toSql(instant).format(SORTABLE));
        }

        @Override
        void bindNull(PreparedStatement statement, int index) throws SQLException {
            statement.setNull(index, Types.VARCHAR);
        }

        @Override
        @Nullable
        Instant read(ResultSet result, int index) throws SQLException {
            String text = result.getString(index);
            return text == null ? null : LocalDateTime.parse(text, SORTABLE).toInstant(ZoneOffset.UTC);
        }
    };

    private static final DateTimeFormatter SORTABLE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);

    abstract void bindPresent(PreparedStatement statement, int index, Instant instant) throws SQLException;

    abstract void bindNull(PreparedStatement statement, int index) throws SQLException;

    abstract @Nullable Instant read(ResultSet result, int index) throws SQLException;

    void bind(PreparedStatement statement, int index, @Nullable Instant instant) throws SQLException {
        if (instant == null) {
            bindNull(statement, index);
        } else {
            bindPresent(statement, index, instant);
        }
    }

    /** Cuts to the microsecond: left to the database, it would be rounded up half of the time. */
    static OffsetDateTime toSql(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }

    static Instant fromSql(OffsetDateTime time) {
        return time.toInstant();
    }
}
