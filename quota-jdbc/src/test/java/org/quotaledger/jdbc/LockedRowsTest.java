package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Charged;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.Tags;
import org.quotaledger.spi.QuotaStoreException;
import org.quotaledger.spi.UsageAudit;
import org.quotaledger.window.QuotaWindow;

/** A row that another transaction has locked holds up the commands that need it, and no other. */
class LockedRowsTest {

    private static final AccountId ORG = AccountId.of("org");
    private static final AccountId LOCKED = AccountId.of("locked");
    private static final AccountId SIBLING = AccountId.of("sibling");
    private static final AccountId OTHER = AccountId.of("other");

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private DataSource database;
    private JdbcQuotaStore store;
    private QuotaLedger ledger;

    private void open(Dialect dialect) {
        database = Databases.empty(dialect);
        HikariConfig config = new HikariConfig();
        config.setDataSource(database);
        config.setMaximumPoolSize(4);
        HikariDataSource pool = new HikariDataSource(config);
        open.add(pool);
        store = JdbcQuotaStore.builder(pool)
                .lanes(1)
                .timeout(Duration.ofMinutes(2))
                .build();
        open.add(store);
        ledger = QuotaLedger.over(store);
        QuotaLimit day = QuotaLimit.of("day", Amount.of(10_000, Meter.TOKENS), QuotaWindow.daily(ZoneOffset.UTC));
        ledger.admin().createAccount(Account.builder(ORG).override(day).build());
        for (AccountId key : List.of(LOCKED, SIBLING)) {
            ledger.admin()
                    .createAccount(
                            Account.builder(key).parent("org").override(day).build());
        }
        ledger.admin().createAccount(Account.builder(OTHER).override(day).build());
        for (AccountId key : List.of(LOCKED, SIBLING, OTHER)) {
            ledger.reserve(key, tokens(1)).orThrow().settle(tokens(1)).orThrow();
        }
    }

    private static Charge tokens(long units) {
        return Charge.of(Amount.of(units, Meter.TOKENS));
    }

    /** Opens a transaction that has run a statement and stays open. */
    private Connection foreign(String sql) throws SQLException {
        Connection connection = database.getConnection();
        open.add(connection);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
        return connection;
    }

    private Connection lock(AccountId account) throws SQLException {
        return foreign("SELECT id FROM quota_account WHERE id = '" + account.value() + "' FOR UPDATE");
    }

    private CompletableFuture<Answer<Charged>> charging(String id, AccountId account) {
        return ledger.async()
                .charge(RequestId.of(id), account, tokens(1), Tags.NONE)
                .toCompletableFuture();
    }

    private static void requireAnswered(List<CompletableFuture<Answer<Charged>>> all) throws Exception {
        for (CompletableFuture<Answer<Charged>> each : all) {
            each.get(60, TimeUnit.SECONDS).orThrow();
        }
    }

    /** However long the lock lasts: it is released only when the others have all that they asked for. */
    @ParameterizedTest
    @EnumSource(value = Dialect.class, mode = Mode.EXCLUDE, names = "SQLITE")
    void holdUpNoOtherAccount(Dialect dialect) throws Exception {
        open(dialect);
        Connection foreign = lock(LOCKED);
        List<CompletableFuture<Answer<Charged>>> waiting = new ArrayList<>();
        List<CompletableFuture<Answer<Charged>>> others = new ArrayList<>();

        for (int i = 0; i < 20; i++) {
            waiting.add(charging("locked-" + i, LOCKED));
            others.add(charging("other-" + i, OTHER));
            others.add(charging("sibling-" + i, SIBLING));
        }
        requireAnswered(others);
        for (int i = 0; i < 20; i++) {
            ledger.reserve(OTHER, tokens(1)).orThrow().settle(tokens(1)).orThrow();
        }
        assertThat(waiting).noneMatch(CompletableFuture::isDone);

        foreign.rollback();
        requireAnswered(waiting);
        for (AccountId id : List.of(ORG, LOCKED, SIBLING, OTHER)) {
            assertThat(store.audit(id)).allMatch(UsageAudit::agrees);
        }
        assertThat(store.audit(ORG)).allMatch(row -> row.journalUsed().longValueExact() == 42);
    }

    @ParameterizedTest
    @EnumSource(value = Dialect.class, mode = Mode.EXCLUDE, names = "SQLITE")
    void ofAHostTransactionHoldUpNoOtherAccount(Dialect dialect) throws Exception {
        open(dialect);
        Connection host = database.getConnection();
        open.add(host);
        host.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        host.setAutoCommit(false);
        ledger.in(store.in(host))
                .charge(RequestId.of("host"), LOCKED, tokens(5))
                .orThrow();

        CompletableFuture<Answer<Charged>> waiting = charging("locked", LOCKED);
        requireAnswered(List.of(charging("other", OTHER)));
        assertThat(waiting).isNotDone();

        host.commit();
        requireAnswered(List.of(waiting));
        assertThat(store.audit(LOCKED))
                .allMatch(row -> row.agrees() && row.journalUsed().longValueExact() == 7);
    }

    /** Nothing locks the account itself, but a row that its charges have to change. */
    @ParameterizedTest
    @EnumSource(
            value = Dialect.class,
            mode = Mode.EXCLUDE,
            names = {"SQLITE", "MYSQL"})
    void ofUsageHoldUpNoOtherAccount(Dialect dialect) throws Exception {
        open(dialect);
        Connection foreign = foreign("UPDATE quota_usage SET used = used WHERE account_id = 'locked'");
        List<CompletableFuture<Answer<Charged>>> waiting = new ArrayList<>();
        List<CompletableFuture<Answer<Charged>>> others = new ArrayList<>();

        for (int i = 0; i < 10; i++) {
            waiting.add(charging("locked-" + i, LOCKED));
            others.add(charging("other-" + i, OTHER));
        }
        requireAnswered(others);
        assertThat(waiting).noneMatch(CompletableFuture::isDone);

        foreign.rollback();
        requireAnswered(waiting);
        assertThat(store.audit(LOCKED))
                .allMatch(row -> row.agrees() && row.journalUsed().longValueExact() == 11);
    }

    @ParameterizedTest
    @EnumSource(value = Dialect.class, mode = Mode.EXCLUDE, names = "SQLITE")
    void failTheirOwnCallersInTimeAndSayWhichAccountItIs(Dialect dialect) throws Exception {
        open(dialect);
        Connection foreign = lock(LOCKED);
        QuotaLedger hasty = ledger.within(Duration.ofSeconds(1));
        long began = System.nanoTime();

        assertThatThrownBy(() -> hasty.charge(RequestId.of("late"), LOCKED, tokens(1)))
                .isInstanceOfSatisfying(
                        QuotaStoreException.class,
                        failure -> assertThat(failure.outcome()).isEqualTo(QuotaStoreException.Outcome.NOT_APPLIED))
                .hasMessage(
                        "not applied: no answer within PT1S: another transaction has locked the row of account locked");

        assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(20));
        foreign.rollback();
        assertThat(store.reservation(RequestId.of("late"))).isEmpty();
        ledger.charge(RequestId.of("late"), LOCKED, tokens(1)).orThrow();
        assertThat(store.audit(LOCKED))
                .allMatch(row -> row.agrees() && row.journalUsed().longValueExact() == 2);
    }

    /** Several accounts that are locked at once are found locked by one transaction of the lane. */
    @Test
    void sayToEachCallerWhichAccountItWaitsFor() throws Exception {
        open(Dialect.H2);
        lock(LOCKED);
        lock(OTHER);
        QuotaLedger hasty = ledger.within(Duration.ofSeconds(2));
        Map<AccountId, CompletableFuture<Answer<Charged>>> answers = new LinkedHashMap<>();
        for (AccountId account : List.of(OTHER, LOCKED)) {
            answers.put(
                    account,
                    hasty.async()
                            .charge(RequestId.of("late-" + account.value()), account, tokens(1), Tags.NONE)
                            .toCompletableFuture());
        }
        answers.forEach((account, answer) -> assertThatThrownBy(() -> answer.get(60, TimeUnit.SECONDS))
                .hasRootCauseMessage(
                        "not applied: no answer within PT2S: another transaction has locked the row of account "
                                + account));
    }

    /** Commands of an account keep their order, those too that name nothing but an id. */
    @ParameterizedTest
    @EnumSource(value = Dialect.class, mode = Mode.EXCLUDE, names = "SQLITE")
    void keepTheOrderOfCommands(Dialect dialect) throws Exception {
        open(dialect);
        Reservation held = ledger.reserve(LOCKED, tokens(7)).orThrow();
        Connection foreign = lock(LOCKED);
        List<CompletableFuture<?>> answers = new ArrayList<>();

        answers.add(ledger.async().settle(held.id(), tokens(5)).toCompletableFuture());
        ReserveRequest request =
                ReserveRequest.builder(LOCKED, tokens(3)).id("next").build();
        answers.add(ledger.async().reserve(request).toCompletableFuture());
        CompletableFuture<Boolean> settled = ledger.async()
                .settle(RequestId.of("next"), tokens(2))
                .thenApply(answer -> answer.done())
                .toCompletableFuture();
        requireAnswered(List.of(charging("other", OTHER)));

        foreign.rollback();
        for (CompletableFuture<?> answer : answers) {
            answer.get(60, TimeUnit.SECONDS);
        }
        assertThat(settled.get(60, TimeUnit.SECONDS)).isTrue();
        assertThat(store.audit(LOCKED))
                .allMatch(row -> row.agrees()
                        && row.journalUsed().longValueExact() == 8
                        && row.liveHeld().longValueExact() == 0);
    }
}
