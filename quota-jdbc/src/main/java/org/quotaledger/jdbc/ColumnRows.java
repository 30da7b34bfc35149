package org.quotaledger.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rows that a PostgreSQL statement takes as one array for each column, so that its text is the same for any number of
 * them; a row alone goes as plain values, which costs the server much less than arrays of one. Not thread-safe.
 */
final class ColumnRows {

    /** What a column holds, in the words of PostgreSQL. */
    enum Type {
        TEXT("text", Types.VARCHAR),
        NUMBER("bigint", Types.BIGINT),
        FLAG("boolean", Types.BOOLEAN);

        private final String sql;
        private final int jdbc;

        Type(String sql, int jdbc) {
            this.sql = sql;
            this.jdbc = jdbc;
        }
    }

    /** A column that a source has. */
    record Column(String name, Type type) {}

    private final List<Column> columns;
    private final List<List<@Nullable Object>> values;
    private int column;
    private int size;

    private ColumnRows(List<Column> columns) {
        this.columns = columns;
        this.values = new ArrayList<>(columns.size());
        columns.forEach(each -> values.add(new ArrayList<>()));
    }

    /** Returns no rows yet, of these columns: {@code name type} each, parted by commas. */
    static List<Column> columns(String described) {
        return Arrays.stream(described.split(","))
                .map(each -> each.trim().split(" "))
                .map(words -> new Column(words[0], Type.valueOf(words[1])))
                .toList();
    }

    static ColumnRows of(List<Column> columns) {
        return new ColumnRows(columns);
    }

    /**
     * Returns the source that a statement names in its FROM, as {@code k}.
     *
     * <p>Only the first array is unnested, the others are looked into: a function scan for each of them would cost more than
     * all the rest. Of an array the planner expects ten rows, and would read a table whole to join them that is small when
     * the statement is planned, and would keep to that when it has grown. Behind a limit that it does not know it expects
     * one, which it looks up by an index.
     */
    static String source(List<Column> columns, boolean alone) {
        if (alone) {
            return columns.stream()
                    .map(each -> "?::" + each.type().sql)
                    .collect(Collectors.joining(
                            ", ",
                            "(VALUES (",
                            ")) k (" + columns.stream().map(Column::name).collect(Collectors.joining(", ")) + ")"));
        }
        Column first = columns.get(0);
        return columns.stream()
                .skip(1)
                .map(each -> ", (?::" + each.type().sql + "[])[u.i] AS " + each.name())
                .collect(Collectors.joining(
                        "",
                        "(SELECT u.first AS " + first.name(),
                        " FROM (SELECT first, i::integer AS i FROM unnest(?::" + first.type().sql
                                + "[]) WITH ORDINALITY a (first, i) LIMIT ?) u) k"));
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    ColumnRows text(@Nullable String value) {
        return add(value);
    }

    ColumnRows name(@Nullable Enum<?> value) {
        return add(value == null ? null : value.name());
    }

    ColumnRows number(long value) {
        return add(value);
    }

    ColumnRows numberOrNull(@Nullable Long value) {
        return add(value);
    }

    ColumnRows flag(boolean value) {
        return add(value);
    }

    ColumnRows time(@Nullable Instant value) {
        return add(value == null ? null : (Object) micros(value));
    }

    /** Cuts to the microsecond, as every time that is written. */
    static long micros(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000L);
    }

    /**
     * Returns the instant that a number of microseconds since 1970 is. An interval is multiplied in floating point,
     * which is exact for whole hours up to the year 9999, but not for so many microseconds.
     */
    static String instant(String micros) {
        return "TIMESTAMPTZ 'epoch' + %1$s / 3600000000 * INTERVAL '1 hour' + %1$s %% 3600000000 * INTERVAL '1 microsecond'"
                .formatted(micros);
    }

    private ColumnRows add(@Nullable Object value) {
        values.get(column).add(value);
        column++;
        if (column == columns.size()) {
            column = 0;
            size++;
        }
        return this;
    }

    /**
     * Binds the rows from a question mark on.
     *
     * @return the next question mark
     */
    int bind(Connection connection, PreparedStatement statement, int from, boolean alone) throws SQLException {
        int index = from;
        if (alone) {
            for (int i = 0; i < columns.size(); i++) {
                bindAlone(
                        statement, index++, columns.get(i).type(), values.get(i).get(0));
            }
            return index;
        }
        for (int i = 1; i <= columns.size(); i++) {
            int at = i % columns.size(); // The first comes last.
            Type type = columns.get(at).type();
            statement.setArray(index++, connection.createArrayOf(type.sql, array(type, values.get(at))));
        }
        statement.setLong(index++, size);
        return index;
    }

    private static @Nullable Object[] array(Type type, List<@Nullable Object> of) {
        return switch (type) {
            case TEXT -> of.toArray(new String[0]);
            case NUMBER -> of.toArray(new Long[0]);
            case FLAG -> of.toArray(new Boolean[0]);
        };
    }

    private static void bindAlone(PreparedStatement statement, int index, Type type, @Nullable Object value)
            throws SQLException {
        if (value == null) {
            statement.setNull(index, type.jdbc);
        } else if (value instanceof Long number) {
            statement.setLong(index, number);
        } else if (value instanceof Boolean flag) {
            statement.setBoolean(index, flag);
        } else {
            statement.setString(index, (String) value);
        }
    }
}
