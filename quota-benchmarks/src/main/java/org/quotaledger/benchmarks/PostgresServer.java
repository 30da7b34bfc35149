package org.quotaledger.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A PostgreSQL server that keeps what it has confirmed, and the pools that all rows share: one straight to it and one
 * through half a millisecond of network.
 */
final class PostgresServer implements AutoCloseable {

    private static final long EACH_WAY_NANOS = 250_000;

    private static final List<String> SETTINGS = List.of(
            "server_version",
            "fsync",
            "synchronous_commit",
            "full_page_writes",
            "wal_sync_method",
            "shared_buffers",
            "max_wal_size",
            "max_connections");

    private final EmbeddedPostgres server;
    private final HikariDataSource pool;
    private final LatencyProxy proxy;
    private final HikariDataSource remotePool;

    private PostgresServer(EmbeddedPostgres server, LatencyProxy proxy, int pool) {
        this.server = server;
        this.proxy = proxy;
        this.pool = pool("bench", dataSource(server.getPort()), pool);
        this.remotePool = pool("bench-rtt500", dataSource(proxy.port()), pool);
    }

    static PostgresServer start(int pool) throws IOException {
        EmbeddedPostgres started = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("max_connections", "200")
                .setServerConfig("shared_buffers", "512MB")
                .setServerConfig("max_wal_size", "8GB")
                .setPGStartupWait(Duration.ofMinutes(5))
                .start();
        return new PostgresServer(started, LatencyProxy.start(started.getPort(), EACH_WAY_NANOS), pool);
    }

    private static PGSimpleDataSource dataSource(int port) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setServerNames(new String[] {"localhost"});
        dataSource.setPortNumbers(new int[] {port});
        dataSource.setDatabaseName("postgres");
        dataSource.setUser("postgres");
        // Rows take turns on the same connections: none of them is to lose its prepared statements to another.
        dataSource.setPreparedStatementCacheQueries(2_000);
        dataSource.setPreparedStatementCacheSizeMiB(50);
        return dataSource;
    }

    private static HikariDataSource pool(String name, DataSource dataSource, int size) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setDataSource(dataSource);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(0);
        // Connecting through a busy machine can take a while; that is not what is measured.
        config.setConnectionTimeout(60_000);
        return new HikariDataSource(config);
    }

    /** Returns where other processes, and pools of their own, find it. */
    String url() {
        return server.getJdbcUrl("postgres", "postgres");
    }

    /** Returns the pool that all rows share. */
    DataSource pool() {
        return pool;
    }

    /** Returns connections that fill tables without waiting for the disk. */
    DataSource filling() {
        PGSimpleDataSource dataSource = dataSource(server.getPort());
        dataSource.setOptions("-c synchronous_commit=off");
        return dataSource;
    }

    /** Returns the pool, of the same size, behind half a millisecond of network. */
    DataSource remotePool() {
        return remotePool;
    }

    /** Writes down what the rows before left to write, so that it is not charged to the next one. */
    void checkpoint() throws SQLException {
        execute("CHECKPOINT");
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    long number(String sql) throws SQLException {
        return Long.parseLong(text(sql));
    }

    String text(String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return String.valueOf(result.getString(1));
        }
    }

    List<String> facts() throws SQLException {
        List<String> settings = new ArrayList<>();
        for (String setting : SETTINGS) {
            settings.add(setting + " " + text("SHOW " + setting));
        }
        return List.of(
                "PostgreSQL: " + String.join(", ", settings),
                "pool: HikariCP, " + pool.getMaximumPoolSize() + " connections, shared by all rows");
    }

    @Override
    public void close() throws IOException {
        pool.close();
        remotePool.close();
        proxy.close();
        server.close();
    }
}
