package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.outage.FailOpenQuotaStore;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.Settled;
import org.quotaledger.spi.JournalQuery;
import org.quotaledger.spi.QuotaStoreException;
import org.quotaledger.window.QuotaWindow;

/** What was answered is kept, and what was not can be asked again, whatever dies. */
class DurabilityTest {

    private static final AccountId KEY = AccountId.of("key");
    private static final int THREADS = 4;
    private static final int REQUESTS_OF_A_THREAD = 60;

    @TempDir
    Path folder;

    private static Charge tokens(long units) {
        return Charge.of(Amount.of(units, Meter.TOKENS));
    }

    private static void createKey(QuotaLedger ledger) {
        ledger.admin()
                .createAccount(Account.builder(KEY)
                        .override(QuotaLimit.of("once", Amount.of(1_000_000, Meter.TOKENS), QuotaWindow.lifetime()))
                        .override(QuotaLimit.of("decade", Amount.of(1_000_000, Meter.TOKENS), RealTime.DECADE))
                        .build());
    }

    @Test
    void aFileKeepsEverythingWhenItIsClosedAndOpened() {
        RequestId held = RequestId.of("held");
        try (JdbcQuotaStore store = JdbcQuotaStore.open(Databases.h2(folder.resolve("ledger")))) {
            QuotaLedger ledger = QuotaLedger.over(store);
            createKey(ledger);
            ledger.reserve(KEY, tokens(20)).orThrow().settle(tokens(13)).orThrow();
            ledger.reserve(ReserveRequest.builder(KEY, tokens(5)).id(held).build());
        }

        try (JdbcQuotaStore store = JdbcQuotaStore.open(Databases.h2(folder.resolve("ledger")))) {
            QuotaLedger ledger = QuotaLedger.over(store);

            assertThat(ledger.usage(KEY))
                    .allMatch(status ->
                            status.used().units() == 13 && status.held().units() == 5);
            assertThat(ledger.settle(held, tokens(4)).orThrow().charged()).isEqualTo(tokens(4));
            assertThat(store.audit(KEY))
                    .hasSize(2)
                    .allMatch(audit -> audit.agrees() && audit.journalUsed().longValueExact() == 17);
        }
    }

    /** The postmaster ends all sessions when one process of it dies without a word, and starts again by itself. */
    @Test
    void nothingAnsweredIsLostWhenASessionIsKilled() throws Exception {
        try (Server server = new Server(folder)) {
            crashWhileAtWork(server, server::killSession);
        }
    }

    @Test
    void nothingAnsweredIsLostWhenTheServerIsKilled() throws Exception {
        try (Server server = new Server(folder)) {
            crashWhileAtWork(server, () -> {
                server.kill();
                server.restart();
            });
        }
    }

    @Test
    void whatIsLetThroughWhileTheServerIsDownIsRecordedOnceItIsUp() throws Exception {
        try (Server server = new Server(folder);
                FailOpenQuotaStore store = FailOpenQuotaStore.builder(JdbcQuotaStore.open(server.dataSource()))
                        .build()) {
            QuotaLedger ledger = QuotaLedger.over(store);
            createKey(ledger);
            ledger.reserve(KEY, tokens(2)).orThrow().settle(tokens(1)).orThrow();
            Reservation before = ledger.reserve(KEY, tokens(4)).orThrow();
            assertThat(before.recorded()).isTrue();

            server.kill();
            Reservation let = ledger.reserve(KEY, tokens(20)).orThrow();
            assertThat(let.recorded()).isFalse();
            let.settle(tokens(13)).orThrow();
            assertThatThrownBy(() -> before.settle(tokens(3))).isInstanceOf(QuotaStoreException.class);
            assertThat(store.record()).isOne();
            server.restart();

            Settled settled = Outages.untilBack(() -> before.settle(tokens(3)).orThrow());
            assertThat(settled.charged()).isEqualTo(tokens(3));
            assertThat(store.record()).isZero();
            assertThat(store.audit(KEY))
                    .hasSize(2)
                    .allMatch(audit -> audit.agrees() && audit.journalUsed().longValueExact() == 17);
            assertThat(let.settle(tokens(13)).orThrow().replayed()).isTrue();
        }
    }

    private interface Crash {
        void run() throws Exception;
    }

    /** Charges one token for each request, and asks again, with the same id, until it has an answer. */
    private static void crashWhileAtWork(Server server, Crash crash) throws Exception {
        try (JdbcQuotaStore store = JdbcQuotaStore.open(server.dataSource())) {
            QuotaLedger ledger = QuotaLedger.over(store);
            createKey(ledger);
            AtomicInteger answered = new AtomicInteger();
            AtomicInteger failed = new AtomicInteger();
            ExecutorService threads = Executors.newFixedThreadPool(THREADS);
            List<Future<?>> working = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                int thread = t;
                working.add(threads.submit(() -> {
                    for (int i = 0; i < REQUESTS_OF_A_THREAD; i++) {
                        RequestId id = RequestId.of(thread + "-" + i);
                        untilAnswered(
                                failed,
                                () -> ledger.reserve(ReserveRequest.builder(KEY, tokens(2))
                                                .id(id)
                                                .build())
                                        .orThrow());
                        untilAnswered(failed, () -> ledger.settle(id, tokens(1)).orThrow());
                        answered.incrementAndGet();
                    }
                }));
            }
            Race.until(() -> answered.get() >= THREADS * REQUESTS_OF_A_THREAD / 3
                    || working.stream().anyMatch(Future::isDone));

            crash.run();

            for (Future<?> work : working) {
                Race.resultOf(work);
            }
            threads.shutdown();
            int all = THREADS * REQUESTS_OF_A_THREAD;
            assertThat(store.audit(KEY))
                    .hasSize(2)
                    .allMatch(audit -> audit.agrees() && audit.journalUsed().longValueExact() == all);
            List<JournalRow> journal = new ArrayList<>();
            store.journal(JournalQuery.ALL, journal::add);
            assertThat(journal)
                    .extracting(JournalRow::reservation)
                    .doesNotHaveDuplicates()
                    .hasSize(all);
            assertThat(ledger.usage(KEY)).allMatch(status -> status.held().isZero());
        }
    }

    private static void untilAnswered(AtomicInteger failed, Runnable action) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < Race.PATIENCE.toNanos()) {
            try {
                action.run();
                return;
            } catch (QuotaStoreException worldFailed) {
                failed.incrementAndGet();
            }
        }
        throw new AssertionError("no answer in " + Race.PATIENCE);
    }

    /** A server of its own, that keeps its commits: the others' must not die. */
    private static final class Server implements AutoCloseable {

        private final Path data;
        private final int port;
        private EmbeddedPostgres postgres;

        Server(Path folder) throws IOException {
            data = folder.resolve("data");
            port = Databases.freePort();
            postgres = start();
        }

        private EmbeddedPostgres start() throws IOException {
            return Databases.postgresServer()
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("full_page_writes", "on")
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setPort(port)
                    .start();
        }

        /** Without a pool: every transaction has a new connection. */
        PGSimpleDataSource dataSource() {
            PGSimpleDataSource dataSource = new PGSimpleDataSource();
            dataSource.setURL(postgres.getJdbcUrl("postgres", "postgres"));
            return dataSource;
        }

        void killSession() throws SQLException {
            try (Connection connection = dataSource().getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery("SELECT pg_backend_pid()")) {
                result.next();
                assertThat(ProcessHandle.of(result.getLong(1)).orElseThrow().destroyForcibly())
                        .isTrue();
            }
        }

        /** Returns when its sessions have ended too, without which no server starts on the same data. */
        void kill() throws Exception {
            ProcessHandle postmaster = Databases.postmaster(postgres).orElseThrow();
            List<ProcessHandle> all = Stream.concat(Stream.of(postmaster), postmaster.descendants())
                    .toList();
            assertThat(postmaster.destroyForcibly()).isTrue();
            for (ProcessHandle one : all) {
                Race.resultOf(one.onExit());
            }
        }

        void restart() throws IOException {
            postgres.close();
            postgres = start();
        }

        @Override
        public void close() {
            Databases.stop(postgres);
        }
    }
}
