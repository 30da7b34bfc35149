package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.spi.QuotaStoreException;
import org.quotaledger.spi.UsageAudit;
import org.quotaledger.window.QuotaWindow;

/** PostgreSQL behind a real PgBouncer, which gives each transaction any session of the server. */
class PgBouncerTest {

    private static final Charge ONE = Charge.of(Amount.of(1, Meter.TOKENS));

    @TempDir
    Path folder;

    private final PGSimpleDataSource direct = (PGSimpleDataSource) Databases.postgres();

    private PgBouncer transactions(String... settings) {
        return new PgBouncer(direct, folder, settings);
    }

    private HikariDataSource pool(DataSource database) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(database);
        config.setMaximumPoolSize(8);
        return new HikariDataSource(config);
    }

    private JdbcQuotaStore open(DataSource pooled) {
        return JdbcQuotaStore.builder(pooled)
                .schemaName(direct.getCurrentSchema())
                .build();
    }

    private static void createKeys(QuotaLedger ledger, int count) {
        for (int i = 0; i < count; i++) {
            ledger.admin()
                    .createAccount(Account.builder(AccountId.of("key-" + i))
                            .override(QuotaLimit.of(
                                    "day", Amount.of(100_000, Meter.TOKENS), QuotaWindow.daily(ZoneOffset.UTC)))
                            .build());
        }
    }

    /** Two nodes at work on the same accounts, so that statements of every path go through every session. */
    private void losesNothing(DataSource pooled) throws Exception {
        int threads = 4;
        int requests = 50;
        try (HikariDataSource pool = pool(pooled);
                JdbcQuotaStore one = open(pool);
                JdbcQuotaStore other = open(pool)) {
            createKeys(QuotaLedger.over(one), 3);
            ExecutorService callers = Executors.newFixedThreadPool(threads);
            List<Future<?>> work = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                QuotaLedger ledger = QuotaLedger.over(t % 2 == 0 ? one : other);
                AccountId key = AccountId.of("key-" + t % 3);
                work.add(callers.submit(() -> {
                    for (int i = 0; i < requests; i++) {
                        ledger.reserve(key, ONE).orThrow().settle(ONE).orThrow();
                        ledger.usage(key);
                    }
                }));
            }
            for (Future<?> caller : work) {
                caller.get(120, TimeUnit.SECONDS);
            }
            callers.shutdown();

            long used = 0;
            for (int i = 0; i < 3; i++) {
                UsageAudit audit = one.audit(AccountId.of("key-" + i)).get(0);
                assertThat(audit.agrees()).isTrue();
                used += audit.journalUsed().longValueExact();
            }
            assertThat(used).isEqualTo((long) threads * requests);
        }
    }

    @Test
    void losesNothingWithPreparedStatementsThatItTracks() throws Exception {
        PgBouncer.assumeTracksStatements();
        try (PgBouncer pooler = transactions("max_prepared_statements = 200")) {
            losesNothing(pooler.dataSource(""));
        }
    }

    @Test
    void losesNothingWithoutPreparedStatements() throws Exception {
        try (PgBouncer pooler = transactions(untracked())) {
            losesNothing(pooler.dataSource("prepareThreshold=0"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "prepareThreshold=1", "prepareThreshold=1000", "preferQueryMode=extendedCacheEverything"})
    void thatWouldLosePreparedStatementsIsRefused(String setting) throws Exception {
        try (PgBouncer pooler = transactions(untracked())) {
            for (DataSource plain : List.of(pooler.dataSource(setting), pool(pooler.dataSource(setting)))) {
                assertThatThrownBy(() -> open(plain))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("max_prepared_statements=200")
                        .hasMessageContaining("prepareThreshold=0");
                if (plain instanceof HikariDataSource pool) {
                    pool.close();
                }
            }
            try (Connection connection = direct.getConnection()) {
                assertThat(selected(connection, "SELECT to_regclass('quota_account')"))
                        .as("tables of a store that was refused")
                        .isNull();
            }
        }
    }

    /** The default before 1.21. */
    private static String untracked() {
        return PgBouncer.tracksStatements() ? "max_prepared_statements = 0" : "";
    }

    /** The reason of the refusal: drivers of two clients give different statements the same name. */
    @Test
    void thatIsRefusedRunsAStatementOfAnotherClient() throws Exception {
        try (PgBouncer pooler = transactions(untracked(), "default_pool_size = 2");
                Connection one = pooler.dataSource("prepareThreshold=1").getConnection();
                Connection other = pooler.dataSource("prepareThreshold=1").getConnection()) {
            execute(direct, "CREATE TABLE settled (id integer)");
            execute(direct, "CREATE TABLE seen (id integer)");
            one.setAutoCommit(false);
            other.setAutoCommit(false);
            insert(one, "settled");
            insert(other, "seen");
            one.commit();
            other.commit();

            insert(one, "settled");
            one.commit();

            try (Connection connection = direct.getConnection()) {
                assertThat(selected(connection, "SELECT count(*) FROM settled")).isEqualTo("1");
                assertThat(selected(connection, "SELECT count(*) FROM seen")).isEqualTo("2");
            }
        }
    }

    private void insert(Connection connection, String table) throws SQLException {
        String sql = "INSERT INTO %s.%s VALUES (?)".formatted(direct.getCurrentSchema(), table);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, 1);
            assertThat(statement.executeUpdate()).isOne();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"prepareThreshold=0", "preferQueryMode=simple"})
    void isOpenedWhereNothingIsPrepared(String setting) throws Exception {
        try (PgBouncer pooler = transactions(untracked())) {
            open(pooler.dataSource(setting)).close();
        }
    }

    @Test
    void thatKeepsASessionForEachClientIsOpened() throws Exception {
        try (PgBouncer pooler = transactions(untracked(), "pool_mode = session", "default_pool_size = 20")) {
            losesNothing(pooler.dataSource(""));
        }
    }

    @Test
    void transactionsHaveTheirLevelWhateverOthersHaveLeftAndLeaveNothing() throws Exception {
        try (PgBouncer pooler = transactions("default_pool_size = 1")) {
            DataSource pooled = pooler.dataSource("prepareThreshold=0");
            open(pooled).close();
            execute(pooled, "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE");
            Tx tx = new Tx(Connections.unwatched(pooled), names(), Connection.TRANSACTION_NONE);

            assertThat(tx.write(PgBouncerTest::levels, TimedWork.unlimited()))
                    .isEqualTo("read committed in a session of serializable");
            assertThat(tx.read(PgBouncerTest::levels, TimedWork.unlimited()))
                    .isEqualTo("repeatable read in a session of serializable");
            assertThatThrownBy(() -> tx.write(
                            session -> session.list("SELECT nothing", Session.NOTHING, Row::text),
                            TimedWork.unlimited()))
                    .isInstanceOf(QuotaStoreException.class);

            try (Connection connection = pooled.getConnection()) {
                assertThat(selected(connection, "SHOW transaction_isolation")).isEqualTo("serializable");
            }
        }
    }

    private TableNames names() {
        return new TableNames(Dialect.POSTGRESQL, direct.getCurrentSchema(), TableNames.DEFAULT_PREFIX);
    }

    private static String levels(Session session) throws SQLException {
        return session.list(
                        "SELECT current_setting('transaction_isolation') || ' in a session of '"
                                + " || current_setting('default_transaction_isolation')",
                        Session.NOTHING,
                        Row::text)
                .get(0);
    }

    /** Another client of the pooler, whose statement stays in the session under the name that ours is given first. */
    @Test
    void thatIsRefusedIsSoAlsoWhereAnotherClientHasTakenTheName() throws Exception {
        try (PgBouncer pooler = transactions(untracked());
                Connection other = pooler.dataSource("prepareThreshold=1").getConnection()) {
            for (int i = 0; i < 5; i++) {
                selected(other, "SELECT " + i);
                try (PreparedStatement named = other.prepareStatement("SELECT " + i)) {
                    named.execute();
                }
            }

            assertThatThrownBy(() -> open(pooler.dataSource("")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("prepareThreshold=0");
        }
    }

    @Test
    void isKnownByTheProcessOfTheServer() throws Exception {
        try (Connection connection = direct.getConnection()) {
            assertThat(Pooler.isBetween(connection, direct)).isFalse();
        }
        try (PgBouncer pooler = transactions();
                Connection connection = pooler.dataSource("prepareThreshold=0").getConnection()) {
            assertThat(Pooler.isBetween(connection, direct)).isTrue();
        }
    }

    private static void execute(DataSource dataSource, String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static @Nullable String selected(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }
}
