package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReserveMode;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.spi.QuotaStoreException;
import org.quotaledger.spi.UsageAudit;

/** The ledger's changes and the host's own row are committed together, or not at all. */
class HostTransactionTest {

    private static final AccountId KEY = AccountId.of("key");
    private static final RequestId CHARGE = RequestId.of("charge");

    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<LedgerEvent> told = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    /** A host with a table of its own, beside the ledger's. */
    private final class Host {
        final DataSource database;
        final JdbcQuotaStore store;
        final QuotaLedger ledger;

        Host(Dialect dialect) throws SQLException {
            database = Databases.empty(dialect);
            store = JdbcQuotaStore.open(database);
            open.add(store);
            ledger = QuotaLedger.builder(store).onEvent(told::add).build();
            ledger.admin()
                    .createPolicy(
                            QuotaPolicy.of("day", QuotaLimit.of("day", Amount.of(100, Meter.TOKENS), RealTime.DECADE)));
            ledger.admin().createAccount(Account.builder("team").policy("day").build());
            ledger.admin()
                    .createAccount(
                            Account.builder(KEY).parent("team").policy("day").build());
            try (Connection connection = database.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE orders (id integer NOT NULL PRIMARY KEY)");
            }
        }

        Connection begin() throws SQLException {
            Connection connection = database.getConnection();
            open.add(connection);
            if (connection.getTransactionIsolation() != Connection.TRANSACTION_SERIALIZABLE) {
                connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            }
            connection.setAutoCommit(false);
            return connection;
        }

        int orders() throws SQLException {
            try (Connection connection = database.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery("SELECT COUNT(*) FROM orders")) {
                result.next();
                return result.getInt(1);
            }
        }

        long used() {
            assertThat(store.audit(KEY)).allMatch(UsageAudit::agrees);
            return ledger.usage(KEY).get(1).used().units();
        }
    }

    private static void order(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO orders (id) VALUES (1)");
        }
    }

    private static Charge tokens(long units) {
        return Charge.of(Amount.of(units, Meter.TOKENS));
    }

    private static ReserveRequest request(String id, long units) {
        return ReserveRequest.builder(KEY, tokens(units)).id(id).build();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void bothAreCommitted(Dialect dialect) throws Exception {
        Host host = new Host(dialect);
        Connection connection = host.begin();
        order(connection);

        QuotaLedger ledger = host.ledger.in(host.store.in(connection));
        ledger.charge(CHARGE, KEY, tokens(85)).orThrow();
        ledger.reserve(request("held", 10)).orThrow();
        ledger.settle(RequestId.of("held"), tokens(4)).orThrow();
        ledger.admin().disable(KEY);
        connection.commit();

        assertThat(host.orders()).isOne();
        assertThat(host.used()).isEqualTo(89);
        assertThat(host.ledger.admin().account(KEY).orElseThrow().account().disabled())
                .isTrue();
        assertThat(connection.isClosed()).isFalse();
        assertThat(told).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void bothAreRolledBack(Dialect dialect) throws Exception {
        Host host = new Host(dialect);
        Connection connection = host.begin();
        order(connection);

        QuotaLedger ledger = host.ledger.in(host.store.in(connection));
        ledger.charge(CHARGE, KEY, tokens(85)).orThrow();
        ledger.admin().disable(KEY);
        ledger.admin()
                .changePolicy(
                        "day",
                        policy -> QuotaPolicy.of(
                                "day", QuotaLimit.of("day", Amount.of(7, Meter.TOKENS), RealTime.DECADE)));
        assertThat(ledger.usage(KEY).get(1).limit().amount()).isEqualTo(Amount.of(7, Meter.TOKENS));
        connection.rollback();

        assertThat(host.orders()).isZero();
        assertThat(host.used()).isZero();
        assertThat(host.ledger.reservation(CHARGE)).isEmpty();
        assertThat(host.ledger.reserve(request("fits", 100)).granted())
                .as("the account is not disabled, and its limit is the old one")
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void whatTheHostCommittedCountsForTheLanesAtOnce(Dialect dialect) throws Exception {
        Host host = new Host(dialect);
        host.ledger.reserve(request("before", 30)).orThrow().settle(tokens(30)).orThrow();
        Connection connection = host.begin();

        host.ledger
                .in(host.store.in(connection))
                .charge(CHARGE, KEY, tokens(60))
                .orThrow();
        connection.commit();

        assertThat(host.ledger.reserve(request("too-much", 11)).granted()).isFalse();
        assertThat(host.ledger.reserve(request("fits", 10)).granted()).isTrue();
        assertThat(host.used()).isEqualTo(90);
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void aRefusalOrAFailureOfTheRuleLeavesTheHostsTransactionAlone(Dialect dialect) throws Exception {
        Host host = new Host(dialect);
        Connection connection = host.begin();
        order(connection);
        QuotaLedger ledger = host.ledger.in(host.store.in(connection));

        assertThat(ledger.reserve(request("too-much", 101)).granted()).isFalse();
        ledger.charge(CHARGE, KEY, tokens(1)).orThrow();
        ledger.reserve(request("held", 1)).orThrow();
        ReserveRequest moreThanALongHolds = ReserveRequest.builder(KEY, tokens(Long.MAX_VALUE))
                .mode(ReserveMode.OBSERVE)
                .build();
        assertThatThrownBy(() -> ledger.reserve(moreThanALongHolds)).isInstanceOf(ArithmeticException.class);
        connection.commit();

        assertThat(host.orders()).isOne();
        assertThat(host.used()).isOne();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void theSameIdAgainIsTheSameCharge(Dialect dialect) throws Exception {
        Host host = new Host(dialect);
        for (int i = 0; i < 2; i++) {
            Connection connection = host.begin();
            host.ledger
                    .in(host.store.in(connection))
                    .charge(CHARGE, KEY, tokens(5))
                    .orThrow();
            connection.commit();
        }

        assertThat(host.used()).isEqualTo(5);
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void everyReadSeesWhatTheTransactionDid(Dialect dialect) throws Exception {
        Host host = new Host(dialect);
        Connection connection = host.begin();
        QuotaLedger ledger = host.ledger.in(host.store.in(connection));

        ledger.admin().createAccount(Account.builder("new").parent("team").build());
        ledger.charge(CHARGE, AccountId.of("new"), tokens(5)).orThrow();

        assertThat(ledger.admin().account(AccountId.of("new"))).isPresent();
        assertThat(ledger.reservation(CHARGE)).isPresent();
        assertThat(ledger.admin().audit()).isEmpty();
        assertThat(host.ledger.admin().account(AccountId.of("new"))).isEmpty();
        connection.rollback();
    }

    /** The charge waits for the lock until the host commits, and then counts what it did. */
    @ParameterizedTest
    @EnumSource(Dialect.class)
    void chargesByOthersWaitForTheHost(Dialect dialect) throws Exception {
        Host host = new Host(dialect);
        Connection connection = host.begin();
        host.ledger
                .in(host.store.in(connection))
                .charge(CHARGE, KEY, tokens(95))
                .orThrow();

        CompletableFuture<Boolean> granted = host.ledger
                .async()
                .reserve(request("other", 10))
                .thenApply(answer -> answer.granted())
                .toCompletableFuture();
        connection.commit();

        assertThat(Race.resultOf(granted)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void autoCommitIsRefused(Dialect dialect) throws Exception {
        Host host = new Host(dialect);
        Connection connection = host.begin();
        connection.setAutoCommit(true);

        assertThatThrownBy(() -> host.store.in(connection))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("connection is in auto-commit mode");
    }

    @ParameterizedTest
    @EnumSource(value = Dialect.class, mode = Mode.EXCLUDE, names = "SQLITE")
    void anotherIsolationLevelIsRefused(Dialect dialect) throws Exception {
        Host host = new Host(dialect);
        Connection connection = host.begin();
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);

        assertThatThrownBy(() -> host.store.in(connection))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("REPEATABLE READ: expected READ COMMITTED");
    }

    @Test
    void anotherDatabaseIsRefused() throws Exception {
        Host host = new Host(Dialect.H2);
        Connection elsewhere = new Host(Dialect.SQLITE).begin();

        assertThatThrownBy(() -> host.store.in(elsewhere))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("connection leads to SQLITE: expected H2, where the ledger is");
    }

    /** Two hosts take two accounts in different order: one of them is told, and can do it all again. */
    @ParameterizedTest
    @EnumSource(value = Dialect.class, mode = Mode.EXCLUDE, names = "SQLITE")
    void ofTwoThatWaitForEachOtherOneIsToldThatNothingWasApplied(Dialect dialect) throws Exception {
        Host host = new Host(dialect);
        host.ledger.admin().createAccount(Account.builder("a").build());
        host.ledger.admin().createAccount(Account.builder("b").build());
        Connection first = host.begin();
        Connection second = host.begin();
        QuotaLedger one = host.ledger.in(host.store.in(first));
        QuotaLedger two = host.ledger.in(host.store.in(second));
        one.charge(RequestId.of("1a"), AccountId.of("a"), tokens(1)).orThrow();
        two.charge(RequestId.of("2b"), AccountId.of("b"), tokens(1)).orThrow();

        CompletableFuture<Boolean> firstDone = CompletableFuture.supplyAsync(() -> committed(
                first,
                () -> one.charge(RequestId.of("1b"), AccountId.of("b"), tokens(1))
                        .orThrow()));
        boolean secondDone = committed(
                second,
                () -> two.charge(RequestId.of("2a"), AccountId.of("a"), tokens(1))
                        .orThrow());

        assertThat(List.of(Race.resultOf(firstDone), secondDone)).contains(true);
        if (!secondDone || !firstDone.join()) {
            String lost = secondDone ? "1" : "2";
            assertThat(host.store.reservation(RequestId.of(lost + "a"))).isEmpty();
            assertThat(host.store.reservation(RequestId.of(lost + "b"))).isEmpty();
        }
    }

    private static boolean committed(Connection connection, Runnable work) {
        try {
            work.run();
            connection.commit();
            return true;
        } catch (QuotaStoreException failed) {
            assertThat(failed.outcome()).isEqualTo(QuotaStoreException.Outcome.NOT_APPLIED);
            rollBack(connection);
            return false;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static void rollBack(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    void onSqliteATransactionThatReadBeforeAnotherWroteIsToldThatNothingWasApplied() throws Exception {
        Host host = new Host(Dialect.SQLITE);
        Connection connection = host.begin();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT COUNT(*) FROM orders")) {
            result.next();
        }
        host.ledger.charge(RequestId.of("other"), KEY, tokens(1)).orThrow();
        QuotaLedger ledger = host.ledger.in(host.store.in(connection));

        assertThatThrownBy(() -> ledger.charge(CHARGE, KEY, tokens(5)))
                .isInstanceOf(QuotaStoreException.class)
                .hasMessageContaining("not applied");
        connection.rollback();

        ledger.charge(CHARGE, KEY, tokens(5)).orThrow();
        connection.commit();
        assertThat(host.used()).isEqualTo(6);
    }
}
