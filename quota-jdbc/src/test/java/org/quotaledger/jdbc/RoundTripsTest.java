package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Command;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReserveMode;
import org.quotaledger.reservation.Tags;
import org.quotaledger.spi.UsageAudit;
import org.quotaledger.window.QuotaWindow;

/** How often PostgreSQL is asked, counted on the wire: that is stable where times are not. */
class RoundTripsTest {

    private static final AccountId ORG = AccountId.of("org");
    private static final AccountId KEY = AccountId.of("key");

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
        store = JdbcQuotaStore.builder(pool).lanes(1).build();
        ledger = QuotaLedger.over(store);
        ledger.admin().createAccount(account(ORG).build());
        ledger.admin().createAccount(account(KEY).parent(ORG).build());
    }

    private static Account.Builder account(AccountId id) {
        return Account.builder(id)
                .override(QuotaLimit.builder("day", Amount.of(1_000, Meter.TOKENS), QuotaWindow.daily(ZoneOffset.UTC))
                        .thresholds(List.of())
                        .build());
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

    private Reservation reserve(long tokens) {
        return ledger.reserve(KEY, tokens(tokens)).orThrow();
    }

    @Test
    void aReserveAndASettleTakeOneEach() {
        reserve(1).settle(tokens(1));
        List<Reservation> held = new ArrayList<>();

        assertThat(wire.roundTrips(() -> held.add(reserve(5)))).isOne();
        assertThat(wire.roundTrips(() -> held.get(0).settle(tokens(3)))).isOne();
        assertThat(store.audit(KEY)).allMatch(row -> row.agrees() && row.journalUsed() == 4);
        assertThat(store.audit(ORG)).allMatch(row -> row.agrees() && row.journalUsed() == 4);
    }

    @Test
    void aSettleByIdAReleaseAndADirectChargeTakeOneEach() {
        reserve(1).settle(tokens(1));
        Reservation settled = reserve(5);
        Reservation released = reserve(5);

        assertThat(wire.roundTrips(() -> ledger.settle(settled.id(), tokens(2)).orThrow()))
                .isOne();
        assertThat(wire.roundTrips(() -> ledger.release(released.id()).orThrow()))
                .isOne();
        assertThat(wire.roundTrips(() ->
                        ledger.charge(RequestId.of("charged"), KEY, tokens(4)).orThrow()))
                .isOne();
        assertThat(store.audit(KEY)).allMatch(row -> row.agrees() && row.journalUsed() == 7 && row.liveHeld() == 0);
    }

    @Test
    void aGroupOfThirtyTakesOne() throws Exception {
        reserve(1).settle(tokens(1));
        reserve(1).release();
        List<CompletableFuture<?>> answers = new ArrayList<>();
        int before;
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.executeQuery("SELECT id FROM quota_account WHERE id = 'key' FOR UPDATE");
            before = wire.roundTrips();
            answers.add(store.submit(reserveCommand("first")).toCompletableFuture());
            while (wire.roundTrips() == before) {
                Thread.onSpinWait();
            }
            for (int i = 0; i < 30; i++) {
                answers.add(store.submit(reserveCommand("grouped-" + i)).toCompletableFuture());
            }
            connection.rollback();
        }
        for (CompletableFuture<?> answer : answers) {
            answer.get(10, TimeUnit.SECONDS);
        }

        assertThat(wire.roundTrips() - before)
                .as("the one that held up the rest, and the rest")
                .isEqualTo(2);
        assertThat(store.audit(KEY)).allMatch(row -> row.agrees() && row.liveHeld() == 31);
    }

    private static Command.Reserve reserveCommand(String id) {
        return new Command.Reserve(
                RequestId.of(id),
                KEY,
                tokens(1),
                ReserveMode.ALL_OR_NOTHING,
                Duration.ofMinutes(10),
                true,
                Tags.NONE,
                null,
                false);
    }

    @Test
    void aRefusalAndALookTakeOneEach() {
        reserve(900).settle(tokens(900));
        reserve(1).settle(tokens(1));

        assertThat(wire.roundTrips(
                        () -> assertThat(ledger.reserve(KEY, tokens(1_001))).isNotInstanceOf(Admission.Granted.class)))
                .isOne();
        assertThat(wire.roundTrips(() -> ledger.check(KEY, tokens(1)))).isOne();
        assertThat(wire.roundTrips(() -> ledger.usage(KEY))).isOne();
    }

    @Test
    void theFirstUseOfAChainTakesTwo() {
        assertThat(wire.roundTrips(() -> reserve(1))).isEqualTo(2);
        assertThat(wire.roundTrips(() -> reserve(1))).isOne();
    }

    @Test
    void whatAnotherNodeChangedIsLoadedAgain() {
        reserve(1).settle(tokens(1));
        try (JdbcQuotaStore other = JdbcQuotaStore.open(database)) {
            QuotaLedger.over(other).reserve(KEY, tokens(999)).orThrow();

            assertThat(wire.roundTrips(
                            () -> assertThat(ledger.reserve(KEY, tokens(1))).isNotInstanceOf(Admission.Granted.class)))
                    .isGreaterThan(1);
            assertThat(store.audit(KEY)).allMatch(UsageAudit::agrees);
        }
    }
}
