package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.outage.FailOpenQuotaStore;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.Tags;
import org.quotaledger.spi.JournalQuery;
import org.quotaledger.spi.QuotaStoreException;
import org.quotaledger.spi.QuotaStoreException.Outcome;
import org.quotaledger.window.QuotaWindow;

/** Whatever the database does, an answer comes in time, and says whether anything was applied. */
@Timeout(value = 180, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TimeoutTest {

    private static final AccountId KEY = AccountId.of("key");
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    /** Much longer than the time-out, and much shorter than any other time that something waits for here. */
    private static final long IN_TIME = TimeUnit.SECONDS.toNanos(30);

    private final List<AutoCloseable> open = new ArrayList<>();

    @TempDir
    Path folder;

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private <T extends AutoCloseable> T closing(T opened) {
        open.add(opened);
        return opened;
    }

    private HikariDataSource pool(DataSource database, int size) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(database);
        config.setMaximumPoolSize(size);
        config.setConnectionTimeout(TimeUnit.MINUTES.toMillis(2));
        return closing(filled(new HikariDataSource(config)));
    }

    /**
     * Waits until a pool has all its connections. One that is being made when the network becomes silent would hang in the
     * driver for as long as the pool waits for a connection, and the pool makes one at a time.
     */
    private static HikariDataSource filled(HikariDataSource pool) {
        while (pool.getHikariPoolMXBean().getIdleConnections() < pool.getMaximumPoolSize()) {
            Thread.onSpinWait();
        }
        return pool;
    }

    private JdbcQuotaStore store(DataSource connections) {
        JdbcQuotaStore store = closing(
                JdbcQuotaStore.builder(connections).lanes(1).timeout(TIMEOUT).build());
        QuotaLedger ledger = QuotaLedger.over(store);
        Outages.untilBack(() -> ledger.admin()
                .createAccount(Account.builder(KEY)
                        .override(
                                QuotaLimit.of("day", Amount.of(1_000, Meter.TOKENS), QuotaWindow.daily(ZoneOffset.UTC)))
                        .build()));
        Outages.untilBack(() -> ledger.charge(RequestId.of("first"), KEY, tokens(1)));
        return store;
    }

    private static Charge tokens(long units) {
        return Charge.of(Amount.of(units, Meter.TOKENS));
    }

    private interface Call {
        void run();
    }

    /** Requires that a call fails in time. */
    private static QuotaStoreException failure(Call call) {
        long began = System.nanoTime();
        QuotaStoreException[] failed = new QuotaStoreException[1];
        assertThatThrownBy(call::run).isInstanceOfSatisfying(QuotaStoreException.class, failure -> failed[0] = failure);
        assertThat(System.nanoTime() - began).isLessThan(IN_TIME);
        return failed[0];
    }

    /** Asks for many charges at once, and returns their failures, all in time. */
    private static List<QuotaStoreException> failures(QuotaLedger ledger, String name, int count) throws Exception {
        List<CompletableFuture<?>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(ledger.async()
                    .charge(RequestId.of(name + i), KEY, tokens(1), Tags.NONE)
                    .toCompletableFuture());
        }
        List<QuotaStoreException> failures = new ArrayList<>();
        for (CompletableFuture<?> answer : answers) {
            try {
                answer.get(IN_TIME, TimeUnit.NANOSECONDS);
                throw new AssertionError("answered, though the database is away");
            } catch (ExecutionException failed) {
                failures.add((QuotaStoreException) failed.getCause());
            }
        }
        return failures;
    }

    private static DataSource counting(DataSource database, AtomicInteger asked) {
        return (DataSource) Proxy.newProxyInstance(
                TimeoutTest.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("getConnection")) {
                        asked.incrementAndGet();
                    }
                    try {
                        return method.invoke(database, arguments);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
    }

    /** Where the network swallows everything, a driver hangs for ever by default. */
    @Test
    void everyCallFailsInTimeWhereTheNetworkIsSilent() throws Exception {
        WatchedConnection wire = closing(new WatchedConnection((PGSimpleDataSource) Databases.postgres()));
        JdbcQuotaStore store = store(pool(wire.dataSource(), 4));
        QuotaLedger ledger = QuotaLedger.over(store);
        wire.becomeSilent();

        List<QuotaStoreException> commands = failures(ledger, "silent-", 16);
        List<QuotaStoreException> others = List.of(
                failure(() -> ledger.charge(RequestId.of("waiting"), KEY, tokens(1))),
                failure(() -> ledger.admin().account(KEY)),
                failure(() -> ledger.admin().disable(KEY)),
                failure(() -> ledger.admin().sweep(10)),
                failure(() -> store.audit(KEY)),
                failure(() -> store.within(TIMEOUT).journal(JournalQuery.ALL, row -> {})),
                failure(store::now));

        assertThat(commands)
                .as("at least one was sent")
                .extracting(QuotaStoreException::outcome)
                .contains(Outcome.UNKNOWN);
        assertThat(others).extracting(QuotaStoreException::outcome).containsOnly(Outcome.NOT_APPLIED);
        wire.becomeAudible();
        Outages.untilBack(() -> ledger.charge(RequestId.of("back"), KEY, tokens(1)));
        assertThat(store.audit(KEY))
                .allMatch(row -> row.agrees() && row.journalUsed().longValueExact() == 2);
    }

    /** Without a pool each thread that connects hangs in the driver for ever. */
    @Test
    void aDriverThatNeverReturnsWithAConnectionIsGivenUp() throws Exception {
        WatchedConnection wire = closing(new WatchedConnection((PGSimpleDataSource) Databases.postgres()));
        JdbcQuotaStore store = store(wire.dataSource());
        QuotaLedger ledger = QuotaLedger.over(store);
        wire.becomeSilent();

        assertThat(failures(ledger, "silent-", 16))
                .extracting(QuotaStoreException::outcome)
                .containsOnly(Outcome.NOT_APPLIED);
        failure(() -> ledger.admin().account(KEY));

        wire.becomeAudible();
        Outages.untilBack(() -> ledger.charge(RequestId.of("back"), KEY, tokens(1)));
        assertThat(store.audit(KEY))
                .allMatch(row -> row.agrees() && row.journalUsed().longValueExact() == 2);
    }

    @Test
    void anAnswerThatDoesNotComeIsUnknownAndTheNextCallFindsOut() throws Exception {
        WatchedConnection wire = closing(new WatchedConnection((PGSimpleDataSource) Databases.postgres()));
        JdbcQuotaStore store = store(pool(wire.dataSource(), 4));
        QuotaLedger ledger = QuotaLedger.over(store);
        wire.swallowAnswers();

        QuotaStoreException failure = failure(() -> ledger.charge(RequestId.of("charged"), KEY, tokens(5)));

        assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        wire.becomeAudible();
        assertThat(Outages.untilBack(() -> ledger.charge(RequestId.of("charged"), KEY, tokens(5))
                                .orThrow())
                        .replayed())
                .isTrue();
        assertThat(store.audit(KEY))
                .allMatch(row -> row.agrees() && row.journalUsed().longValueExact() == 6);
    }

    @Test
    void anExhaustedPoolFailsAllThatWaitTogetherAndOthersAtOnce() throws Exception {
        HikariConfig config = new HikariConfig();
        config.setDataSource(Databases.h2());
        config.setMaximumPoolSize(1);
        config.setConnectionTimeout(1_000);
        HikariDataSource pool = closing(new HikariDataSource(config));
        AtomicInteger asked = new AtomicInteger();
        JdbcQuotaStore store = store(counting(pool, asked));
        QuotaLedger ledger = QuotaLedger.over(store).within(Duration.ofMinutes(2));
        try (Connection taken = pool.getConnection()) {
            int before = asked.get();

            assertThat(failures(ledger, "exhausted-", 32))
                    .extracting(QuotaStoreException::outcome)
                    .containsOnly(Outcome.NOT_APPLIED);
            assertThat(asked.get() - before).as("not one for each caller").isLessThan(16);
            assertThat(taken.isValid(1)).isTrue();
        }

        Outages.untilBack(() -> ledger.charge(RequestId.of("back"), KEY, tokens(1)));
        assertThat(store.audit(KEY))
                .allMatch(row -> row.agrees() && row.journalUsed().longValueExact() == 2);
    }

    /** One probe at a time asks for a connection; calls do not, and fail or are admitted at once. */
    @Test
    void whileTheDatabaseIsKnownToBeDownNoCallAsksForAConnection() throws Exception {
        AtomicBoolean down = new AtomicBoolean();
        AtomicInteger asked = new AtomicInteger();
        DataSource database = Databases.h2();
        DataSource away = (DataSource) Proxy.newProxyInstance(
                TimeoutTest.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    String thread = Thread.currentThread().getName();
                    if (down.get()) {
                        asked.addAndGet(thread.startsWith("quota-lane") ? 1 : 0);
                        throw new SQLException("connection refused", "08001");
                    }
                    return method.invoke(database, arguments);
                });
        JdbcQuotaStore store = store(away);
        FailOpenQuotaStore failOpen = FailOpenQuotaStore.builder(store).build();
        QuotaLedger closed = QuotaLedger.over(store);
        QuotaLedger opened = QuotaLedger.over(failOpen);
        down.set(true);
        failure(() -> closed.charge(RequestId.of("finds-out"), KEY, tokens(1)));
        int before = asked.get();

        for (int i = 0; i < 100; i++) {
            RequestId id = RequestId.of("down-" + i);
            assertThat(failure(() -> closed.charge(id, KEY, tokens(1))))
                    .hasMessage("not applied: database cannot be reached: connection refused");
            assertThat(opened.reserve(KEY, tokens(1)).orThrow().recorded()).isFalse();
        }

        assertThat(asked.get()).isEqualTo(before);
        down.set(false);
        Outages.untilBack(() -> closed.charge(RequestId.of("back"), KEY, tokens(1)));
    }

    /** Calls that may wait for longer, and reports, do not wait on for a database that is known to be down. */
    @Test
    void callsWithMoreTimeFailAsSoonAsTheDatabaseIsKnownToBeDown() throws Exception {
        CountDownLatch silent = new CountDownLatch(1);
        AtomicBoolean down = new AtomicBoolean();
        open.add(silent::countDown);
        JdbcQuotaStore store = store(hanging(Databases.h2(), down, new CountDownLatch(1), silent));
        QuotaLedger patient = QuotaLedger.over(store).within(Duration.ofHours(1));
        down.set(true);

        List<Call> calls = List.of(
                () -> patient.admin().account(KEY),
                () -> patient.admin().disable(KEY),
                () -> store.journal(JournalQuery.ALL, row -> {}));
        List<CompletableFuture<QuotaStoreException>> failures = calls.stream()
                .map(call -> CompletableFuture.supplyAsync(() -> failure(call), work -> new Thread(work).start()))
                .toList();

        for (CompletableFuture<QuotaStoreException> failure : failures) {
            assertThat(failure.get(IN_TIME, TimeUnit.NANOSECONDS).outcome()).isEqualTo(Outcome.NOT_APPLIED);
        }
    }

    /** Connections that hang while the database is away. */
    private static DataSource hanging(
            DataSource database, AtomicBoolean away, CountDownLatch asked, CountDownLatch back) {
        return (DataSource) Proxy.newProxyInstance(
                TimeoutTest.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    if (away.get() && method.getName().equals("getConnection")) {
                        asked.countDown();
                        back.await();
                    }
                    return method.invoke(database, arguments);
                });
    }

    /** Whoever closes a store waits for threads that may come back, and not for those that are given up. */
    @Test
    void closingDoesNotWaitForAThreadThatIsReplaced() throws Exception {
        CountDownLatch silent = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        AtomicBoolean down = new AtomicBoolean();
        open.add(silent::countDown);
        JdbcQuotaStore store = store(hanging(Databases.h2(), down, asked, silent));
        QuotaLedger ledger = QuotaLedger.over(store).within(Duration.ofHours(1));
        down.set(true);
        CompletableFuture<?> hanging = ledger.async()
                .charge(RequestId.of("hanging"), KEY, tokens(1), Tags.NONE)
                .toCompletableFuture();
        asked.await();
        CompletableFuture<?> waiting = ledger.async()
                .charge(RequestId.of("waiting"), KEY, tokens(1), Tags.NONE)
                .toCompletableFuture();

        long began = System.nanoTime();
        store.close();

        assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(25));
        for (CompletableFuture<?> each : List.of(hanging, waiting)) {
            assertThatThrownBy(() -> each.get(IN_TIME, TimeUnit.NANOSECONDS))
                    .cause()
                    .isInstanceOfSatisfying(
                            QuotaStoreException.class,
                            failure -> assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED));
        }
    }

    /** The gateway's default: a file of H2 behind a pool. H2 closes the file if a thread that reads it is interrupted. */
    @Test
    void anInterruptOfACallerHarmsThatCallerAlone() {
        JdbcQuotaStore store = store(pool(Databases.h2(folder.resolve("ledger")), 4));
        QuotaLedger ledger = QuotaLedger.over(store);
        List<Call> calls = List.of(
                () -> ledger.charge(RequestId.of("interrupted"), KEY, tokens(1)),
                () -> ledger.reserve(KEY, tokens(1)),
                () -> ledger.admin().account(KEY),
                () -> ledger.admin().disable(KEY),
                () -> store.journal(JournalQuery.ALL, row -> {}),
                () -> store.audit(KEY),
                () -> ledger.admin().sweep(10));

        for (int round = 0; round < 10; round++) {
            for (Call call : calls) {
                Thread.currentThread().interrupt();
                assertThatThrownBy(call::run).isInstanceOf(QuotaStoreException.class);
                assertThat(Thread.interrupted()).as("it is still interrupted").isTrue();
            }
            ledger.admin().enable(KEY);
            ledger.reserve(KEY, tokens(1)).orThrow().settle(tokens(1)).orThrow();
        }

        assertThat(store.audit(KEY)).allMatch(row -> row.agrees());
    }
}
