package org.quotaledger.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/**
 * A connection in the middle of a transaction, and the names that this ledger's tables have. Not thread-safe.
 *
 * <p>Statements are written with the prefix {@code quota_}. A list that a statement names as {@code (?...)} is as long
 * as it has to be.
 */
final class Session {

    /** No value to bind. */
    static final Binder.Values NOTHING = to -> {};

    private static final String LIST = "(?...)";

    /** Longer lists are asked for in parts. */
    private static final int MAX_LIST = 512;

    private static final int STREAMED_AT_ONCE = 1_000;

    private final Connection connection;
    private final Dialect dialect;
    private final TableNames names;

    /** The words before statements that write. */
    private final String writing;

    Session(Connection connection, Dialect dialect, TableNames names) {
        this(connection, dialect, names, "");
    }

    private Session(Connection connection, Dialect dialect, TableNames names, String writing) {
        this.connection = connection;
        this.dialect = dialect;
        this.names = names;
        this.writing = writing;
    }

    /** Returns the same whose statements that write wait for locks for a short time, where that is said with each. */
    Session waiting(int millis) {
        return new Session(connection, dialect, names, dialect.writesWaiting(millis));
    }

    Dialect dialect() {
        return dialect;
    }

    Connection connection() {
        return connection;
    }

    /** Returns the time of the database now; within a transaction it is to be asked once, when the locks are taken. */
    Instant now() throws SQLException {
        return dialect.now(this);
    }

    <T> List<T> list(String sql, Binder.Values values, Row.Reader<T> reader) throws SQLException {
        try (PreparedStatement statement = prepare(sql)) {
            values.bind(new Binder(statement, dialect));
            return read(statement, reader);
        }
    }

    /** Runs a statement that names one list of texts, in parts if the list is long. */
    <T> List<T> list(String sql, Collection<String> texts, Row.Reader<T> reader) throws SQLException {
        return list(sql, texts, NOTHING, reader);
    }

    /** Runs a statement that names one list of texts after another one, which is sent along with it; "" for none. */
    <T> List<T> listAfter(String first, String sql, Collection<String> texts, Row.Reader<T> reader)
            throws SQLException {
        return list(first, sql, texts, NOTHING, reader);
    }

    /** Runs a statement that names one list of texts and then other values, in parts if the list is long. */
    <T> List<T> list(String sql, Collection<String> texts, Binder.Values more, Row.Reader<T> reader)
            throws SQLException {
        return list("", sql, texts, more, reader);
    }

    private <T> List<T> list(
            String first, String sql, Collection<String> texts, Binder.Values more, Row.Reader<T> reader)
            throws SQLException {
        List<String> all = List.copyOf(texts);
        List<T> found = new ArrayList<>();
        for (int from = 0; from < all.size(); from += MAX_LIST) {
            List<String> part = all.subList(from, Math.min(all.size(), from + MAX_LIST));
            int length = padded(part.size());
            try (PreparedStatement statement = prepare(first + sql.replace(LIST, questionMarks(length)))) {
                Binder binder = new Binder(statement, dialect);
                for (int i = 0; i < length; i++) {
                    binder.text(part.get(Math.min(i, part.size() - 1)));
                }
                more.bind(binder);
                found.addAll(first.isEmpty() ? read(statement, reader) : readSecond(statement, reader));
            }
        }
        return found;
    }

    /** A few lengths only, so that the database meets few different statements. */
    private static int padded(int length) {
        int highest = Integer.highestOneBit(length);
        return highest == length ? length : highest * 2;
    }

    private static String questionMarks(int length) {
        return "(" + String.join(", ", Collections.nCopies(length, "?")) + ")";
    }

    private <T> List<T> read(PreparedStatement statement, Row.Reader<T> reader) throws SQLException {
        List<T> found = new ArrayList<>();
        try (ResultSet result = statement.executeQuery()) {
            Row row = new Row(result, dialect);
            while (row.next()) {
                found.add(reader.read(row));
            }
        }
        return found;
    }

    private <T> List<T> readSecond(PreparedStatement statement, Row.Reader<T> reader) throws SQLException {
        List<T> found = new ArrayList<>();
        if (!statement.execute() || !statement.getMoreResults()) {
            throw new SQLException("a statement of two has no rows to read");
        }
        try (ResultSet result = statement.getResultSet()) {
            Row row = new Row(result, dialect);
            while (row.next()) {
                found.add(reader.read(row));
            }
        }
        return found;
    }

    /** Hands on the rows one by one, without ever holding many of them. */
    <T> void stream(String sql, Binder.Values values, Row.Reader<T> reader, Consumer<T> rows) throws SQLException {
        try (PreparedStatement statement = prepare(sql)) {
            statement.setFetchSize(streamedAtOnce());
            values.bind(new Binder(statement, dialect));
            try (ResultSet result = statement.executeQuery()) {
                Row row = new Row(result, dialect);
                while (row.next()) {
                    rows.accept(reader.read(row));
                }
            }
        }
    }

    /** MySQL's driver reads a result whole unless it is told this number, which other drivers do not take. */
    private int streamedAtOnce() throws SQLException {
        return connection.getMetaData().getDriverName().startsWith("MySQL") ? Integer.MIN_VALUE : STREAMED_AT_ONCE;
    }

    /** Runs statements that are sent together, each of which gives its rows to one of the readers; PostgreSQL alone does that. */
    void together(String sql, Binder.Values values, List<Row.Reader<?>> readers) throws SQLException {
        try (PreparedStatement statement = prepare(sql)) {
            values.bind(new Binder(statement, dialect));
            boolean hasRows = statement.execute();
            for (Row.Reader<?> reader : readers) {
                if (!hasRows) {
                    throw new SQLException("a statement of several has no rows to read");
                }
                try (ResultSet result = statement.getResultSet()) {
                    Row row = new Row(result, dialect);
                    while (row.next()) {
                        reader.read(row);
                    }
                }
                hasRows = statement.getMoreResults();
            }
        }
    }

    int update(String sql, Binder.Values values) throws SQLException {
        try (PreparedStatement statement = prepare(writing + sql)) {
            values.bind(new Binder(statement, dialect));
            return statement.executeUpdate();
        }
    }

    /** Runs a statement for each item in one round trip, and returns how many rows each has changed. */
    <E> int[] batch(String sql, Collection<E> items, Binder.ValuesOf<E> values) throws SQLException {
        if (items.isEmpty()) {
            return new int[0];
        }
        try (PreparedStatement statement = prepare(writing + sql)) {
            Binder binder = new Binder(statement, dialect);
            for (E item : items) {
                binder.restart();
                values.bind(binder, item);
                statement.addBatch();
            }
            return statement.executeBatch();
        }
    }

    /**
     * Runs a statement for each item in one round trip. Each has to change exactly one row.
     *
     * @throws SQLTransactionRollbackException if one did not: somebody else came between, and the transaction is to be
     *     tried again
     */
    <E> void batchOfOne(String sql, Collection<E> items, Binder.ValuesOf<E> values) throws SQLException {
        for (int changed : batch(sql, items, values)) {
            // A driver that rewrites inserts into one need not say how many rows each has made.
            if (changed != 1 && changed != Statement.SUCCESS_NO_INFO) {
                throw cameBetween("a statement changed " + changed + " rows instead of one" + dialect.explainsNoRows()
                        + ": " + names.in(sql));
            }
        }
    }

    /** What is thrown to roll a transaction back and run it again. */
    static SQLTransactionRollbackException cameBetween(String what) {
        return new SQLTransactionRollbackException(what, "40001");
    }

    /** Runs the statements of a script that ends each with a semicolon at the end of a line. */
    void script(String script) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : Arrays.asList(script.split(";\\s*\\n", -1))) {
                if (!sql.isBlank()) {
                    statement.execute(names.in(sql));
                }
            }
        }
    }

    PreparedStatement prepare(String sql) throws SQLException {
        return connection.prepareStatement(names.in(sql));
    }
}
