package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.spi.JournalQuery;
import org.quotaledger.spi.QuotaStoreException;
import org.quotaledger.window.QuotaWindow;
import org.sqlite.SQLiteDataSource;

class ConnectionsTest {

    private static final AccountId KEY = AccountId.of("key");
    private static final Charge ONE = Charge.of(Amount.of(1, Meter.TOKENS));

    private static void use(JdbcQuotaStore store) {
        QuotaLedger ledger = QuotaLedger.over(store);
        ledger.admin()
                .createAccount(Account.builder(KEY)
                        .override(QuotaLimit.of("day", Amount.of(100, Meter.TOKENS), QuotaWindow.daily(ZoneOffset.UTC)))
                        .build());
        ledger.reserve(KEY, ONE).orThrow().settle(ONE).orThrow();
        store.audit(KEY);
        store.journal(JournalQuery.ALL, row -> {});
        store.now();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void goBackAsTheyCame(Dialect dialect) throws Exception {
        HikariConfig config = new HikariConfig();
        config.setDataSource(Databases.empty(dialect));
        config.setMaximumPoolSize(1);
        try (HikariDataSource pool = new HikariDataSource(config);
                JdbcQuotaStore store = JdbcQuotaStore.open(pool)) {
            int before;
            try (Connection connection = pool.getConnection()) {
                before = connection.getTransactionIsolation();
            }

            use(store);

            try (Connection connection = pool.getConnection()) {
                assertThat(connection.getAutoCommit()).isTrue();
                assertThat(connection.getTransactionIsolation()).isEqualTo(before);
            }
            assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void canComeWithoutAutoCommitAndAtAnotherIsolationLevel(Dialect dialect) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(Databases.empty(dialect));
        config.setMaximumPoolSize(3);
        config.setAutoCommit(false);
        config.setTransactionIsolation("TRANSACTION_SERIALIZABLE");
        try (HikariDataSource pool = new HikariDataSource(config);
                JdbcQuotaStore store = JdbcQuotaStore.open(pool)) {
            use(store);

            assertThat(store.audit(KEY))
                    .allMatch(audit -> audit.agrees() && audit.journalUsed().longValueExact() == 1);
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void thatAreDiscardedComeFromNoPoolAgain(Dialect dialect) throws Exception {
        HikariConfig config = new HikariConfig();
        config.setDataSource(Databases.empty(dialect));
        config.setMaximumPoolSize(1);
        try (HikariDataSource pool = new HikariDataSource(config)) {
            Connection first = pool.getConnection();
            first.setAutoCommit(false);
            Connection physical = first.unwrap(Connection.class);

            Discard.discard(first, pool);

            try (Connection second = pool.getConnection();
                    Statement statement = second.createStatement()) {
                assertThat(second.unwrap(Connection.class)).isNotSameAs(physical);
                assertThat(statement.execute("SELECT 1")).isTrue();
            }
            assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
        }
    }

    @Test
    void ofAnH2DatabaseThatWasShutDownAreReplaced(@TempDir Path folder) throws Exception {
        DataSource database = Databases.h2(folder.resolve("ledger"));
        HikariConfig config = new HikariConfig();
        config.setDataSource(database);
        config.setMaximumPoolSize(4);
        try (HikariDataSource pool = new HikariDataSource(config);
                JdbcQuotaStore store = JdbcQuotaStore.open(pool)) {
            use(store);
            try (Connection connection = database.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("SHUTDOWN");
            }

            for (int i = 0; i < 10; i++) {
                QuotaLedger.over(store).reserve(KEY, ONE).orThrow().settle(ONE).orThrow();
            }

            assertThat(store.audit(KEY))
                    .allMatch(audit -> audit.agrees() && audit.journalUsed().longValueExact() == 11);
        }
    }

    @Test
    void anUnreachableDatabaseIsSaidSo() {
        JdbcDataSource nowhere = new JdbcDataSource();
        nowhere.setURL("jdbc:h2:tcp://localhost:1/nothing");

        assertThatThrownBy(() -> JdbcQuotaStore.open(nowhere))
                .isInstanceOf(QuotaStoreException.class)
                .hasMessageContaining("not applied: database was not reached");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:sqlite::memory:", "jdbc:sqlite:"})
    void aSqliteDatabaseWithoutAWriteAheadLogIsRefused(String url) {
        SQLiteDataSource without = new SQLiteDataSource();
        without.setUrl(url);

        assertThatThrownBy(() -> JdbcQuotaStore.open(without))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected wal; open a file with ?journal_mode=WAL");
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void theDatabasesTimeIsThatAfterTheLocksAreTaken(Dialect dialect) throws Exception {
        DataSource database = Databases.empty(dialect);
        TableNames names = new TableNames(dialect, null, TableNames.DEFAULT_PREFIX);
        Schema.of(database).create();
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            Session session = new Session(connection, dialect, names);
            session.list("SELECT version FROM quota_schema_version FOR UPDATE", Session.NOTHING, Row::integer);
            Instant later = Instant.now().plus(Duration.ofMillis(30)).truncatedTo(ChronoUnit.MICROS);
            while (Instant.now().isBefore(later)) {
                Thread.onSpinWait();
            }

            assertThat(session.now()).isAfterOrEqualTo(later);
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void keepNothingOfATransactionThatCouldNotBeRolledBack(Dialect dialect) {
        DataSource database = Databases.empty(dialect);
        AtomicBoolean breaks = new AtomicBoolean();
        try (JdbcQuotaStore store = JdbcQuotaStore.open(breaking(database, "INTO quota_hold", breaks));
                JdbcQuotaStore other = JdbcQuotaStore.open(database)) {
            use(store);
            ReserveRequest request =
                    ReserveRequest.builder(KEY, ONE).id("broken").build();
            QuotaLedger ledger = QuotaLedger.over(store);

            breaks.set(true);
            assertThatThrownBy(() -> ledger.reserve(request)).isInstanceOf(QuotaStoreException.class);
            breaks.set(false);

            assertThat(other.reservation(RequestId.of("broken"))).isEmpty();
            assertThat(ledger.reserve(request).granted()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void anEditThatCannotReadAPolicyFailsAsEveryCommandDoes(Dialect dialect) {
        DataSource database = Databases.empty(dialect);
        AtomicBoolean breaks = new AtomicBoolean();
        try (JdbcQuotaStore store = JdbcQuotaStore.open(breaking(database, "FROM quota_policy", breaks))) {
            use(store);
            QuotaLedger ledger = QuotaLedger.over(store);
            ledger.admin()
                    .createPolicy(QuotaPolicy.of(
                            "day",
                            QuotaLimit.of("day", Amount.of(9, Meter.TOKENS), QuotaWindow.daily(ZoneOffset.UTC))));
            AccountId shared = AccountId.of("shared");
            ledger.admin().createAccount(Account.builder(shared).policy("day").build());

            breaks.set(true);
            assertThatThrownBy(() -> ledger.admin().disable(shared)).isInstanceOf(QuotaStoreException.class);
            breaks.set(false);

            assertThat(ledger.admin().disable(shared).account().disabled()).isTrue();
        }
    }

    /** While it is to break, a transaction fails at a statement, and cannot be rolled back. */
    private static DataSource breaking(DataSource database, String statement, AtomicBoolean breaks) {
        return proxy(DataSource.class, (method, arguments) -> {
            Object result = method.invoke(database, arguments);
            if (!(result instanceof Connection connection)) {
                return result;
            }
            AtomicBoolean broken = new AtomicBoolean();
            return proxy(Connection.class, (called, given) -> {
                String name = called.getName();
                if (name.equals("prepareStatement") && given[0].toString().contains(statement)) {
                    broken.set(breaks.get());
                }
                if (broken.get() && !name.equals("abort") && !name.equals("close")) {
                    throw new SQLException(name + " broke", "XX000");
                }
                return called.invoke(connection, given);
            });
        });
    }

    private interface Call {
        Object answer(Method method, Object[] arguments) throws ReflectiveOperationException, SQLException;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                ConnectionsTest.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    try {
                        return call.answer(method, arguments);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                }));
    }
}
