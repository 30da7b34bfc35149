package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.window.QuotaWindow;

/** PostgreSQL behind a real PgBouncer, which gives each transaction any session of the server. */
class PgBouncerTest {

    private static final AccountId KEY = AccountId.of("key");
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
        return JdbcQuotaStore.builder(pooled).schemaName(direct.getCurrentSchema()).build();
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
                var audit = one.audit(AccountId.of("key-" + i)).get(0);
                assertThat(audit.agrees()).isTrue();
                used += audit.journalUsed();
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
        try (PgBouncer pooler = transactions()) {
            losesNothing(pooler.dataSource("prepareThreshold=0"));
        }
    }
}
