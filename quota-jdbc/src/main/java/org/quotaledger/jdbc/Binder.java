package org.quotaledger.jdbc;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Binds the values of one statement, in the order of their question marks. Not thread-safe. */
final class Binder {

    private final PreparedStatement statement;
    private final UtcTimes times;
    private int index;

    Binder(PreparedStatement statement, Dialect dialect) {
        this.statement = statement;
        this.times = dialect.times();
    }

    /** Binds the values of one execution. */
    interface Values {
        void bind(Binder to) throws SQLException;
    }

    /** Binds the values that one item has. */
    interface ValuesOf<E> {
        void bind(Binder to, E item) throws SQLException;
    }

    /** Starts anew at the first question mark. */
    void restart() {
        index = 0;
    }

    Binder text(@Nullable String value) throws SQLException {
        if (value == null) {
            statement.setNull(++index, Types.VARCHAR);
        } else {
            statement.setString(++index, value);
        }
        return this;
    }

    Binder name(@Nullable Enum<?> value) throws SQLException {
        return text(value == null ? null : value.name());
    }

    Binder number(long value) throws SQLException {
        statement.setLong(++index, value);
        return this;
    }

    Binder number(@Nullable Long value) throws SQLException {
        if (value == null) {
            statement.setNull(++index, Types.BIGINT);
            return this;
        }
        return number(value.longValue());
    }

    Binder integer(int value) throws SQLException {
        statement.setInt(++index, value);
        return this;
    }

    Binder integer(@Nullable Integer value) throws SQLException {
        if (value == null) {
            statement.setNull(++index, Types.INTEGER);
            return this;
        }
        return integer(value.intValue());
    }

    Binder flag(boolean value) throws SQLException {
        statement.setBoolean(++index, value);
        return this;
    }

    /** Binds an array, as PostgreSQL has them. */
    Binder texts(Collection<String> values) throws SQLException {
        statement.setArray(++index, statement.getConnection().createArrayOf("text", values.toArray(new String[0])));
        return this;
    }

    Binder time(@Nullable Instant value) throws SQLException {
        times.bind(statement, ++index, value);
        return this;
    }
}
