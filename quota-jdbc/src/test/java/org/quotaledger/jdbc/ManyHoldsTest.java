package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.spi.UsageAudit;
import org.quotaledger.testkit.ManualClock;
import org.quotaledger.window.QuotaWindow;

/** The cost of many holds of an account, counted in round trips, statements and rows: they are the same on every machine. */
class ManyHoldsTest {

    private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
    private static final AccountId KEY = AccountId.of("key");
    private static final int MANY = 250;

    private final ManualClock clock = new ManualClock(NOON);
    private final PGSimpleDataSource database = (PGSimpleDataSource) Databases.postgres();
    private final WatchedConnection wire = new WatchedConnection(database);

    private HikariDataSource pool;
    private JdbcQuotaStore store;
    private QuotaLedger ledger;

    @BeforeEach
    void open() {
        HikariConfig one = new HikariConfig();
        one.setDataSource(wire.dataSource());
        one.setMaximumPoolSize(1); // More are opened in the background, which takes round trips too.
        pool = new HikariDataSource(one);
        store = JdbcQuotaStore.builder(pool).lanes(1).clock(clock).build();
        ledger = QuotaLedger.over(store);
        ledger.admin().createAccount(key());
    }

    private static Account key() {
        return Account.builder(KEY)
                .override(
                        QuotaLimit.builder("day", Amount.of(2 * MANY, Meter.TOKENS), QuotaWindow.daily(ZoneOffset.UTC))
                                .thresholds(List.of())
                                .build())
                .build();
    }

    @AfterEach
    void close() throws Exception {
        store.close();
        pool.close();
        wire.close();
    }

    private static Charge tokens(long units) {
        return Charge.of(Amount.of(units, Meter.TOKENS));
    }

    private List<Reservation> hold(int holds) {
        List<Reservation> held = new ArrayList<>();
        for (int i = 0; i < holds; i++) {
            held.add(ledger.reserve(KEY, tokens(1)).orThrow());
            clock.advance(Duration.ofMillis(1));
        }
        return held;
    }

    private Refusal refused(long units) {
        Admission admission = ledger.reserve(KEY, tokens(units));
        return admission.fold(
                granted -> {
                    throw new AssertionError("granted " + granted);
                },
                refusal -> refusal,
                conflict -> {
                    throw new AssertionError(conflict.message());
                });
    }

    private long count(String sql) {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void aRefusalLooksHoldsUpOnceAndRemembersThem() {
        List<Reservation> held = hold(MANY);
        Instant firstExpiry = NOON.plus(Duration.ofMinutes(10));

        assertThat(wire.roundTrips(() -> assertThat(refused(MANY + 1).retry()).contains(firstExpiry)))
                .as("a look-up, and the guard")
                .isEqualTo(2);
        assertThat(wire.roundTrips(() -> assertThat(refused(MANY + 1).retry()).contains(firstExpiry)))
                .isOne();
        assertThat(wire.roundTrips(() -> held.get(0).settle(tokens(0)))).isOne();
        assertThat(wire.roundTrips(() -> assertThat(refused(MANY + 2).retry()).contains(firstExpiry.plusMillis(1))))
                .as("what the settle left is known")
                .isOne();
        assertThat(store.audit(KEY)).isNotEmpty().allMatch(UsageAudit::agrees);
    }

    @Test
    void aReserveThatPassesManyExpiriesTakesTwoAndChangesNoneOfTheHolds() {
        List<Reservation> held = hold(MANY);
        clock.advance(Duration.ofMinutes(10));

        assertThat(wire.roundTrips(() -> ledger.reserve(KEY, tokens(2 * MANY)).orThrow()))
                .as("a look-up of sums, and the guard")
                .isEqualTo(2);

        assertThat(count("SELECT count(*) FROM quota_hold WHERE NOT expired")).isEqualTo(MANY + 1);
        assertThat(count("SELECT held FROM quota_usage")).isEqualTo(2 * MANY);
        assertThat(wire.roundTrips(() -> refused(1))).isLessThanOrEqualTo(2);
        assertThat(wire.roundTrips(() -> refused(1))).isOne();
        assertThat(store.audit(KEY)).isNotEmpty().allMatch(UsageAudit::agrees);
        assertThat(ledger.settle(held.get(0).id(), tokens(1)).orThrow().late()).isTrue();
        assertThat(store.audit(KEY)).isNotEmpty().allMatch(UsageAudit::agrees);
    }

    @Test
    void aReserveThatPassesManyChargesMarksAHundredHolds() {
        for (Reservation hold : hold(MANY)) {
            hold.progress(tokens(2)).orThrow();
        }
        clock.advance(Duration.ofMinutes(10));

        assertThat(ledger.reserve(KEY, tokens(1)).granted()).isFalse();
        ledger.charge(RequestId.of("charged"), KEY, tokens(1)).orThrow();
        ledger.reserve(KEY, tokens(0)).orThrow();

        assertThat(count("SELECT count(*) FROM quota_hold WHERE expired")).isEqualTo(100);
        assertThat(count("SELECT count(*) FROM quota_journal WHERE kind = 'EXPIRE'"))
                .isEqualTo(100);
        assertThat(count("SELECT used FROM quota_usage")).isEqualTo(2 * MANY + 1);
        assertThat(store.audit(KEY)).isNotEmpty().allMatch(UsageAudit::agrees);
    }

    /** As long as its account does not change, and no other hold expires. */
    @Test
    void aRefusalPastManyExpiriesSumsThemOnceForLaterOnes() {
        AtomicInteger sums = new AtomicInteger();
        try (JdbcQuotaStore counted = expired(Databases.postgres(), sums)) {
            refused(2 * MANY + 1);
            assertThat(sums).as("a sum of the one usage row").hasValue(1);

            refused(2 * MANY + 1);
            clock.advance(Duration.ofSeconds(1));
            refused(2 * MANY + 2);

            assertThat(sums).hasValue(1);
            assertThat(counted.audit(KEY)).isNotEmpty().allMatch(UsageAudit::agrees);
            ledger.reserve(KEY, tokens(2 * MANY)).orThrow();
        }
    }

    /** None is decided before the lock is free, so that they are decided together: at most a few go ahead of the others. */
    @ParameterizedTest
    @EnumSource(Dialect.class)
    void refusalsThatShareATransactionShareASum(Dialect dialect) throws Exception {
        AtomicInteger sums = new AtomicInteger();
        DataSource empty = Databases.empty(dialect);
        try (JdbcQuotaStore counted = expired(empty, sums)) {
            List<CompletableFuture<Admission>> refusals = new ArrayList<>();
            try (Connection foreign = empty.getConnection();
                    Statement statement = foreign.createStatement()) {
                foreign.setAutoCommit(false);
                statement.execute(Databases.locking(dialect, KEY.value()));
                for (int i = 0; i < 40; i++) {
                    refusals.add(ledger.async()
                            .reserve(ReserveRequest.builder(KEY, tokens(2 * MANY + 1))
                                    .build())
                            .toCompletableFuture());
                }
                foreign.rollback();
            }
            for (CompletableFuture<Admission> refusal : refusals) {
                assertThat(refusal.get(60, TimeUnit.SECONDS).granted()).isFalse();
            }

            assertThat(sums).hasPositiveValue().hasValueLessThan(10);
            assertThat(counted.audit(KEY)).isNotEmpty().allMatch(UsageAudit::agrees);
            ledger.reserve(KEY, tokens(2 * MANY)).orThrow();
        }
    }

    /** Returns a store in which many holds have expired that no step has passed. */
    private JdbcQuotaStore expired(DataSource empty, AtomicInteger sums) {
        JdbcQuotaStore counted = JdbcQuotaStore.builder(countingSums(empty, sums))
                .lanes(1)
                .clock(clock)
                .build();
        ledger = QuotaLedger.over(counted);
        ledger.admin().createAccount(key());
        hold(MANY);
        clock.advance(Duration.ofMinutes(10));
        return counted;
    }

    /** Counts the sums of expired holds that are prepared. */
    private static DataSource countingSums(DataSource database, AtomicInteger sums) {
        return proxy(DataSource.class, database, (result, arguments) -> {
            if (!(result instanceof Connection connection)) {
                return result;
            }
            return proxy(Connection.class, connection, (prepared, of) -> {
                if (prepared instanceof PreparedStatement && of[0] instanceof String sql) {
                    sums.addAndGet(sql.split("h\\.expires_at >= \\?", -1).length - 1);
                }
                return prepared;
            });
        });
    }

    private interface Seen {
        Object result(Object result, Object[] arguments);
    }

    private static <T> T proxy(Class<T> type, T of, Seen seen) {
        return type.cast(Proxy.newProxyInstance(
                ManyHoldsTest.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    try {
                        return seen.result(method.invoke(of, arguments), arguments);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                }));
    }

    @Test
    void h2ReadsTheHoldsThatExpireNextInTheOrderOfTheirIndex() throws Exception {
        DataSource h2 = Databases.empty(Dialect.H2);
        Schema.of(h2).create();

        try (Connection connection = h2.getConnection();
                PreparedStatement explain = connection.prepareStatement("EXPLAIN " + HoldLookUp.NEXT)) {
            explain.setString(1, KEY.value());
            explain.setString(2, Meter.TOKENS.name());
            explain.setInt(3, Meter.TOKENS.scale());
            explain.setObject(4, NOON.atOffset(ZoneOffset.UTC));
            explain.setInt(5, 100);
            try (ResultSet plan = explain.executeQuery()) {
                assertThat(plan.next()).isTrue();
                assertThat(plan.getString(1)).contains("/* index sorted */");
            }
        }
    }
}
