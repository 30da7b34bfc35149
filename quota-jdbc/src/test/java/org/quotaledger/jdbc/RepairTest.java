package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.quotaledger.LedgerAdmin;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.history.Change;
import org.quotaledger.history.HistoryQuery;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.spi.UsageAudit;
import org.quotaledger.testkit.ManualClock;
import org.quotaledger.window.QuotaWindow;

/** What somebody altered in the tables by hand is found and put right. */
class RepairTest {

    private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
    private static final AccountId KEY = AccountId.of("key");

    private static Charge tokens(long units) {
        return Charge.of(Amount.ofUnits(units, Meter.TOKENS));
    }

    private static QuotaLimit.Builder limit(String name, long tokens, QuotaWindow window) {
        return QuotaLimit.builder(name, Amount.ofUnits(tokens, Meter.TOKENS), window)
                .noAlerts();
    }

    /** A ledger on tables of its own, in which a key has two limits, one of a policy. */
    private static final class Node implements AutoCloseable {

        private final DataSource database;
        private final ManualClock clock = new ManualClock(NOON);
        private final QuotaLedger ledger;
        private final LedgerAdmin admin;

        Node(Dialect dialect) {
            database = Databases.empty(dialect);
            ledger = QuotaLedger.over(
                    JdbcQuotaStore.builder(database).clock(clock).build());
            admin = ledger.admin();
            admin.createPolicy(QuotaPolicy.of(
                    "daily",
                    limit("daily", 100, QuotaWindow.daily(ZoneOffset.UTC))
                            .onExhaustion(ExhaustionAction.suspendUntilWindowEnd())
                            .build()));
            admin.createAccount(Account.builder(KEY)
                    .policy("daily")
                    .override(limit("rolling", 1_000, QuotaWindow.rolling(Duration.ofHours(24)))
                            .build())
                    .build());
        }

        void alter(String change) throws SQLException {
            try (Connection connection = database.getConnection();
                    Statement statement = connection.createStatement()) {
                assertThat(statement.executeUpdate(change)).isPositive();
            }
        }

        long used(String limit) {
            return ledger.usage(KEY).stream()
                    .filter(status -> status.limit().name().equals(limit))
                    .findFirst()
                    .orElseThrow()
                    .used()
                    .units();
        }

        @Override
        public void close() {
            ledger.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void putsWhatIsCountedToWhatTheJournalAndTheHoldsSay(Dialect dialect) throws SQLException {
        try (Node node = new Node(dialect)) {
            node.ledger.charge(RequestId.of("yesterday"), KEY, tokens(7));
            node.clock.advance(Duration.ofHours(13));
            Reservation hold = node.ledger.reserve(KEY, tokens(20)).orThrow();
            node.ledger.charge(RequestId.of("today"), KEY, tokens(30));
            node.alter("UPDATE quota_usage SET used = used + 5, held = held + 1");

            List<UsageAudit> differences = node.admin.audit(KEY);

            assertThat(differences).hasSizeGreaterThan(2);
            assertThat(node.admin.repair(KEY)).isEqualTo(differences);

            assertThat(node.admin.audit()).isEmpty();
            assertThat(node.used("daily")).isEqualTo(30);
            hold.settle(tokens(20)).orThrow();
            assertThat(node.used("daily")).isEqualTo(50);
            assertThat(node.used("rolling")).isEqualTo(57);
            assertThat(node.admin.audit()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void writesDownWhatItPutRightForWhoeverReadsTheTables(Dialect dialect) throws SQLException {
        try (Node node = new Node(dialect)) {
            node.ledger.charge(RequestId.of("today"), KEY, tokens(30));
            node.alter("UPDATE quota_usage SET used = 0");

            node.admin.as("ann").repair(KEY);

            node.alter("UPDATE quota_usage SET held = held WHERE used = 30 AND limit_name = 'daily'");
            assertThat(node.admin.history(HistoryQuery.of(KEY)).get(0).change()).satisfies(change -> {
                assertThat(change.kind()).isEqualTo(Change.Kind.REPAIR);
                assertThat(change.actor()).isEqualTo("ann");
                assertThat(((Change.OfAccount) change).note()).contains("daily from", "used 0, by the journal 30");
            });
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void suspendsAndResumesByWhatIsTrue(Dialect dialect) throws SQLException {
        try (Node node = new Node(dialect)) {
            node.ledger.charge(RequestId.of("1"), KEY, tokens(100));
            assertThat(node.admin.account(KEY).orElseThrow().suspension()).isNotNull();
            node.alter("UPDATE quota_journal SET units = 40");

            assertThat(node.admin.repair(KEY)).isNotEmpty();

            assertThat(node.admin.account(KEY).orElseThrow().suspension()).isNull();
            assertThat(node.ledger.check(KEY, tokens(60)).admissible()).isTrue();

            node.alter("UPDATE quota_journal SET units = 100");
            assertThat(node.admin.repair(KEY)).isNotEmpty();

            assertThat(node.admin.account(KEY).orElseThrow().suspension()).isNotNull();
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void changesNothingWhereNothingDiffers(Dialect dialect) {
        try (Node node = new Node(dialect)) {
            node.ledger.charge(RequestId.of("today"), KEY, tokens(30));
            long version = node.admin.account(KEY).orElseThrow().version();

            assertThat(node.admin.repair(KEY)).isEmpty();

            assertThat(node.admin.account(KEY).orElseThrow().version()).isEqualTo(version);
        }
    }
}
