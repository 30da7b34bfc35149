package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.history.HistoryQuery;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.report.ReportQuery;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.testkit.ManualClock;
import org.quotaledger.window.QuotaWindow;

/** Readers wait for no writer: whatever is locked, usage, check, audit and reports answer. */
class ReadersTest {

    private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
    private static final AccountId TEAM = AccountId.of("team");
    private static final AccountId KEY = AccountId.of("key");
    private static final AccountId SPARE = AccountId.of("spare");

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void usageCheckAuditAndReportsAnswerWhileTheAccountsAreLocked(Dialect dialect) throws Exception {
        DataSource database = Databases.empty(dialect);
        ManualClock clock = new ManualClock(NOON);
        try (JdbcQuotaStore store =
                JdbcQuotaStore.builder(database).clock(clock).build()) {
            QuotaLedger ledger = ledger(store);
            ledger.reserve(ReserveRequest.builder(KEY, tokens(30))
                            .timeToLive(Duration.ofMinutes(1))
                            .build())
                    .orThrow();
            ledger.charge(RequestId.of("charge"), KEY, tokens(60)).orThrow();
            clock.advance(Duration.ofMinutes(2));

            try (Connection foreign = database.getConnection();
                    Statement statement = foreign.createStatement()) {
                foreign.setAutoCommit(false);
                for (AccountId id : new AccountId[] {TEAM, KEY, SPARE}) {
                    statement.executeQuery(Databases.locking(dialect, id.value()));
                }

                assertThat(answer(() -> ledger.usage(KEY)))
                        .allMatch(status -> status.held().isZero());
                assertThat(answer(() ->
                                ledger.async().usage(KEY).toCompletableFuture().join()))
                        .hasSize(2);
                assertThat(answer(() -> ledger.check(KEY, tokens(40))).admissible())
                        .isTrue();
                // Its limit overflows: the account that is charged instead is looked up too.
                assertThat(answer(() -> ledger.check(KEY, tokens(41))).admissible())
                        .isTrue();
                assertThat(answer(() -> ledger.check(AccountId.of("nobody"), tokens(1)))
                                .admissible())
                        .isFalse();
                assertThat(answer(() -> ledger.admin().audit())).isEmpty();
                assertThat(answer(() -> ledger.reports().totals(ReportQuery.ALL))
                                .used(Meter.TOKENS)
                                .units())
                        .hasToString("60");
                assertThat(answer(() -> ledger.admin().account(KEY))).isPresent();
                assertThat(answer(() -> ledger.admin().history(HistoryQuery.ALL)))
                        .isNotEmpty();
                foreign.rollback();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void aLedgerAnswersWhileAHostsTransactionThatChargedTheAccountIsOpen(Dialect dialect) throws Exception {
        DataSource database = Databases.empty(dialect);
        try (JdbcQuotaStore store = JdbcQuotaStore.open(database);
                Connection host = database.getConnection()) {
            QuotaLedger ledger = ledger(store);
            begin(host, dialect);
            QuotaLedger inside = ledger.in(store.in(host));
            inside.charge(RequestId.of("charge"), KEY, tokens(60)).orThrow();

            assertThat(answer(() -> ledger.usage(KEY)))
                    .allMatch(status -> status.used().isZero());
            assertThat(answer(() -> ledger.check(KEY, tokens(100))).admissible())
                    .isTrue();
            assertThat(inside.usage(KEY)).allMatch(status -> status.used().equals(Amount.of(60, Meter.TOKENS)));
            host.commit();

            assertThat(ledger.usage(KEY)).allMatch(status -> status.used().equals(Amount.of(60, Meter.TOKENS)));
        }
    }

    private static void begin(Connection host, Dialect dialect) throws SQLException {
        if (dialect != Dialect.SQLITE) {
            host.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        }
        host.setAutoCommit(false);
    }

    private static QuotaLedger ledger(JdbcQuotaStore store) {
        QuotaLedger ledger = QuotaLedger.over(store);
        ledger.admin().createPolicy(QuotaPolicy.of("day", day(100).build()));
        ledger.admin().createAccount(Account.builder(SPARE).policy("day").build());
        ledger.admin()
                .createAccount(
                        Account.builder(TEAM).override(day(1_000).build()).build());
        QuotaLimit overflowing =
                day(100).onExhaustion(ExhaustionAction.overflowTo(SPARE)).build();
        ledger.admin()
                .createAccount(
                        Account.builder(KEY).parent(TEAM).override(overflowing).build());
        return ledger;
    }

    private static QuotaLimit.Builder day(long units) {
        return QuotaLimit.builder("day", Amount.of(units, Meter.TOKENS), QuotaWindow.daily(ZoneOffset.UTC));
    }

    private static Charge tokens(long units) {
        return Charge.of(Amount.of(units, Meter.TOKENS));
    }

    /** Waits so long that only what waits for the lock is still under way. */
    private static <T> T answer(Supplier<T> reading) throws Exception {
        return CompletableFuture.supplyAsync(reading).get(60, TimeUnit.SECONDS);
    }
}
