package org.quotaledger.jdbc;

import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the columns of a result's current row, in the order in which the statement names them. Not thread-safe. */
final class Row {

    private final ResultSet result;
    private final UtcTimes times;
    private int index;
    private final Dialect dialect;

    Row(ResultSet result, Dialect dialect) {
        this.result = result;
        this.times = dialect.times();
        this.dialect = dialect;
    }

    /** Makes something of a row. */
    interface Reader<T> {
        T read(Row row) throws SQLException;
    }

    /** Moves to the next row; {@code false} if there is none. */
    boolean next() throws SQLException {
        index = 0;
        return result.next();
    }

    @Nullable
    String textOrNull() throws SQLException {
        return result.getString(++index);
    }

    String text() throws SQLException {
        return present(textOrNull());
    }

    <E extends Enum<E>> E name(Class<E> type) throws SQLException {
        return Enum.valueOf(type, text());
    }

    <E extends Enum<E>> @Nullable E nameOrNull(Class<E> type) throws SQLException {
        String name = textOrNull();
        return name == null ? null : Enum.valueOf(type, name);
    }

    @Nullable
    Long numberOrNull() throws SQLException {
        long value = result.getLong(++index);
        return result.wasNull() ? null : value;
    }

    long number() throws SQLException {
        return present(numberOrNull());
    }

    @Nullable
    Integer integerOrNull() throws SQLException {
        int value = result.getInt(++index);
        return result.wasNull() ? null : value;
    }

    int integer() throws SQLException {
        return present(integerOrNull());
    }

    /** Reads a sum of units, of any size; 0 if there was nothing to sum. */
    BigInteger sum() throws SQLException {
        String sum = result.getString(++index);
        return sum == null ? BigInteger.ZERO : dialect.sum(sum);
    }

    boolean flag() throws SQLException {
        return result.getBoolean(++index);
    }

    @Nullable
    Instant timeOrNull() throws SQLException {
        return times.read(result, ++index);
    }

    Instant time() throws SQLException {
        return present(timeOrNull());
    }

    private <T> T present(@Nullable T value) {
        return Objects.requireNonNull(value, () -> "column " + index + " is null");
    }
}
