package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.UnitOfWork;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.Charged;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.Released;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.Settled;
import org.quotaledger.spi.JournalQuery;
import org.quotaledger.spi.QuotaStoreException;
import org.quotaledger.spi.UsageAudit;
import org.quotaledger.window.QuotaWindow;
import org.quotaledger.window.WindowSpan;

/** What a lane remembers is only a guess: whatever happens meanwhile, everything counts once. */
class GuardedBatchTest {

    private static final AccountId KEY = AccountId.of("key");

    /** Those of this test alone: sessions of others may end, and publish their counts, meanwhile. */
    private static final String TABLES_READ_WHOLE =
            "SELECT sum(seq_scan) FROM pg_stat_user_tables WHERE schemaname = current_schema()";

    private final PGSimpleDataSource database = (PGSimpleDataSource) Databases.postgres();
    private final WatchedConnection wire = new WatchedConnection(database);
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
        wire.close();
    }

    private HikariDataSource pool(DataSource connections) {
        HikariDataSource pool = Databases.poolOfOne(connections);
        open.add(pool);
        return pool;
    }

    private JdbcQuotaStore store(DataSource connections) {
        JdbcQuotaStore store =
                JdbcQuotaStore.builder(pool(connections)).lanes(1).build();
        open.add(store);
        return store;
    }

    private static void createKey(QuotaLedger ledger, QuotaWindow window) {
        ledger.admin()
                .createPolicy(QuotaPolicy.of(
                        "policy",
                        QuotaLimit.builder("limit", Amount.of(1_000, Meter.TOKENS), window)
                                .thresholds(List.of())
                                .build()));
        ledger.admin().createAccount(Account.builder(KEY).policy("policy").build());
        ledger.reserve(KEY, tokens(1)).orThrow().settle(tokens(1)).orThrow();
    }

    private static Charge tokens(long units) {
        return Charge.of(Amount.of(units, Meter.TOKENS));
    }

    private static ReserveRequest request(String id, long tokens) {
        return ReserveRequest.builder(KEY, tokens(tokens)).id(id).build();
    }

    private static long journaled(JdbcQuotaStore store) {
        List<Long> units = new ArrayList<>();
        store.journal(JournalQuery.of(KEY), row -> units.add(row.units()));
        return units.stream().mapToLong(Long::longValue).sum();
    }

    @Test
    void knowsEverythingThatAStepCanHaveInIt() {
        assertThat(Stream.of(UnitOfWork.class.getMethods())
                        .filter(method ->
                                method.getDeclaringClass() == UnitOfWork.class && method.getParameterCount() == 0)
                        .map(Method::getName))
                .as("a new kind of change: GuardedBatch writes it, or leaves every step that has it")
                .containsExactlyInAnyOrder(
                        "counters",
                        "reservation",
                        "holds",
                        "dropsHolds",
                        "refund",
                        "journal",
                        "events",
                        "changes",
                        "changedAccounts",
                        // Of an edit, which no lane carries.
                        "changedPolicy",
                        "changesNothing",
                        "chain",
                        "known",
                        "itsHolds",
                        "ofNothing",
                        "undo",
                        "close");
    }

    @Test
    void twoNodesThatTakeTurnsLoseNothing() {
        JdbcQuotaStore first = store(database);
        JdbcQuotaStore second = store(database);
        List<QuotaLedger> nodes = List.of(QuotaLedger.over(first), QuotaLedger.over(second));
        createKey(nodes.get(0), RealTime.DECADE);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<RequestId> held = new ArrayList<>();
        long charged = 1;

        for (int i = 0; i < 200; i++) {
            QuotaLedger node = nodes.get(random.nextInt(2));
            if (held.isEmpty() || random.nextBoolean()) {
                if (node.reserve(KEY, tokens(20)) instanceof Admission.Granted granted) {
                    held.add(granted.reservation().id());
                }
            } else {
                RequestId id = held.remove(random.nextInt(held.size()));
                if (random.nextInt(3) == 0) {
                    node.release(id).orThrow();
                } else {
                    node.settle(id, tokens(7)).orThrow();
                    charged += 7;
                }
            }
        }

        assertThat(first.audit(KEY)).as("seed %d", seed).allMatch(UsageAudit::agrees);
        assertThat(journaled(second)).as("seed %d", seed).isEqualTo(charged);
    }

    @Test
    void whatAnotherNodeDefinesCountsAtOnce() {
        QuotaLedger one = QuotaLedger.over(store(database));
        QuotaLedger other = QuotaLedger.over(store(database));
        createKey(one, RealTime.DECADE);
        assertThat(one.reserve(KEY, tokens(10)).granted()).isTrue();

        other.admin()
                .changePolicy(
                        "policy",
                        before -> QuotaPolicy.of(
                                "policy", QuotaLimit.of("limit", Amount.of(11, Meter.TOKENS), RealTime.DECADE)));
        assertThat(one.reserve(KEY, tokens(1)).granted()).isFalse();

        other.admin().changePolicy("policy", before -> QuotaPolicy.of("policy"));
        assertThat(one.reserve(KEY, tokens(1_000)).granted()).isTrue();

        other.admin().disable(KEY);
        assertThat(one.reserve(KEY, tokens(1)).granted()).isFalse();
    }

    @Test
    void anIdThatAnotherNodeHasTakenIsKnown() {
        QuotaLedger one = QuotaLedger.over(store(database));
        QuotaLedger other = QuotaLedger.over(store(database));
        createKey(one, RealTime.DECADE);
        AccountId elsewhere = AccountId.of("elsewhere");
        one.admin().createAccount(Account.builder(elsewhere).build());
        other.reserve(elsewhere, tokens(1)).orThrow();
        other.reserve(ReserveRequest.builder(elsewhere, tokens(5)).id("taken").build())
                .orThrow();
        other.reserve(request("replayed", 5)).orThrow();
        other.settle(RequestId.of("replayed"), tokens(5)).orThrow();
        one.reserve(KEY, tokens(1)).orThrow().release();

        assertThat(one.reserve(request("taken", 5))).isInstanceOf(Declined.Conflict.class);
        assertThat(one.reserve(request("replayed", 5)))
                .isInstanceOfSatisfying(
                        Admission.Granted.class,
                        granted -> assertThat(granted.replayed()).isTrue());
    }

    /** Refusing it would be another answer than the one that was given. */
    @Test
    void anIdThatAnotherNodeHasTakenIsKnownThoughItWouldBeRefused() {
        QuotaLedger one = QuotaLedger.over(store(database));
        createKey(one, RealTime.DECADE);
        AccountId elsewhere = AccountId.of("elsewhere");
        one.admin().createAccount(Account.builder(elsewhere).build());
        QuotaLedger other = QuotaLedger.over(store(database));
        other.reserve(ReserveRequest.builder(elsewhere, tokens(2_000))
                        .id("taken")
                        .build())
                .orThrow();

        assertThat(one.reserve(request("other", 2_000)).granted()).isFalse();
        assertThat(one.reserve(request("taken", 2_000))).isInstanceOf(Declined.Conflict.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAnswerThatIsLostIsFoundByItsId(boolean applied) {
        JdbcQuotaStore store = store(wire.dataSource());
        QuotaLedger ledger = QuotaLedger.over(store);
        createKey(ledger, RealTime.DECADE);

        lose(applied);
        Admission.Granted granted = (Admission.Granted) ledger.reserve(request("reserved", 10));
        lose(applied);
        Settled settled = granted.reservation().settle(tokens(7)).orThrow();
        lose(applied);
        Charged charged =
                ledger.charge(RequestId.of("charged"), KEY, tokens(100)).orThrow();
        lose(applied);
        Released released =
                ledger.reserve(request("released", 10)).orThrow().release().orThrow();

        assertThat(List.of(granted.replayed(), settled.replayed(), charged.replayed(), released.replayed()))
                .as("what its own lost attempt has done")
                .containsOnly(false);
        assertThat(store.audit(KEY))
                .allMatch(row -> row.agrees()
                        && row.journalUsed().longValueExact() == 108
                        && row.liveHeld().longValueExact() == 0);
        assertThat(journaled(store)).isEqualTo(108);
    }

    private void lose(boolean applied) {
        if (applied) {
            wire.loseNextAnswer();
        } else {
            wire.loseNextRequest();
        }
    }

    /** The lane asks again with the id, and finds what somebody else has written with it in between. */
    @Test
    void anIdThatSomebodyElseTookBetweenALostAttemptAndTheNextIsReplayed() {
        QuotaLedger elsewhere = QuotaLedger.over(store(database));
        AtomicBoolean loses = new AtomicBoolean();
        JdbcQuotaStore store = store(asking(wire.dataSource(), () -> {
            if (loses.getAndSet(false)) {
                elsewhere.charge(RequestId.of("charged"), KEY, tokens(100)).orThrow();
            }
        }));
        QuotaLedger ledger = QuotaLedger.over(store);
        createKey(ledger, RealTime.DECADE);

        loses.set(true);
        wire.loseNextRequest();
        Charged charged =
                ledger.charge(RequestId.of("charged"), KEY, tokens(100)).orThrow();

        assertThat(charged.replayed()).isTrue();
        assertThat(journaled(store)).isEqualTo(101);
    }

    @Test
    void anAnswerThatIsLostWithTheDatabaseIsUnknown() throws Exception {
        JdbcQuotaStore store = JdbcQuotaStore.builder(refusing(pool(wire.dataSource())))
                .lanes(1)
                .build();
        open.add(store);
        QuotaLedger ledger = QuotaLedger.over(store);
        createKey(ledger, RealTime.DECADE);

        wire.loseNextAnswer();
        connectionsLeft.set(1);

        assertThatThrownBy(() -> ledger.charge(RequestId.of("charged"), KEY, tokens(100)))
                .isInstanceOfSatisfying(
                        QuotaStoreException.class,
                        failure -> assertThat(failure.outcome()).isEqualTo(QuotaStoreException.Outcome.UNKNOWN));
        connectionsLeft.set(Integer.MAX_VALUE);
        Charged again = Outages.untilBack(
                () -> ledger.charge(RequestId.of("charged"), KEY, tokens(100)).orThrow());
        assertThat(again.replayed()).as("another call had charged it").isTrue();
    }

    private final AtomicInteger connectionsLeft = new AtomicInteger(Integer.MAX_VALUE);

    private DataSource refusing(DataSource connections) {
        return asking(connections, () -> {
            if (connectionsLeft.getAndDecrement() <= 0) {
                throw new SQLException("no more connections", "08001");
            }
        });
    }

    private interface Asked {
        void before() throws SQLException;
    }

    private static DataSource asking(DataSource connections, Asked asked) {
        return (DataSource) Proxy.newProxyInstance(
                GuardedBatchTest.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("getConnection")) {
                        asked.before();
                    }
                    try {
                        return method.invoke(connections, arguments);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
    }

    /** Between the decision and the write the clock leaves the span that it was decided for. */
    @Test
    void isDecidedAnewWhenItsSpanIsOver() {
        AtomicReference<Instant> waitsFor = new AtomicReference<>();
        DataSource slow = asking(database, () -> {
            Instant until = waitsFor.getAndSet(null);
            while (until != null && Instant.now().isBefore(until)) {
                Thread.onSpinWait();
            }
        });
        JdbcQuotaStore store = JdbcQuotaStore.builder(slow).lanes(1).build();
        open.add(store);
        QuotaLedger ledger = QuotaLedger.over(store);
        createKey(ledger, QuotaWindow.custom(Duration.ofSeconds(1), Instant.EPOCH));
        ledger.reserve(KEY, tokens(1)).orThrow().settle(tokens(1)).orThrow();

        Instant nextSecond = Instant.ofEpochSecond(Instant.now().getEpochSecond() + 1);
        waitsFor.set(nextSecond);
        Reservation hold = ledger.reserve(request("late", 5)).orThrow();

        assertThat(store.reservation(hold.id()).orElseThrow().reservedAt()).isAfterOrEqualTo(nextSecond);
        assertThat(store.audit(KEY)).allMatch(UsageAudit::agrees);
    }

    @Test
    void rowsThatAreNotWhatTheirStampSaysAreNotWrittenOver() throws Exception {
        JdbcQuotaStore store = store(database);
        QuotaLedger ledger = QuotaLedger.over(store);
        createKey(ledger, RealTime.DECADE);
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM quota_usage");
        }

        ledger.reserve(KEY, tokens(5)).orThrow().settle(tokens(5)).orThrow();

        assertThat(store.audit(KEY))
                .singleElement()
                .satisfies(row -> assertThat(row.row().used()).isEqualTo(5));
    }

    @Test
    void aTableThatWasSmallWhenItWasPlannedForIsStillLookedUpByIndex() throws Exception {
        QuotaLedger ledger = QuotaLedger.over(store(database));
        createKey(ledger, RealTime.DECADE);
        pairs(ledger, 2);
        HikariDataSource itsPool = (HikariDataSource) open.get(0);
        run(
                itsPool,
                "VACUUM ANALYZE quota_account, quota_limit, quota_usage, quota_reservation, quota_hold, quota_journal");
        long before = statistic(itsPool, TABLES_READ_WHOLE);

        pairs(ledger, 20);

        assertThat(statistic(itsPool, TABLES_READ_WHOLE)).isEqualTo(before);
    }

    @Test
    void locksAccountsInTheOrderOfTheirIdsHoweverTheyAreNoted() throws Exception {
        QuotaLedger ledger = QuotaLedger.over(store(database));
        // In the order of UTF-8, which is not that of char: the last comes after the one before.
        List<String> ordered = List.of("a", "b", "\uFF41", "\uD835\uDC1A");
        for (String id : ordered) {
            ledger.admin().createAccount(Account.builder(AccountId.of(id)).build());
        }
        run(database, "UPDATE quota_account SET stamp = 1");
        try (Connection other = database.getConnection();
                Connection stamping = database.getConnection();
                Connection probe = database.getConnection()) {
            other.setAutoCommit(false);
            for (int i = 0; i < 12; i++) { // Until the server keeps a plan.
                assertThat(stamp(stamping, ordered, 5).written()).isFalse();
            }
            assertThat(locks(other, "\uFF41")).isTrue();

            CompletableFuture<GuardedWrite.Outcome> written =
                    CompletableFuture.supplyAsync(() -> stamp(stamping, ordered, 1));
            Race.until(() -> written.isDone()
                    || holds(probe, "SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"));

            assertThat(locks(probe, "a")).isFalse();
            assertThat(locks(probe, "b")).isFalse();
            assertThat(locks(probe, "\uD835\uDC1A")).isTrue();
            other.rollback();
            assertThat(Race.resultOf(written).written()).isTrue();
        }
    }

    private static boolean locks(Connection connection, String account) throws SQLException {
        return holds(
                connection,
                "SELECT count(*) = 1 FROM (SELECT 1 FROM quota_account WHERE id = '%s' FOR UPDATE SKIP LOCKED) l"
                        .formatted(account));
    }

    private static boolean holds(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return result.next() && result.getBoolean(1);
        }
    }

    /** Stamps accounts whose stamp is the one known, the last of them named first. */
    private static GuardedWrite.Outcome stamp(Connection connection, List<String> ids, long known) {
        GuardedWrite write = new GuardedWrite();
        for (int i = ids.size() - 1; i >= 0; i--) {
            write.changes(ids.get(i), known);
        }
        TableNames names = new TableNames(Dialect.POSTGRESQL, null, TableNames.DEFAULT_PREFIX);
        try {
            return write.run(
                    new Session(connection, Dialect.POSTGRESQL, names),
                    2,
                    WindowSpan.EARLIEST,
                    WindowSpan.LATEST,
                    false);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static void pairs(QuotaLedger ledger, int count) {
        Charge charge = Charge.of(Amount.of(1, Meter.TOKENS));
        for (int i = 0; i < count; i++) {
            ledger.reserve(KEY, charge).orThrow().settle(charge).orThrow();
        }
    }

    private static void run(DataSource connections, String sql) throws SQLException {
        try (Connection connection = connections.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Asks the session that the store used, whose counts are told to the others after a while only. */
    private static long statistic(DataSource itsPool, String sql) throws SQLException {
        run(itsPool, "SELECT pg_stat_force_next_flush()");
        try (Connection connection = itsPool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }
}
