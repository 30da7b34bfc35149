package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.h2.tools.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.reservation.Admission;
import org.quotaledger.spi.JournalQuery;
import org.quotaledger.spi.UsageAudit;
import org.quotaledger.window.QuotaWindow;

/** Nodes in processes of their own on one database: no limit is passed, and counters are the journal's sums. */
class SeveralProcessesTest {

    private static final int PROCESSES = 4;

    /** Of each thread. They ask for several times as much as {@link #ONCE} in all. */
    private static final int REQUESTS = 40;

    /** Of each thread where processes share a file, on which one writes at a time. */
    private static final int FEW_REQUESTS = 10;

    /** Tokens of every account for all time: however fast or slow the processes are, some requests are refused. */
    private static final int ONCE = 600;

    /** Tokens of every account in each second: on a fast machine they are used up again and again. */
    private static final int SECOND = 200;

    private static final Pattern WORK = Pattern.compile("charged (\\d+) granted (\\d+) refused (\\d+)");
    private static final AccountId ORGANISATION = AccountId.of("organisation");

    @TempDir
    private Path folder;

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void leaveNoProcess() {
        processes.forEach(Process::destroyForcibly);
    }

    private Process start(DataSource database, int requests, long seed, List<AccountId> accounts) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                System.getProperty("java.class.path"),
                NodeProcess.class.getName(),
                Databases.url(database),
                String.valueOf(requests),
                String.valueOf(seed)));
        accounts.forEach(account -> command.add(account.value()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("err.txt").toFile()))
                .start();
        processes.add(process);
        return process;
    }

    private static void awaitReady(Process process) throws IOException {
        assertThat(process.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("ready");
    }

    private static void giveTheStart(Process process) throws IOException {
        OutputStream in = process.getOutputStream();
        in.write('\n');
        in.flush();
    }

    private record Work(long charged, long granted, long refused) {}

    private Work awaitWork(Process process) throws Exception {
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String line = out.readLine();
        Race.awaitEnd(process);
        assertThat(process.exitValue()).as(errors()).isZero();
        Matcher work = WORK.matcher(line);
        assertThat(work.matches()).as(line).isTrue();
        return new Work(Long.parseLong(work.group(1)), Long.parseLong(work.group(2)), Long.parseLong(work.group(3)));
    }

    private String errors() throws IOException {
        return Files.readString(folder.resolve("err.txt"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Dialect.class,
            names = {"POSTGRESQL", "MARIADB"})
    void noneOfThemPassesALimit(Dialect dialect) throws Exception {
        work(dialect, REQUESTS);
    }

    @ParameterizedTest
    @EnumSource(
            value = Dialect.class,
            names = {"POSTGRESQL", "MARIADB"})
    @Tag("long")
    void noneOfThemPassesALimitForLong(Dialect dialect) throws Exception {
        work(dialect, 50 * REQUESTS);
    }

    private void work(Dialect dialect, int requests) throws Exception {
        long seed = System.nanoTime();
        DataSource database = Databases.empty(dialect);
        try (JdbcQuotaStore store = JdbcQuotaStore.open(database)) {
            QuotaLedger ledger = QuotaLedger.over(store);
            List<AccountId> keys = createAccounts(ledger);
            List<AccountId> all = Stream.concat(
                            keys.stream(), Stream.of(ORGANISATION, AccountId.of("team-0"), AccountId.of("team-1")))
                    .toList();
            for (int i = 0; i < PROCESSES; i++) {
                start(database, requests, seed + 100L * i, keys);
            }
            for (Process process : processes) {
                awaitReady(process);
            }
            for (Process process : processes) {
                giveTheStart(process);
            }
            for (Process process : processes) {
                while (!process.waitFor(100, TimeUnit.MILLISECONDS)) {
                    assertThat(store.audit(ORGANISATION))
                            .as("seed %d", seed)
                            .allMatch(SeveralProcessesTest::keepsItsLimit);
                }
            }
            long charged = 0;
            long granted = 0;
            long refused = 0;
            for (Process process : processes) {
                Work work = awaitWork(process);
                charged += work.charged();
                granted += work.granted();
                refused += work.refused();
            }

            for (AccountId account : all) {
                assertThat(store.audit(account))
                        .as("seed %d, %s", seed, account)
                        .allMatch(UsageAudit::agrees)
                        .allMatch(SeveralProcessesTest::keepsItsLimit)
                        .allMatch(audit -> audit.row().held() == 0);
            }
            assertThat(journaled(store)).as("seed %d", seed).isEqualTo(charged);
            assertThat(granted).as("seed %d", seed).isPositive();
            assertThat(refused).as("seed %d", seed).isPositive();
            assertThat(errors()).isEmpty();
        }
    }

    private static boolean keepsItsLimit(UsageAudit audit) {
        long amount = audit.row().limit().equals("second") ? SECOND : ONCE;
        return audit.row().used() + audit.row().held() <= amount;
    }

    private static List<AccountId> createAccounts(QuotaLedger ledger) {
        ledger.admin()
                .createPolicy(QuotaPolicy.of(
                        "tight",
                        QuotaLimit.of(
                                "second",
                                Amount.of(SECOND, Meter.TOKENS),
                                QuotaWindow.custom(Duration.ofSeconds(1), Instant.EPOCH)),
                        QuotaLimit.of("once", Amount.of(ONCE, Meter.TOKENS), QuotaWindow.lifetime())));
        ledger.admin()
                .createAccount(Account.builder(ORGANISATION).policy("tight").build());
        for (int team = 0; team < 2; team++) {
            ledger.admin()
                    .createAccount(Account.builder("team-" + team)
                            .parent(ORGANISATION)
                            .policy("tight")
                            .build());
        }
        List<AccountId> keys = new ArrayList<>();
        for (int key = 0; key < 6; key++) {
            keys.add(ledger.admin()
                    .createAccount(Account.builder("key-" + key)
                            .parent("team-" + key % 2)
                            .policy("tight")
                            .build())
                    .id());
        }
        return keys;
    }

    /** Returns the units that were journaled for those that were asked for, without those of their parents. */
    private static long journaled(JdbcQuotaStore store) {
        List<Long> units = new ArrayList<>();
        store.journal(JournalQuery.ALL, row -> {
            if (row.account().equals(row.origin())) {
                units.add(row.units());
            }
        });
        return units.stream().mapToLong(Long::longValue).sum();
    }

    @Test
    void aSecondProcessSharesAnSqliteFile() throws Exception {
        aSecondProcessShares(Databases.sqlite(folder.resolve("ledger.sqlite")));
    }

    @Test
    void aSecondProcessSharesAnH2Server() throws Exception {
        Server server = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
        try {
            aSecondProcessShares(Databases.h2Server(server.getPort(), folder.resolve("ledger")));
        } finally {
            server.stop();
        }
    }

    private void aSecondProcessShares(DataSource database) throws Exception {
        try (JdbcQuotaStore store = JdbcQuotaStore.open(database)) {
            QuotaLedger ledger = QuotaLedger.over(store);
            List<AccountId> keys = createAccounts(ledger);
            Process other = start(database, FEW_REQUESTS, 1, keys);
            awaitReady(other);
            long here = pairs(ledger, keys.get(0), 1);
            giveTheStart(other);

            here += pairs(ledger, keys.get(0), FEW_REQUESTS);

            Work there = awaitWork(other);
            assertThat(here).isPositive();
            assertThat(there.granted())
                    .as("%d tokens leave room for every first request", FEW_REQUESTS + 1)
                    .isPositive();
            assertThat(journaled(store)).isEqualTo(here + there.charged());
            assertThat(ledger.admin().audit()).isEmpty();
        }
    }

    /** Reserves and settles single tokens, and returns how many were granted. */
    private static long pairs(QuotaLedger ledger, AccountId key, int requests) {
        long granted = 0;
        for (int i = 0; i < requests; i++) {
            Admission admission = ledger.reserve(key, tokens(1));
            if (admission.granted()) {
                admission.orThrow().settle(tokens(1)).orThrow();
                granted++;
            }
        }
        return granted;
    }

    @Test
    void aSecondProcessIsToldThatAnH2FileIsInUse() throws Exception {
        DataSource database = Databases.h2(folder.resolve("ledger"));
        try (JdbcQuotaStore store = JdbcQuotaStore.open(database)) {
            List<AccountId> keys = createAccounts(QuotaLedger.over(store));

            // The file is in use for as long as a connection is open.
            try (java.sql.Connection connection = database.getConnection()) {
                Process other = start(database, 1, 1, keys);

                Race.awaitEnd(other);
                assertThat(other.exitValue()).isNotZero();
                assertThat(errors())
                        .contains("already in use")
                        .contains("one process alone: several need H2 as a server");
                assertThat(connection.isClosed()).isFalse();
            }
        }
    }

    private static Charge tokens(long units) {
        return Charge.of(Amount.of(units, Meter.TOKENS));
    }
}
