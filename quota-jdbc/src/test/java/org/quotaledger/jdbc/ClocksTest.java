package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.Refused;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.spi.UsageAudit;
import org.quotaledger.window.QuotaWindow;

/**
 * Nodes decide by the database's time. The clock of this machine cannot be set by a test, but that of the database can: it
 * is put five seconds before this node's, and five after, so that the two are on different sides of what is decided.
 */
class ClocksTest {

    private static final AccountId KEY = AccountId.of("key");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration MICRO = Duration.of(1, ChronoUnit.MICROS);

    private static Charge tokens(long units) {
        return Charge.of(Amount.of(units, Meter.TOKENS));
    }

    /** Two nodes on one database, and a key of ten tokens in each hour from the boundary on. */
    private static final class Nodes implements AutoCloseable {

        private final SettableClock clock;
        private final JdbcQuotaStore first;
        private final JdbcQuotaStore second;
        private final QuotaLedger one;
        private final QuotaLedger two;

        Nodes(Dialect dialect, Instant boundary) throws SQLException {
            clock = new SettableClock(dialect);
            clock.set(boundary.minus(HOUR));
            first = JdbcQuotaStore.open(clock.database());
            second = JdbcQuotaStore.open(clock.database());
            one = QuotaLedger.over(first);
            two = QuotaLedger.over(second);
            one.admin()
                    .createAccount(Account.builder(KEY)
                            .override(QuotaLimit.builder(
                                            "hour", Amount.of(10, Meter.TOKENS), QuotaWindow.custom(HOUR, boundary))
                                    .noAlerts()
                                    .build())
                            .build());
        }

        List<Boolean> reserve(long tokens) {
            return Stream.of(one, two)
                    .map(node -> node.reserve(KEY, tokens(tokens)).granted())
                    .toList();
        }

        @Override
        public void close() {
            first.close();
            second.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"POSTGRESQL, -5", "POSTGRESQL, 5", "MARIADB, -5", "MARIADB, 5"})
    void aWindowEndsWhenTheDatabaseSaysSo(Dialect dialect, int secondsToTheBoundary) throws SQLException {
        Instant boundary = Instant.now().truncatedTo(ChronoUnit.MICROS).plusSeconds(secondsToTheBoundary);
        try (Nodes nodes = new Nodes(dialect, boundary)) {
            nodes.clock.set(boundary.minus(MICRO));
            assertThat(nodes.reserve(5)).as("half for each of them").containsExactly(true, true);
            List<Admission> refusals = List.of(nodes.one.reserve(KEY, tokens(1)), nodes.two.reserve(KEY, tokens(1)));

            assertThat(refusals)
                    .allSatisfy(answer ->
                            assertThat(((Refused) answer).refusal().retry()).contains(boundary));

            nodes.clock.set(boundary);
            assertThat(nodes.reserve(5)).containsExactly(true, true);
            assertThat(nodes.reserve(1)).containsExactly(false, false);
            assertThat(nodes.first.audit(KEY)).hasSize(2).allMatch(UsageAudit::agrees);
        }
    }

    @ParameterizedTest
    @CsvSource({"POSTGRESQL, -5", "POSTGRESQL, 5", "MARIADB, -5", "MARIADB, 5"})
    void aHoldExpiresWhenTheDatabaseSaysSo(Dialect dialect, int secondsToTheExpiry) throws SQLException {
        Instant expiry = Instant.now().truncatedTo(ChronoUnit.MICROS).plusSeconds(secondsToTheExpiry);
        Duration timeToLive = Duration.ofMinutes(10);
        try (Nodes nodes = new Nodes(dialect, expiry.plus(HOUR.dividedBy(2)))) {
            nodes.clock.set(expiry.minus(timeToLive));
            Reservation hold = nodes.one
                    .reserve(ReserveRequest.builder(KEY, tokens(10))
                            .timeToLive(timeToLive)
                            .build())
                    .orThrow();
            assertThat(hold.expiresAt()).isEqualTo(expiry);

            nodes.clock.set(expiry.minus(MICRO));
            assertThat(nodes.reserve(1)).containsExactly(false, false);
            assertThat(nodes.two.admin().sweep(100).expired()).isZero();

            nodes.clock.set(expiry);
            assertThat(nodes.reserve(5)).containsExactly(true, true);
            assertThat(nodes.two.settle(hold.id(), tokens(3)).orThrow().late()).isTrue();
            assertThat(nodes.first.audit(KEY)).allMatch(UsageAudit::agrees);
        }
    }

    @Test
    void noNodeLooksAtItsOwnClock() throws IOException {
        Pattern clock = Pattern.compile("(Instant|Date|DateTime|Time)\\.now\\(|currentTimeMillis|Clock\\.system");
        List<String> readers = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (clock.matcher(Files.readString(file)).find()) {
                    readers.add(file.getFileName().toString());
                }
            }
        }

        assertThat(readers)
                .as("SQLite alone has no clock but the machine's, which all its processes share")
                .containsExactly("Dialect.java");
    }
}
