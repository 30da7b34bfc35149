package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Account;
import org.quotaledger.spi.JournalQuery;

/** The levels of sessions and transactions, seen from the server. */
class IsolationTest {

    private static HikariDataSource poolOfOne(DataSource database, boolean autoCommit) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(database);
        config.setMaximumPoolSize(1);
        config.setAutoCommit(autoCommit);
        return new HikariDataSource(config);
    }

    private static Tx tx(HikariDataSource pool, Dialect dialect) {
        TableNames names = new TableNames(dialect, null, TableNames.DEFAULT_PREFIX);
        return new Tx(Connections.unwatched(pool), names, Connection.TRANSACTION_NONE);
    }

    /** The level of the session, which later transactions will have. */
    private static String sessionsLevel(Dialect dialect) {
        return dialect == Dialect.POSTGRESQL
                ? "SELECT current_setting('default_transaction_isolation')"
                : "SELECT LOWER(REPLACE(@@session.tx_isolation, '-', ' '))";
    }

    private static String text(Session session, String sql) throws SQLException {
        return session.list(sql, Session.NOTHING, Row::text).get(0);
    }

    private static String selected(HikariDataSource pool, String sql) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            return selected(connection, sql);
        }
    }

    private static String selected(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "POSTGRESQL, true, read committed",
        "POSTGRESQL, false, read committed",
        "MARIADB, true, repeatable read",
        "MARIADB, false, repeatable read",
        "MYSQL, true, repeatable read",
        "MYSQL, false, repeatable read"
    })
    void isTheTransactionsOwnAndTheSessionsStays(Dialect dialect, boolean autoCommit, String sessions)
            throws Exception {
        DataSource database = Databases.empty(dialect);
        try (HikariDataSource pool = poolOfOne(database, autoCommit);
                Connection others = database.getConnection()) {
            execute(others, "CREATE TABLE seen (id integer)");
            Tx tx = tx(pool, dialect);

            tx.write(
                    session -> {
                        assertThat(level(session.connection(), others)).isEqualTo("read committed");
                        assertThat(text(session, sessionsLevel(dialect))).isEqualTo(sessions);
                        return session;
                    },
                    TimedWork.unlimited());
            tx.read(
                    session -> {
                        assertThat(level(session.connection(), others)).isEqualTo("repeatable read");
                        assertThat(text(session, sessionsLevel(dialect))).isEqualTo(sessions);
                        return session;
                    },
                    TimedWork.unlimited());
            tx.read(Session::now, TimedWork.unlimited());
            assertThatThrownBy(() -> tx.write(
                            session -> {
                                throw new IllegalStateException("before anything was asked");
                            },
                            TimedWork.unlimited()))
                    .hasMessageContaining("before anything");

            try (Connection connection = pool.getConnection()) {
                connection.setAutoCommit(false);
                assertThat(level(connection, others))
                        .as("the next transaction of the host")
                        .isEqualTo(sessions);
                assertThat(selected(connection, sessionsLevel(dialect))).isEqualTo(sessions);
                connection.rollback();
            }
        }
    }

    /** Returns the level at which a transaction sees, or sees no change by others. */
    private static String level(Connection transaction, Connection others) throws SQLException {
        String count = "SELECT COUNT(*) FROM seen";
        String before = selected(transaction, count);
        execute(others, "INSERT INTO seen VALUES (1)");
        return selected(transaction, count).equals(before) ? "repeatable read" : "read committed";
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Dialect.class,
            names = {"MARIADB", "MYSQL"})
    void ofASessionAndItsAutoCommitAreAsBeforeTheStoresUse(Dialect dialect) throws Exception {
        String both = "SELECT CONCAT(@@session.tx_isolation, ' ', @@session.autocommit)";
        for (boolean autoCommit : new boolean[] {true, false}) {
            try (HikariDataSource pool = poolOfOne(Databases.empty(dialect), autoCommit)) {
                String before = selected(pool, both);
                try (JdbcQuotaStore store = JdbcQuotaStore.open(pool)) {
                    QuotaLedger ledger = QuotaLedger.over(store);
                    AccountId key = AccountId.of("key");
                    Charge one = Charge.of(Amount.of(1, Meter.TOKENS));
                    ledger.admin().createAccount(Account.builder(key).build());
                    ledger.reserve(key, one).orThrow().settle(one).orThrow();
                    assertThatThrownBy(() -> ledger.admin()
                                    .createAccount(Account.builder(key).build()))
                            .isInstanceOf(RuntimeException.class);
                    store.journal(JournalQuery.ALL, row -> {});
                    store.audit(key);
                }

                assertThat(selected(pool, both)).isEqualTo(before);
            }
        }
    }
}
