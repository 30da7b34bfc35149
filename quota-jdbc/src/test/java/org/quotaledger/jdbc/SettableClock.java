package org.quotaledger.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** An empty database of its own whose clock stands where it is set: nodes on it can be ahead of it or behind. */
final class SettableClock {

    private final Dialect dialect;
    private final DataSource database;
    private volatile Instant at = Instant.EPOCH;

    SettableClock(Dialect dialect) throws SQLException {
        this.dialect = dialect;
        this.database = Databases.empty(dialect);
        if (database instanceof PGSimpleDataSource postgres) {
            // What is in the schema hides what is in the catalog, where that is named after it.
            execute("CREATE TABLE test_clock (at timestamp(6) with time zone NOT NULL)");
            execute("INSERT INTO test_clock VALUES ('epoch')");
            execute("CREATE FUNCTION clock_timestamp() RETURNS timestamp with time zone LANGUAGE sql VOLATILE AS"
                    + " 'SELECT at FROM test_clock'");
            postgres.setCurrentSchema(postgres.getCurrentSchema() + ",pg_catalog");
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    void set(Instant instant) throws SQLException {
        at = instant;
        if (dialect == Dialect.POSTGRESQL) {
            try (Connection connection = database.getConnection();
                    PreparedStatement statement = connection.prepareStatement("UPDATE test_clock SET at = ?")) {
                statement.setObject(1, UtcTimes.toSql(instant));
                statement.executeUpdate();
            }
        }
    }

    /** Returns connections of which each shows the time that is set; on MariaDB that is a matter of the connection. */
    DataSource database() {
        if (dialect == Dialect.POSTGRESQL) {
            return database;
        }
        return (DataSource) Proxy.newProxyInstance(
                SettableClock.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    try {
                        Object result = method.invoke(database, arguments);
                        if (result instanceof Connection connection) {
                            try (Statement statement = connection.createStatement()) {
                                statement.execute("SET timestamp = "
                                        + BigDecimal.valueOf(at.getNano() / 1_000, 6)
                                                .add(BigDecimal.valueOf(at.getEpochSecond())));
                            }
                        }
                        return result;
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
    }
}
