package org.quotaledger.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What stands between pgjdbc and a PostgreSQL server, and may give each transaction another of the server's sessions. The
 * driver prepares a statement once in a session and then calls it by its name: in another session there is no such
 * statement, or, what is worse, another statement of that name, by another client.
 *
 * <p>The driver is asked by names of its classes, since the library does not depend on it.
 */
final class Pooler {

    private static final String PGJDBC = "org.postgresql.PGConnection";

    /** The names that pgjdbc gives; a pooler that keeps prepared statements apart gives names of its own. */
    private static final Pattern NAMED_BY_DRIVER = Pattern.compile("S_\\d+");

    /** A session that is kept for a client is so each time; one that is not is likely to be found out the first time. */
    private static final int LOOKS = 10;

    private final Connection connection;
    private final DataSource dataSource;
    private final Class<?> driver;

    private Pooler(Connection connection, DataSource dataSource, Class<?> driver) {
        this.connection = connection;
        this.dataSource = dataSource;
        this.driver = driver;
    }

    /**
     * Returns whether connections to PostgreSQL lead through a pooler.
     *
     * @throws IllegalArgumentException if it would lose prepared statements, which the driver makes; the message says what
     *     to change
     */
    static boolean isBetween(Connection connection, DataSource dataSource) throws SQLException {
        Class<?> driver = driver(connection);
        return driver != null && new Pooler(connection, dataSource, driver).isUsed();
    }

    /** Returns the driver's own type of connections, or {@code null} where connections are another driver's. */
    private static @Nullable Class<?> driver(Connection connection) throws SQLException {
        try {
            ClassLoader loader = connection.unwrap(Connection.class).getClass().getClassLoader();
            Class<?> driver = Class.forName(PGJDBC, false, loader);
            return connection.isWrapperFor(driver) ? driver : null;
        } catch (ClassNotFoundException another) {
            return null;
        }
    }

    private boolean isUsed() throws SQLException {
        if (process(connection) == ask("getBackendPID")) {
            return false;
        }
        if (ask("getPrepareThreshold") != 0 && keepsNames() && isShared()) {
            throw new IllegalArgumentException(
                    "connections lead through a pooler that gives transactions different sessions of"
                            + " the server and does not track prepared statements: some statements would be lost. In PgBouncer (1.21 or"
                            + " newer) set max_prepared_statements=200, or set prepareThreshold=0 in the URL");
        }
        return true;
    }

    /** Returns whether the server knows a prepared statement by the name that the driver gave it. */
    private boolean keepsNames() throws SQLException {
        String sql = "SELECT name FROM pg_prepared_statements WHERE statement LIKE '%" + UUID.randomUUID() + "%'";
        int threshold = ask("getPrepareThreshold");
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(false);
        // At once, and not when it has been run so often.
        tell("setPrepareThreshold", 1);
        try (PreparedStatement finds = connection.prepareStatement(sql);
                ResultSet names = finds.executeQuery()) {
            boolean keeps = false;
            while (names.next()) {
                keeps |= NAMED_BY_DRIVER.matcher(names.getString(1)).matches();
            }
            return keeps;
        } finally {
            tell("setPrepareThreshold", threshold);
            connection.rollback();
            connection.setAutoCommit(autoCommit);
        }
    }

    /** Returns whether the same session of the server is given to several clients, or seems to be. */
    private boolean isShared() throws SQLException {
        try (Connection other = dataSource.getConnection()) {
            boolean autoCommit = other.getAutoCommit();
            other.setAutoCommit(false);
            try {
                for (int looks = 0; looks < LOOKS; looks++) {
                    int before = process(connection);
                    int others = selectProcess(other);
                    // In this order: the other one may have the only session that there is.
                    if (others == before || process(connection) != before) {
                        return true;
                    }
                    other.rollback();
                }
                return false;
            } finally {
                other.rollback();
                other.setAutoCommit(autoCommit);
            }
        } catch (SQLTransientConnectionException noOther) {
            return true;
        }
    }

    /** Returns the process of the server's session that a transaction is given. */
    private static int process(Connection connection) throws SQLException {
        int process = selectProcess(connection);
        if (!connection.getAutoCommit()) {
            connection.rollback();
        }
        return process;
    }

    private static int selectProcess(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT pg_backend_pid()")) {
            result.next();
            return result.getInt(1);
        }
    }

    private int ask(String getter) throws SQLException {
        return (Integer) call(getter, new Class<?>[0]);
    }

    private void tell(String setter, int value) throws SQLException {
        call(setter, new Class<?>[] {int.class}, value);
    }

    private Object call(String method, Class<?>[] types, Object... values) throws SQLException {
        try {
            return driver.getMethod(method, types).invoke(connection.unwrap(driver), values);
        } catch (ReflectiveOperationException failure) {
            throw new SQLException(PGJDBC + "." + method + " failed", failure);
        }
    }
}
