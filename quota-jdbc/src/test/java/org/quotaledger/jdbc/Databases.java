package org.quotaledger.jdbc;

import com.mysql.cj.jdbc.MysqlDataSource;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.mariadb.jdbc.MariaDbDataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.sqlite.SQLiteDataSource;

/**
 * Databases for tests: one PostgreSQL and one MariaDB server a JVM, started when the first test asks for it, and H2 and
 * SQLite wherever one likes.
 */
final class Databases {

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final int PORT_STEP = 16;
    private static final String UNASKED_MILLIS = "com.zaxxer.hikari.aliveBypassWindowMs";
    private static final Pattern TABLE = Pattern.compile("CREATE TABLE IF NOT EXISTS (\\w+)");

    private Databases() {}

    /** A server that waits for no disk: it is never killed while a test reads from it, as those of DurabilityTest are. */
    private static final class Server {
        static final EmbeddedPostgres POSTGRES = start();

        private static EmbeddedPostgres start() {
            try {
                EmbeddedPostgres started = postgresServer().start();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(started)));
                return started;
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    /** A server for both drivers. */
    private static final class MariaDb {
        static final MariaDbServer SERVER = new MariaDbServer();
    }

    /** Nobody needs what such a server keeps: it is killed, since to write it all down takes its time. */
    static void stop(EmbeddedPostgres server) {
        try {
            postmaster(server).ifPresent(ProcessHandle::destroyForcibly);
            server.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Returns the process that all others of the server belong to. */
    static Optional<ProcessHandle> postmaster(EmbeddedPostgres server) throws IOException {
        try (Stream<String> lines = Files.lines(dataDirectory(server).resolve("postmaster.pid"))) {
            return ProcessHandle.of(
                    Long.parseLong(lines.findFirst().orElseThrow().trim()));
        }
    }

    private static Path dataDirectory(EmbeddedPostgres server) {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SHOW data_directory")) {
            result.next();
            return Path.of(result.getString(1));
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Returns a server that has not started, and waits for no disk unless it is told to. */
    static EmbeddedPostgres.Builder postgresServer() {
        return EmbeddedPostgres.builder()
                .setServerConfig("max_connections", "200")
                .setPort(freePort())
                .setPGStartupWait(Race.PATIENCE);
    }

    /**
     * Returns a port that nothing listens on, and that the system gives to no connection: of those that it does give, one
     * can be taken before a server listens, or by a client that finds nobody and so connects to itself. JVMs of tests that
     * run side by side take ports of other remainders.
     */
    static int freePort() {
        int remainder = Integer.getInteger("surefire.forkNumber", 0) % PORT_STEP;
        while (true) {
            int port =
                    ThreadLocalRandom.current().nextInt(10_000 / PORT_STEP, 32_000 / PORT_STEP) * PORT_STEP + remainder;
            try (ServerSocket free = new ServerSocket(port)) {
                return free.getLocalPort();
            } catch (IOException taken) {
                // The next one may not be.
            }
        }
    }

    /** Returns an empty database of its own. */
    static DataSource empty(Dialect dialect) {
        return switch (dialect) {
            case POSTGRESQL -> postgres();
            case MARIADB -> mariaDb();
            case MYSQL -> mySqlDriver();
            case H2 -> h2();
            case SQLITE -> sqlite();
        };
    }

    /** Returns an empty PostgreSQL schema of its own: as good as a database, and made much faster. */
    static DataSource postgres() {
        String name = "test_" + NUMBER.incrementAndGet();
        try (Connection connection = Server.POSTGRES.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA " + name);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setURL(Server.POSTGRES.getJdbcUrl("postgres", "postgres"));
        dataSource.setCurrentSchema(name);
        return dataSource;
    }

    /** Returns an empty database of its own on MariaDB. */
    static DataSource mariaDb() {
        return MariaDb.SERVER.dataSource(emptyOnMariaDb());
    }

    /** Returns the same with more settings of the driver. */
    static DataSource mariaDb(String settings) {
        return MariaDb.SERVER.dataSource(emptyOnMariaDb(), "user=root&sslMode=disable&" + settings);
    }

    /** Returns an empty database of its own on MariaDB, with connections of MySQL's driver. */
    static DataSource mySqlDriver() {
        return mySqlDriver("");
    }

    /** Returns the same with more settings of the driver. */
    static DataSource mySqlDriver(String settings) {
        MysqlDataSource dataSource = new MysqlDataSource();
        dataSource.setUrl(MariaDb.SERVER.url("mysql", emptyOnMariaDb(), "user=root&sslMode=DISABLED&" + settings));
        return dataSource;
    }

    private static String emptyOnMariaDb() {
        String name = "test_" + NUMBER.incrementAndGet();
        MariaDb.SERVER.createDatabase(name);
        return name;
    }

    /** Returns connections of a user to a schema on PostgreSQL, or to a database on MariaDB. */
    static DataSource as(Dialect dialect, String user, String password, String schema) {
        if (dialect == Dialect.POSTGRESQL) {
            PGSimpleDataSource dataSource = new PGSimpleDataSource();
            dataSource.setURL(Server.POSTGRES.getJdbcUrl(user, "postgres"));
            dataSource.setCurrentSchema(schema);
            return dataSource;
        }
        return MariaDb.SERVER.dataSource(schema, "user=" + user + "&password=" + password + "&sslMode=disable");
    }

    /** Returns an empty H2 database in memory that lives as long as the JVM. */
    static DataSource h2() {
        return h2("mem:test-" + NUMBER.incrementAndGet() + ";DB_CLOSE_DELAY=-1");
    }

    /** Returns the H2 database in a file. */
    static DataSource h2(Path file) {
        return h2("file:" + file.toAbsolutePath());
    }

    /** Returns the H2 database in a file that a server on this machine serves. */
    static DataSource h2Server(int port, Path file) {
        return h2("tcp://localhost:" + port + "/" + file.toAbsolutePath());
    }

    private static DataSource h2(String path) {
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setURL("jdbc:h2:" + path);
        dataSource.setUser("sa");
        return dataSource;
    }

    /** Returns an empty SQLite database in a file that is deleted when the JVM ends. */
    static DataSource sqlite() {
        try {
            Path file = Files.createTempFile("quota-", ".sqlite");
            for (String suffix : List.of("", "-wal", "-shm")) {
                Path.of(file + suffix).toFile().deleteOnExit();
            }
            SQLiteDataSource dataSource = sqlite(file);
            dataSource.setUrl(dataSource.getUrl() + "&synchronous=OFF");
            return dataSource;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Returns the SQLite database in a file. */
    static SQLiteDataSource sqlite(Path file) {
        SQLiteDataSource dataSource = new SQLiteDataSource();
        dataSource.setUrl("jdbc:sqlite:" + file.toAbsolutePath() + "?journal_mode=WAL&busy_timeout=10000");
        return dataSource;
    }

    /** Returns the URL at which another process finds the database. */
    static String url(DataSource database) {
        if (database instanceof PGSimpleDataSource postgres) {
            return postgres.getURL() + "&user=postgres";
        } else if (database instanceof MariaDbDataSource mariaDb) {
            return mariaDb.getUrl();
        } else if (database instanceof MysqlDataSource mySql) {
            return String.valueOf(mySql.getUrl());
        } else if (database instanceof SQLiteDataSource sqlite) {
            return sqlite.getUrl();
        } else if (database instanceof JdbcDataSource h2) {
            return h2.getURL();
        }
        throw new IllegalArgumentException("no URL of " + database);
    }

    /** Returns a statement that makes every transaction which would charge the account wait for this one. */
    static String locking(Dialect dialect, String account) {
        return dialect == Dialect.SQLITE
                ? "UPDATE quota_account SET version = version WHERE id = '" + account + "' RETURNING id"
                : "SELECT id FROM quota_account WHERE id = '" + account + "' FOR UPDATE";
    }

    /**
     * Returns a pool of one connection, which it gives out without asking whether it still works: that would be a round
     * trip more, or the one that a test means to lose, when more than half a second has passed since the last.
     */
    static HikariDataSource poolOfOne(DataSource dataSource) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(dataSource);
        config.setMaximumPoolSize(1);
        config.setConnectionTimeout(Race.PATIENCE.toMillis());
        String never = String.valueOf(Duration.ofDays(1).toMillis());
        System.setProperty(UNASKED_MILLIS, never);
        try {
            return new HikariDataSource(config);
        } finally {
            System.clearProperty(UNASKED_MILLIS);
        }
    }

    /** Returns a pool of few connections, as a host would have one. */
    static Pool pool(DataSource dataSource) {
        return pool(dataSource, dataSource);
    }

    /** Returns a pool of connections with which nodes may do what docs/databases.md says that they need, and no more. */
    static Pool poolOfLeastRights(Dialect dialect) {
        Roles roles = new Roles(dialect);
        roles.allowCompaction();
        roles.allowReturnToClock();
        return pool(roles.app(), roles.root());
    }

    private static Pool pool(DataSource dataSource, DataSource root) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(dataSource);
        config.setMaximumPoolSize(8);
        config.setConnectionTimeout(Race.PATIENCE.toMillis());
        return new Pool(new HikariDataSource(config), root, root == dataSource);
    }

    /**
     * A pool of connections.
     *
     * @param root connections that may do everything
     * @param ownTables whether those of the pool may make tables
     */
    record Pool(HikariDataSource dataSource, DataSource root, boolean ownTables) implements AutoCloseable {

        /** Opens a store whose ledger is empty. */
        JdbcQuotaStore emptyStore(Clock clock) {
            JdbcQuotaStore store = JdbcQuotaStore.builder(dataSource)
                    .clock(clock)
                    .createSchema(ownTables)
                    .build();
            try {
                emptyTables();
            } catch (SQLException failure) {
                throw new IllegalStateException(failure);
            }
            return store;
        }

        /** Deletes all rows: for a server that is much less work than to make tables for each test. */
        private void emptyTables() throws SQLException {
            Matcher table = TABLE.matcher(Schema.of(dataSource).createSql());
            try (Connection connection = (ownTables ? dataSource : root).getConnection();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                while (table.find()) {
                    if (!table.group(1).equals("quota_schema_version")) {
                        statement.execute("DELETE FROM " + table.group(1));
                    }
                }
                connection.commit();
                connection.setAutoCommit(true);
            }
        }

        @Override
        public void close() {
            dataSource.close();
        }
    }
}
