package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mysql.cj.jdbc.MysqlDataSource;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.mariadb.jdbc.MariaDbDataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.spi.QuotaStoreException;
import org.quotaledger.spi.QuotaStoreException.Outcome;
import org.quotaledger.window.QuotaWindow;
import org.sqlite.SQLiteDataSource;

/** Sessions that lead to the wrong server, as after a failover, end; those of the right one go on. */
class ReadOnlySessionsTest {

    private static final AccountId KEY = AccountId.of("key");
    private static final Charge ONE = Charge.of(Amount.of(1, Meter.TOKENS));

    private static HikariDataSource poolOfFour(DataSource database) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(database);
        config.setMaximumPoolSize(4);
        return new HikariDataSource(config);
    }

    private static void createKey(QuotaLedger ledger) {
        ledger.admin()
                .createAccount(Account.builder(KEY)
                        .override(
                                QuotaLimit.of("day", Amount.of(1_000, Meter.TOKENS), QuotaWindow.daily(ZoneOffset.UTC)))
                        .build());
    }

    private static void use(QuotaLedger ledger, int times) {
        for (int i = 0; i < times; i++) {
            ledger.reserve(KEY, ONE).orThrow().settle(ONE).orThrow();
        }
    }

    private static String thatMakesReadOnly(Dialect dialect) {
        return switch (dialect) {
            case POSTGRESQL -> "SET default_transaction_read_only = on";
            case MARIADB, MYSQL -> "SET SESSION TRANSACTION READ ONLY";
            case SQLITE -> "PRAGMA query_only = ON";
            case H2 -> throw new IllegalArgumentException("no session of H2 is read-only");
        };
    }

    /** Makes as many sessions of a pool of four read-only, and gives all back. */
    private static void makeReadOnly(DataSource pool, int count, Dialect dialect) throws SQLException {
        List<Connection> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(pool.getConnection());
        }
        for (Connection connection : all.subList(0, count)) {
            execute(connection, thatMakesReadOnly(dialect));
        }
        for (Connection connection : all) {
            connection.close();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void execute(DataSource dataSource, String sql) {
        try (Connection connection = dataSource.getConnection()) {
            execute(connection, sql);
        } catch (SQLException failure) {
            throw new IllegalStateException(sql, failure);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "POSTGRESQL, 1",
        "POSTGRESQL, 4",
        "MARIADB, 1",
        "MARIADB, 4",
        "MYSQL, 4",
        "SQLITE, 1",
        "SQLITE, 4",
    })
    void stopNobodyWhileAnotherIsToBeHad(Dialect dialect, int readOnly) throws Exception {
        try (HikariDataSource pool = poolOfFour(Databases.empty(dialect));
                JdbcQuotaStore store = JdbcQuotaStore.open(pool)) {
            QuotaLedger ledger = QuotaLedger.over(store);
            createKey(ledger);
            use(ledger, 1);

            makeReadOnly(pool, readOnly, dialect);
            use(ledger, 20);
            ledger.admin().disable(KEY);

            assertThat(store.audit(KEY))
                    .allMatch(audit -> audit.agrees() && audit.journalUsed().longValueExact() == 21);
        }
    }

    /** A connection that is being made while a server becomes read-only may not be so, and would be evicted by nobody. */
    private static void awaitAllIdle(HikariDataSource pool) {
        while (pool.getHikariPoolMXBean().getIdleConnections() < pool.getMaximumPoolSize()) {
            Thread.onSpinWait();
        }
    }

    /** All connections of a role, or of a server, from now on. */
    private interface Server {
        void makeReadOnly(boolean value);
    }

    private static void saysThatItIsReadOnlyUntilItIsNot(DataSource database, Server server) {
        try (HikariDataSource pool = poolOfFour(database);
                JdbcQuotaStore store = JdbcQuotaStore.open(pool)) {
            QuotaLedger ledger = QuotaLedger.over(store);
            createKey(ledger);
            use(ledger, 1);
            ReserveRequest request =
                    ReserveRequest.builder(KEY, ONE).id(RequestId.of("one")).build();

            awaitAllIdle(pool);
            server.makeReadOnly(true);
            pool.getHikariPoolMXBean().softEvictConnections();
            try {
                assertThatThrownBy(() -> ledger.reserve(request))
                        .isInstanceOfSatisfying(
                                QuotaStoreException.class,
                                failure -> assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED))
                        .hasMessageContaining("database is read-only, as a standby is");
            } finally {
                server.makeReadOnly(false);
            }

            assertThat(store.reservation(RequestId.of("one"))).isEmpty();
            assertThat(ledger.reserve(request).granted()).isTrue();
        }
    }

    @Test
    void ofPostgreSqlAloneAreAFailureThatSaysSo() {
        PGSimpleDataSource root = (PGSimpleDataSource) Databases.postgres();
        String role = "demoted_" + root.getCurrentSchema();
        execute(root, "CREATE ROLE " + role + " LOGIN");
        execute(root, "GRANT ALL ON SCHEMA " + root.getCurrentSchema() + " TO " + role);

        saysThatItIsReadOnlyUntilItIsNot(
                Databases.as(Dialect.POSTGRESQL, role, "", root.getCurrentSchema()),
                readOnly -> execute(root, "ALTER ROLE " + role + " SET default_transaction_read_only = " + readOnly));
    }

    @Test
    void ofMariaDbAloneAreAFailureThatSaysSo() {
        try (MariaDbUser user = new MariaDbUser()) {
            saysThatItIsReadOnlyUntilItIsNot(user.dataSource(), user::makeServerReadOnly);
        }
    }

    /** A user who may not write while the server is read-only, as root may. */
    private static final class MariaDbUser implements AutoCloseable {

        private final DataSource root = Databases.mariaDb();
        private final String database;

        MariaDbUser() {
            try (Connection connection = root.getConnection()) {
                database = connection.getCatalog();
            } catch (SQLException failure) {
                throw new IllegalStateException(failure);
            }
            execute(root, "CREATE USER user_" + database + " IDENTIFIED BY 'secret'");
            execute(root, "GRANT ALL ON " + database + ".* TO user_" + database);
        }

        DataSource dataSource() {
            return Databases.as(Dialect.MARIADB, "user_" + database, "secret", database);
        }

        void makeServerReadOnly(boolean value) {
            execute(root, "SET GLOBAL read_only = " + value);
        }

        @Override
        public void close() {
            makeServerReadOnly(false);
        }
    }

    @Test
    void ofMariaDbRefuseToCommitAndHaveCommittedNothing() {
        try (MariaDbUser user = new MariaDbUser()) {
            DataSource database = user.dataSource();
            Schema.of(database).create();
            execute(database, "CREATE TABLE other (id integer) ENGINE = InnoDB");
            TableNames names = new TableNames(Dialect.MARIADB, null, TableNames.DEFAULT_PREFIX);
            Tx tx = new Tx(Connections.unwatched(database), names, Connection.TRANSACTION_REPEATABLE_READ);
            List<Integer> attempts = new ArrayList<>();

            TimedWork timed = TimedWork.unlimited();
            tx.write(
                    session -> {
                        attempts.add(attempts.size());
                        user.makeServerReadOnly(false);
                        session.update("INSERT INTO other VALUES (1)", Session.NOTHING);
                        user.makeServerReadOnly(attempts.size() == 1);
                        return attempts;
                    },
                    timed);

            assertThat(attempts).as("the first could not commit").hasSize(2);
            List<Integer> rows = tx.read(
                    session ->
                            session.list("SELECT CAST(COUNT(*) AS integer) FROM other", Session.NOTHING, Row::integer),
                    timed);
            assertThat(rows).containsExactly(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void areToldOfAtOnceWhereTablesAreToBeMade(Dialect dialect, @TempDir Path folder) throws Exception {
        DataSource database = dialect == Dialect.H2 ? Databases.h2(folder.resolve("ledger")) : Databases.empty(dialect);
        if (dialect != Dialect.SQLITE && dialect != Dialect.H2) {
            assertThatThrownBy(() -> JdbcQuotaStore.open(readOnly(dialect, database)))
                    .as("without tables")
                    .isInstanceOf(QuotaStoreException.class)
                    .hasMessageContaining("database is read-only, as a standby is");
        }
        JdbcQuotaStore.open(database).close();

        DataSource readOnly = readOnly(dialect, database);

        assertThatThrownBy(() -> JdbcQuotaStore.open(readOnly))
                .as("with tables")
                .isInstanceOf(QuotaStoreException.class)
                .hasMessageContaining("not applied: database is read-only, as a standby is");
        try (JdbcQuotaStore reader =
                JdbcQuotaStore.builder(readOnly).createSchema(false).build()) {
            assertThat(reader.accounts(null, 10)).isEmpty();
        }
    }

    private static DataSource readOnly(Dialect dialect, DataSource database) throws SQLException {
        String url = Databases.url(database);
        switch (dialect) {
            case POSTGRESQL -> {
                PGSimpleDataSource readOnly = new PGSimpleDataSource();
                readOnly.setURL(url + "&options=-c%20default_transaction_read_only=on");
                readOnly.setCurrentSchema(((PGSimpleDataSource) database).getCurrentSchema());
                return readOnly;
            }
            case MARIADB -> {
                return new MariaDbDataSource(url + "&sessionVariables=tx_read_only=1");
            }
            case MYSQL -> {
                MysqlDataSource readOnly = new MysqlDataSource();
                readOnly.setUrl(url + "&sessionVariables=tx_read_only=1");
                return readOnly;
            }
            case H2 -> {
                JdbcDataSource readOnly = new JdbcDataSource();
                readOnly.setURL(url + ";ACCESS_MODE_DATA=r");
                readOnly.setUser("sa");
                return readOnly;
            }
            case SQLITE -> {
                SQLiteDataSource readOnly = new SQLiteDataSource();
                readOnly.setUrl(url.substring(0, url.indexOf('?')));
                readOnly.setReadOnly(true);
                return readOnly;
            }
        }
        throw new IllegalArgumentException(dialect.name());
    }

    /** A copy of a server's files, started as a standby: a primary sends it nothing more. */
    @Test
    void ofAStandbyAreToldOfAtOnceAndWorkOnceItIsPromoted(@TempDir Path folder) throws Exception {
        Path primary = folder.resolve("primary");
        try (EmbeddedPostgres server = start(primary)) {
            JdbcQuotaStore.open(server.getPostgresDatabase()).close();
        }
        Path copy = folder.resolve("standby");
        copy(primary, copy);
        Files.createFile(copy.resolve("standby.signal"));
        EmbeddedPostgres standby = start(copy);
        try {
            DataSource database = standby.getPostgresDatabase();

            assertThatThrownBy(() -> JdbcQuotaStore.open(database))
                    .isInstanceOf(QuotaStoreException.class)
                    .hasMessageContaining("not applied: database is read-only, as a standby is");
            try (JdbcQuotaStore reader =
                    JdbcQuotaStore.builder(database).createSchema(false).build()) {
                assertThat(reader.accounts(null, 10)).isEmpty();
                assertThatThrownBy(() -> createKey(QuotaLedger.over(reader)))
                        .isInstanceOf(QuotaStoreException.class)
                        .hasMessageContaining("not applied: database is read-only, as a standby is");

                execute(database, "SELECT pg_promote()");

                createKey(QuotaLedger.over(reader));
                use(QuotaLedger.over(reader), 1);
            }
        } finally {
            Databases.stop(standby);
        }
    }

    private static EmbeddedPostgres start(Path data) throws IOException {
        return Databases.postgresServer()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .start();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }
}
