package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
import org.quotaledger.reservation.RequestOrigin;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReserveMode;
import org.quotaledger.reservation.Tags;
import org.quotaledger.spi.UsageAudit;
import org.quotaledger.window.QuotaWindow;

/**
 * How often PostgreSQL is asked, counted on the wire: that is stable where times are not. The ledger's time stands still:
 * by the database's, a command is decided again when it waits for a second between its decision and its write.
 */
class RoundTripsTest {

    private static final AccountId ORG = AccountId.of("org");
    private static final AccountId KEY = AccountId.of("key");
    private static final Clock NOON = Clock.fixed(Instant.parse("2026-03-10T12:00:00Z"), ZoneOffset.UTC);

    private final PGSimpleDataSource database = (PGSimpleDataSource) Databases.postgres();
    private final WatchedConnection wire = new WatchedConnection(database);

    private HikariDataSource pool;
    private JdbcQuotaStore store;
    private QuotaLedger ledger;

    @BeforeEach
    void open() {
        pool = Databases.poolOfOne(
                wire.dataSource()); // More are opened in the background, which takes round trips too.
        store = JdbcQuotaStore.builder(pool).clock(NOON).lanes(1).build();
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
        assertThat(store.audit(KEY))
                .allMatch(row -> row.agrees() && row.journalUsed().longValueExact() == 4);
        assertThat(store.audit(ORG))
                .allMatch(row -> row.agrees() && row.journalUsed().longValueExact() == 4);
    }

    /** A pause of a second makes it more: so the least of some tries counts. */
    @Test
    void byTheDatabasesTimeAReserveAndASettleTakeOneEachToo() {
        try (JdbcQuotaStore timed = JdbcQuotaStore.builder(pool).lanes(1).build()) {
            QuotaLedger node = QuotaLedger.over(timed);
            node.reserve(KEY, tokens(1)).orThrow().settle(tokens(1)).orThrow();
            List<Integer> reserves = new ArrayList<>();
            List<Integer> settles = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                List<Reservation> held = new ArrayList<>();
                reserves.add(wire.roundTrips(
                        () -> held.add(node.reserve(KEY, tokens(5)).orThrow())));
                settles.add(wire.roundTrips(() -> held.get(0).settle(tokens(3))));
            }

            assertThat(reserves).contains(1).doesNotContain(0);
            assertThat(settles).contains(1).doesNotContain(0);
        }
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
        assertThat(store.audit(KEY))
                .allMatch(row -> row.agrees()
                        && row.journalUsed().longValueExact() == 7
                        && row.liveHeld().longValueExact() == 0);
    }

    @Test
    void aGroupOfThirtyTakesOne() throws Exception {
        reserve(1).settle(tokens(1));
        reserve(1).release();
        List<Command.Reserve> commands = new ArrayList<>();
        for (int i = 0; i <= 30; i++) {
            commands.add(reserveCommand("grouped-" + i, KEY));
        }

        int before = wire.roundTrips();
        together(commands.toArray(new Command.Reserve[0]));

        assertThat(wire.roundTrips() - before)
                .as("the one that held up the rest, and the rest")
                .isEqualTo(2);
        assertThat(store.audit(KEY))
                .allMatch(row -> row.agrees() && row.liveHeld().longValueExact() == 31);
    }

    /** Has the first wait for its account until the others wait for it, so that they are one group. */
    private void together(Command.Reserve... commands) throws Exception {
        List<CompletableFuture<?>> answers = new ArrayList<>();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.executeQuery("SELECT id FROM quota_account WHERE id = '%s' FOR UPDATE"
                    .formatted(commands[0].account().value()));
            int before = wire.roundTrips();
            for (Command.Reserve command : commands) {
                answers.add(store.submit(command).toCompletableFuture());
                Race.until(() -> wire.roundTrips() > before);
            }
            connection.rollback();
        }
        for (CompletableFuture<?> answer : answers) {
            Race.resultOf(answer);
        }
    }

    private static Command.Reserve reserveCommand(String id, AccountId account) {
        return new Command.Reserve(
                new RequestOrigin(RequestId.of(id), account, Tags.NONE),
                tokens(1),
                ReserveMode.ALL_OR_NOTHING,
                Duration.ofMinutes(10),
                true,
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
    void whatAnotherNodeChangedIsReadAndDecidedAgainInThree() {
        reserve(1).settle(tokens(1));
        try (JdbcQuotaStore other = JdbcQuotaStore.builder(database).clock(NOON).build()) {
            QuotaLedger.over(other).reserve(KEY, tokens(900)).orThrow();

            assertThat(wire.roundTrips(() -> reserve(1))).isEqualTo(3);
            assertThat(wire.roundTrips(() -> reserve(1))).isOne();
            assertThat(store.audit(KEY)).allMatch(UsageAudit::agrees);
        }
    }

    @Test
    void whatNobodyElseChangedIsStillKnownAfterAGroupWasDecidedAgain() throws Exception {
        AccountId own = AccountId.of("own");
        ledger.admin().createAccount(account(own).build());
        reserve(1).settle(tokens(1));
        Reservation hold = ledger.reserve(own, tokens(5)).orThrow();
        try (JdbcQuotaStore other = JdbcQuotaStore.builder(database).clock(NOON).build()) {
            QuotaLedger.over(other).reserve(KEY, tokens(1)).orThrow();
        }

        int before = wire.roundTrips();
        together(reserveCommand("first", own), reserveCommand("changed", KEY), reserveCommand("own", own));

        assertThat(wire.roundTrips() - before)
                .as("the one that held up the rest, and three for the rest")
                .isEqualTo(4);
        assertThat(wire.roundTrips(() -> hold.settle(tokens(3)))).isOne();
        assertThat(store.audit(own))
                .allMatch(row -> row.agrees()
                        && row.journalUsed().longValueExact() == 3
                        && row.liveHeld().longValueExact() == 2);
    }
}
