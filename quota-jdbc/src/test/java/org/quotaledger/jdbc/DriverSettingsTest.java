package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** What docs/databases.md says of the settings of drivers and servers: a ledger's life is lived with each of them. */
class DriverSettingsTest {

    private static void liveOn(DataSource database) {
        Schema.of(database).create();
        OrdinaryLife.liveOn(database);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "prepareThreshold=0",
                "prepareThreshold=1",
                "preparedStatementCacheQueries=0",
                "preferQueryMode=simple",
                "preferQueryMode=extendedForPrepared",
                "preferQueryMode=extendedCacheEverything",
                "reWriteBatchedInserts=true",
                "autosave=always",
                "binaryTransfer=false",
                "defaultRowFetchSize=2",
                "options=-c%20lock_timeout=5s",
                "options=-c%20TimeZone=Asia/Kathmandu",
                "options=-c%20default_transaction_isolation=serializable"
            })
    void ofPostgreSqlDoNoHarm(String setting) {
        PGSimpleDataSource database = (PGSimpleDataSource) Databases.postgres();
        PGSimpleDataSource set = new PGSimpleDataSource();
        set.setURL(Databases.url(database) + "&" + setting);
        set.setCurrentSchema(database.getCurrentSchema());

        liveOn(set);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "useServerPrepStmts=true",
                "cachePrepStmts=false",
                "useBulkStmtsForInserts=true",
                "allowMultiQueries=true",
                "autocommit=false",
                "transactionIsolation=SERIALIZABLE",
                "timezone=UTC&preserveInstants=true",
                "sessionVariables=innodb_lock_wait_timeout=5",
                "sessionVariables=sql_mode=ANSI_QUOTES",
                "sessionVariables=sql_mode=''"
            })
    void ofMariaDbDoNoHarm(String setting) {
        liveOn(Databases.mariaDb(setting));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "useCursorFetch=true",
                "useServerPrepStmts=true",
                "rewriteBatchedStatements=true",
                "useCursorFetch=true&rewriteBatchedStatements=true&cachePrepStmts=true",
                "allowMultiQueries=true",
                "connectionTimeZone=Asia/Kathmandu"
            })
    void ofMySqlsDriverDoNoHarm(String setting) {
        liveOn(Databases.mySqlDriver(setting));
    }

    @ParameterizedTest
    @CsvSource({
        "MARIADB, useBulkStmts=true, useBulkStmts",
        "MARIADB, useAffectedRows=true, useAffectedRows",
        "MYSQL, useAffectedRows=true, useAffectedRows",
        "MARIADB, tinyInt1isBit=false, expected boolean",
        "MYSQL, tinyInt1isBit=false, expected boolean"
    })
    void thatDoHarmAreNamed(Dialect dialect, String setting, String named) {
        DataSource database = dialect == Dialect.MARIADB ? Databases.mariaDb(setting) : Databases.mySqlDriver(setting);

        assertThatThrownBy(() -> liveOn(database)).hasMessageContaining(named);
    }

    /** A server that writes a log for replicas. */
    @Nested
    class OfAServerWithALog {

        private static MariaDbServer server;

        @BeforeAll
        static void start() {
            server = new MariaDbServer("--log-bin", "--binlog-format=STATEMENT");
            server.createDatabase("ledger");
        }

        @AfterAll
        static void stop() {
            server.stop();
        }

        @Test
        void aLogOfStatementsIsRefusedAtOnceAsMariaDbWouldLater() {
            DataSource database = server.dataSource("ledger", "user=root&sslMode=disable");

            assertThatThrownBy(() -> writeAtReadCommitted(database))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("BINLOG_FORMAT");
            assertThatThrownBy(() -> JdbcQuotaStore.open(database))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("binlog_format is \"STATEMENT\": expected ROW or MIXED");
        }

        private static void writeAtReadCommitted(DataSource database) throws SQLException {
            try (Connection connection = database.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE any_table (id integer) ENGINE = InnoDB");
                connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
                statement.execute("INSERT INTO any_table VALUES (1)");
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"ROW", "MIXED"})
        void othersDoNoHarm(String format) {
            server.createDatabase("ledger_" + format);
            liveOn(server.dataSource(
                    "ledger_" + format, "user=root&sslMode=disable&sessionVariables=binlog_format=" + format));
        }
    }
}
