package org.quotaledger.jdbc;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Databases for tests: one PostgreSQL server a JVM, started when the first test asks for it, and H2 wherever one likes. */
final class Databases {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private Databases() {}

    /** A server that keeps what it has confirmed. */
    private static final class Server {
        static final EmbeddedPostgres POSTGRES = start();

        private static EmbeddedPostgres start() {
            try {
                EmbeddedPostgres started = durable(EmbeddedPostgres.builder()).start();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> close(started)));
                return started;
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        private static void close(EmbeddedPostgres server) {
            try {
                server.close();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    /** The server of tests starts without any durability unless told otherwise. */
    static EmbeddedPostgres.Builder durable(EmbeddedPostgres.Builder builder) {
        return builder.setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("max_connections", "200");
    }

    /** Returns an empty PostgreSQL database of its own. */
    static DataSource postgres() {
        String name = "test_" + NUMBER.incrementAndGet();
        try (Connection connection = Server.POSTGRES.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setURL(Server.POSTGRES.getJdbcUrl("postgres", name));
        return dataSource;
    }

    /** Returns an empty H2 database in memory that lives as long as the JVM. */
    static DataSource h2() {
        return h2("mem:test-" + NUMBER.incrementAndGet() + ";DB_CLOSE_DELAY=-1");
    }

    /** Returns the H2 database in a file. */
    static DataSource h2(Path file) {
        return h2("file:" + file.toAbsolutePath());
    }

    private static DataSource h2(String path) {
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setURL("jdbc:h2:" + path);
        dataSource.setUser("sa");
        return dataSource;
    }
}
