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
 * A pooler between pgjdbc and a PostgreSQL server, which may give each transaction another of the server's sessions. The
 * driver prepares a statement once in a session and then calls it by its name. In another session that name is unknown, or
 * means a statement of another client.
 *
 * <p>The driver is asked by names of its classes, since the library does not depend on it.
 */
final class Pooler {

    private static final String PGJDBC = "org.postgresql.PGConnection";

    /** The names that pgjdbc gives; a pooler that keeps prepared statements apart gives names of its own. */
    private static final Pattern NAMED_BY_DRIVER = Pattern.compile("S_\\d+");

    /** Another client has prepared a statement of that name in the same session of the server. */
    private static final String NAME_TAKEN = "42P05";

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
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(true);
        boolean loses = false;
        try {
            if (process(connection) == ask("getBackendPID")) {
                return false;
            }
            loses = ask("getPrepareThreshold") != 0 && keepsNames() && isShared();
        } catch (SQLException failure) {
            if (!NAME_TAKEN.equals(failure.getSQLState())) {
                throw failure;
            }
            loses = true;
        } finally {
            connection.setAutoCommit(autoCommit);
        }
        if (loses) {
            throw new IllegalArgumentException(
                    "connections lead through a pooler that gives each transaction any session of the server, and"
                            + " does not track prepared statements: some would be lost. Set max_prepared_statements=200"
                            + " in PgBouncer (1.21 or newer), or prepareThreshold=0 in the URL");
        }
        return true;
    }

    /** Returns whether the server knows a prepared statement by the name that the driver gave it. */
    private boolean keepsNames() throws SQLException {
        String sql = "SELECT name FROM pg_prepared_statements WHERE statement LIKE '%" + UUID.randomUUID() + "%'";
        int threshold = ask("getPrepareThreshold");
        // The driver's own commit and rollback are prepared too.
        run(connection, "BEGIN");
        try (PreparedStatement finds = preparedAtOnce(sql, threshold);
                ResultSet names = finds.executeQuery()) {
            String kept = null;
            while (names.next()) {
                String name = names.getString(1);
                kept = NAMED_BY_DRIVER.matcher(name).matches() ? name : kept;
            }
            if (kept != null) {
                // Otherwise the next client that is given this session would find the name taken.
                run(connection, "DEALLOCATE \"" + kept + "\"");
            }
            return kept != null;
        } finally {
            run(connection, "ROLLBACK");
        }
    }

    /** Returns a statement that has a name the first time already, and not only when it has been run so often. */
    private PreparedStatement preparedAtOnce(String sql, int threshold) throws SQLException {
        tell("setPrepareThreshold", 1);
        try {
            return connection.prepareStatement(sql);
        } finally {
            tell("setPrepareThreshold", threshold);
        }
    }

    /** Returns whether a session of the server is given to several clients; also where no second client can be had. */
    private boolean isShared() throws SQLException {
        try (Connection other = dataSource.getConnection()) {
            boolean autoCommit = other.getAutoCommit();
            other.setAutoCommit(true);
            try {
                for (int looks = 0; looks < LOOKS; looks++) {
                    if (meets(other)) {
                        return true;
                    }
                }
                return false;
            } finally {
                other.setAutoCommit(autoCommit);
            }
        } catch (SQLTransientConnectionException noOther) {
            return true;
        }
    }

    private boolean meets(Connection other) throws SQLException {
        int before = process(connection);
        run(other, "BEGIN");
        try {
            // In this order: the other one may have the only session that there is.
            return process(other) == before || process(connection) != before;
        } finally {
            run(other, "ROLLBACK");
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Returns the process of the server's session that a transaction is given. */
    private static int process(Connection connection) throws SQLException {
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
