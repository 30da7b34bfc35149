package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.quotaledger.EventDelivery;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.alert.Severity;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.event.LedgerEvent.Cause;
import org.quotaledger.event.LedgerEvent.Kind;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.spi.ClaimedEvent;
import org.quotaledger.window.WindowSpan;

/** Events in a database that nodes share and that outlives them. */
class EventsTest {

    private static final AccountId KEY = AccountId.of("key");
    private static final Instant AT = Instant.parse("2026-03-10T12:00:00.123456Z");
    private static final WindowSpan SPAN =
            new WindowSpan(Instant.parse("2026-03-10T00:00:00Z"), Instant.parse("2026-03-11T00:00:00Z"));

    private static List<LedgerEvent> everyKind() {
        Meter credits = new Meter("credits", 3);
        Amount used = Amount.of("1.234", credits);
        Amount amount = Amount.of("5", credits);
        UUID id = LedgerEvent.id(Kind.ALERT, "any");
        AlertThreshold share = AlertThreshold.percent(80, Severity.INFO, "owner", "a \"quoted\" one");
        AlertThreshold absolute = AlertThreshold.amount(Amount.of("0.5", credits), Severity.URGENT, "admin");
        LedgerEvent.LimitUse use = new LedgerEvent.LimitUse("daily", SPAN, used, amount);
        return List.of(
                new LedgerEvent.Alert(id, KEY, AT, use, share, Cause.CHARGE),
                new LedgerEvent.Alert(id, KEY, AT, use, absolute, Cause.LIMIT_CHANGED),
                new LedgerEvent.Exhausted(
                        id, KEY, AT, new LedgerEvent.LimitUse("daily", SPAN, amount, amount), Cause.CHARGE),
                new LedgerEvent.Refused(id, KEY, AT, "daily", SPAN, RefusalCode.QUOTA_NEVER_FITS, 12),
                new LedgerEvent.Suspended(id, KEY, AT, "daily", SPAN, SPAN.endExclusive(), Cause.EXHAUSTED),
                new LedgerEvent.Suspended(id, KEY, AT, null, null, null, Cause.PERSON),
                new LedgerEvent.Resumed(id, KEY, AT, "daily", Cause.TIME),
                new LedgerEvent.Resumed(id, KEY, AT, null, Cause.PERSON),
                new LedgerEvent.Reset(id, KEY, AT, "daily", SPAN, used),
                new LedgerEvent.LimitChanged(id, KEY, null, AT, "daily", used, amount),
                new LedgerEvent.LimitChanged(id, null, "standard", AT, "daily", null, amount),
                new LedgerEvent.LimitChanged(id, null, "standard", AT, "daily", used, null),
                new LedgerEvent.HoldExpired(id, KEY, AT, RequestId.of("request-1")));
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void everyKindOfEventComesBackAsItWentIn(Dialect dialect) throws SQLException {
        DataSource database = Databases.empty(dialect);
        try (JdbcQuotaStore store = JdbcQuotaStore.open(database)) {
            try (Connection connection = database.getConnection()) {
                connection.setAutoCommit(false);
                EventTable.append(
                        new Session(connection, dialect, new TableNames(dialect, null, TableNames.DEFAULT_PREFIX)),
                        everyKind());
                connection.commit();
            }

            List<ClaimedEvent> claimed = store.outbox().claim("node", 100, Duration.ofMinutes(1));

            assertThat(claimed).extracting(ClaimedEvent::event).containsExactlyElementsOf(everyKind());
            assertThat(everyKind()).extracting(LedgerEvent::kind).contains(Kind.values());
        }
    }

    private static void exhaust(QuotaLedger ledger, String id) {
        Amount one = Amount.of(1, Meter.TOKENS);
        AccountId account = ledger.admin()
                .createAccount(Account.builder(id)
                        .override(QuotaLimit.builder("daily", one, RealTime.DECADE)
                                .noAlerts()
                                .build())
                        .build())
                .id();
        ledger.reserve(account, Charge.of(one)).orThrow().settle(Charge.of(one)).orThrow();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void twoNodesThatDeliverAtOnceDeliverEachEventOnceWhileTheirLeasesHold(Dialect dialect) throws Exception {
        DataSource database = Databases.empty(dialect);
        ConcurrentLinkedQueue<UUID> arrived = new ConcurrentLinkedQueue<>();
        int events = 60;
        CountDownLatch all = new CountDownLatch(events);
        try (Databases.Pool one = Databases.pool(database);
                Databases.Pool two = Databases.pool(database);
                JdbcQuotaStore first = JdbcQuotaStore.open(one.dataSource());
                JdbcQuotaStore second = JdbcQuotaStore.open(two.dataSource());
                EventDelivery ofFirst = delivery(first, arrived, all);
                EventDelivery ofSecond = delivery(second, arrived, all)) {
            ofFirst.start();
            ofSecond.start();
            for (int i = 0; i < events; i++) {
                exhaust(QuotaLedger.over(i % 2 == 0 ? first : second), "key-" + i);
            }

            assertThat(all.await(Race.PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
                    .isTrue();
        }

        assertThat(arrived).hasSize(events).doesNotHaveDuplicates();
        assertThat(undelivered(database)).isZero();
    }

    private static EventDelivery delivery(
            JdbcQuotaStore store, ConcurrentLinkedQueue<UUID> arrived, CountDownLatch all) {
        return EventDelivery.builder(store, delivery -> {
                    arrived.add(delivery.event().id());
                    all.countDown();
                })
                .batchSize(3)
                .pollEvery(Duration.ofMillis(1))
                // Of a busy machine nobody knows how long a round takes: the claim is of leases that hold.
                .lease(Duration.ofHours(1))
                .build();
    }

    private static int undelivered(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result =
                        statement.executeQuery("SELECT COUNT(*) FROM quota_event WHERE delivered_at IS NULL")) {
            result.next();
            return result.getInt(1);
        }
    }

    @Test
    void whatWasNotDeliveredIsDeliveredAfterARestartAndWhatWasIsNot(@TempDir Path folder) {
        DataSource database = Databases.h2(folder.resolve("ledger"));
        List<String> arrived = new ArrayList<>();
        try (JdbcQuotaStore store = JdbcQuotaStore.open(database)) {
            exhaust(QuotaLedger.over(store), "before");
            deliver(store, arrived);
            exhaust(QuotaLedger.over(store), "after");
        }

        try (JdbcQuotaStore store = JdbcQuotaStore.open(database)) {
            deliver(store, arrived);
        }

        assertThat(arrived).containsExactly("before", "after");
    }

    private static void deliver(JdbcQuotaStore store, List<String> arrived) {
        EventDelivery.builder(
                        store,
                        delivery -> arrived.add(String.valueOf(delivery.event().account())))
                .build()
                .deliverOnce();
    }
}
