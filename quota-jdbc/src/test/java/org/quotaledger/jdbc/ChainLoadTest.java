package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.spi.UsageAudit;
import org.quotaledger.testkit.ManualClock;
import org.quotaledger.window.QuotaWindow;

/** What a node does with accounts that it has not met: it reads them without locks, and is not misled by that. */
class ChainLoadTest {

    private static final AccountId KEY = AccountId.of("key");
    private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");

    private final DataSource database = Databases.postgres();

    private static Charge tokens(long units) {
        return Charge.of(Amount.of(units, Meter.TOKENS));
    }

    private static QuotaLimit limit(String name, long tokens, QuotaWindow window) {
        return QuotaLimit.of(name, Amount.of(tokens, Meter.TOKENS), window);
    }

    @Test
    void aParentThatIsChangedWhileItIsReadIsReadWholeOrNotAtAll() throws Exception {
        try (JdbcQuotaStore old = JdbcQuotaStore.open(database)) {
            QuotaLedger ledger = QuotaLedger.over(old);
            for (String parent : List.of("one", "two")) {
                ledger.admin()
                        .createAccount(Account.builder(parent)
                                .override(limit("day", 1_000_000, RealTime.DECADE))
                                .build());
            }
            ledger.admin().createAccount(Account.builder(KEY).parent("one").build());
            AtomicBoolean done = new AtomicBoolean();

            CompletableFuture<Void> changes = CompletableFuture.runAsync(() -> {
                for (int i = 0; !done.get(); i++) {
                    String parent = i % 2 == 0 ? "two" : "one";
                    ledger.admin()
                            .changeAccount(
                                    KEY,
                                    before -> before.toBuilder().parent(parent).build());
                }
            });
            try {
                for (int i = 0; i < 100; i++) {
                    try (JdbcQuotaStore fresh = JdbcQuotaStore.open(database)) {
                        QuotaLedger node = QuotaLedger.over(fresh);
                        node.check(KEY, tokens(1));
                        assertThat(node.usage(AccountId.of("one"))).hasSize(1);
                        assertThat(node.usage(AccountId.of("two"))).hasSize(1);
                    }
                }
            } finally {
                done.set(true);
                Race.resultOf(changes);
            }
        }
    }

    @Test
    void aNewNodeKnowsAllThatTheOldOneKnows() {
        ManualClock clock = new ManualClock(NOON);
        try (JdbcQuotaStore old = JdbcQuotaStore.builder(database).clock(clock).build()) {
            QuotaLedger ledger = QuotaLedger.over(old);
            ledger.admin()
                    .createPolicy(QuotaPolicy.of(
                            "two",
                            limit("day", 100, QuotaWindow.daily(ZoneOffset.UTC)),
                            limit("rolling", 1_000, QuotaWindow.rolling(Duration.ofHours(24)))));
            ledger.admin().createAccount(Account.builder("top").policy("two").build());
            ledger.admin()
                    .createAccount(Account.builder("middle")
                            .parent("top")
                            .policy("two")
                            .build());
            ledger.admin()
                    .createAccount(Account.builder(KEY)
                            .parent("middle")
                            .policy("two")
                            .override(limit("day", 50, QuotaWindow.daily(ZoneOffset.UTC)))
                            .build());
            ledger.charge(RequestId.of("charged"), KEY, tokens(7)).orThrow();
            ledger.admin().reset(AccountId.of("middle"), "day");
            ledger.reserve(KEY, tokens(20)).orThrow();
            clock.advance(Duration.ofSeconds(1));

            try (JdbcQuotaStore fresh =
                    JdbcQuotaStore.builder(database).clock(clock).build()) {
                assertThat(QuotaLedger.over(fresh).usage(KEY))
                        .hasSize(6)
                        .isEqualTo(ledger.usage(KEY))
                        .anySatisfy(status -> assertThat(status.used().units()).isEqualTo(7))
                        .allSatisfy(status -> assertThat(status.held().units()).isEqualTo(20));
            }
        }
    }

    @Test
    void whatIsChangedBetweenItsReadingAndItsWritingIsReadAgain() throws Exception {
        try (JdbcQuotaStore admin = JdbcQuotaStore.open(database)) {
            QuotaLedger.over(admin)
                    .admin()
                    .createAccount(Account.builder(KEY)
                            .override(limit("day", 100, RealTime.DECADE))
                            .build());
        }
        try (JdbcQuotaStore fresh = JdbcQuotaStore.open(database);
                Connection other = database.getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("UPDATE quota_account SET stamp = stamp + 1, version = version + 1");
            statement.execute("UPDATE quota_limit SET amount = 3");

            CompletableFuture<Admission> answer =
                    CompletableFuture.supplyAsync(() -> QuotaLedger.over(fresh).reserve(KEY, tokens(5)));
            Race.until(() -> answer.isDone() || somebodyWaits(other));
            other.commit();

            assertThat(Race.resultOf(answer).granted()).isFalse();
            assertThat(fresh.audit(KEY))
                    .allMatch(UsageAudit::agrees)
                    .allMatch(row -> row.liveHeld().longValueExact() == 0);
        }
    }

    /** Returns whether somebody has asked for a lock that another has: this test alone is at work on the server. */
    private static boolean somebodyWaits(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)")) {
            result.next();
            return result.getBoolean(1);
        }
    }
}
