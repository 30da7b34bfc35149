package org.quotaledger.benchmarks;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
import org.HdrHistogram.Histogram;
import org.quotaledger.benchmarks.LedgerTables.Limits;
import org.quotaledger.caching.CachingQuotaStore;
import org.quotaledger.spi.QuotaStore;

/** Durable pairs on PostgreSQL beside those of peers, all over the same pool. */
final class PostgresGroup implements Group {

    private static final String HOT = "key-0";

    private final Plan plan;
    private final Opened<PostgresServer> server;
    private final Opened<LedgerTables> ledger;
    private final Opened<LedgerTables> remoteLedger;
    private final Opened<LedgerTables> family;
    private final Opened<ExhaustedAccount> exhausted;
    private final Opened<HeldAccounts> without;
    private final Opened<HeldAccounts> held;
    private final Opened<HeldAccounts> expiring;
    private final Opened<BucketTables> buckets;
    private final Opened<PlainTables> plain;

    PostgresGroup(Plan plan) {
        this.plan = plan;
        server = new Opened<>(() -> PostgresServer.start(plan.pool()));
        ledger = new Opened<>(() -> filled("pair", Limits.ONE, false));
        // Tables of its own: a node that shares keys with another has to read them again whenever they take turns.
        remoteLedger = new Opened<>(
                () -> filled("remote", Limits.ONE, false, server.get().remotePool()));
        family = new Opened<>(() -> filled("family", Limits.THREE, true));
        exhausted = new Opened<>(() -> ExhaustedAccount.create(
                CachingQuotaStore.over(LedgerTables.store(server.get().pool(), "refused"))));
        without = new Opened<>(() -> HeldAccounts.full(server.get().pool(), "without", 0));
        held = new Opened<>(() ->
                HeldAccounts.full(server.get().pool(), "held", plan.sizes().keys()));
        expiring = new Opened<>(() -> HeldAccounts.expiring(server.get().pool(), "expiring"));
        buckets = new Opened<>(
                () -> BucketTables.create(server.get(), plan.sizes().keys()));
        plain = new Opened<>(() -> PlainTables.create(server.get(), plan.sizes().keys()));
    }

    private LedgerTables filled(String prefix, Limits limits, boolean withParent) throws Exception {
        return filled(prefix, limits, withParent, server.get().pool());
    }

    private LedgerTables filled(String prefix, Limits limits, boolean withParent, DataSource through) throws Exception {
        try (QuotaStore store = LedgerTables.store(server.get().filling(), prefix)) {
            LedgerTables.fill(store, 1, limits, withParent);
        }
        RowCopies.accounts(server.get(), prefix, plan.sizes().keys());
        server.get().execute("VACUUM ANALYZE");
        return LedgerTables.over(
                        LedgerTables.store(through, prefix), plan.sizes().keys(), withParent)
                .usedOnEach(plan.pool());
    }

    /** An operation on a key, straight or through the network. */
    @FunctionalInterface
    private interface OnKey {
        void run(boolean remotely, String key) throws Exception;
    }

    @Override
    public List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        rows.add(threads(
                "pg-pair-hot-32", 32, () -> ledger.get().pair(ledger.get().hot())));
        for (int threads : new int[] {1, 8, 32}) {
            rows.add(threads(
                    "pg-pair-10k-" + threads,
                    threads,
                    () -> ledger.get().pair(ledger.get().any())));
        }
        rows.add(threads(
                "pg-pair-10k-32-rtt500",
                32,
                () -> remoteLedger.get().pair(remoteLedger.get().any())));
        rows.add(threads(
                "pg-pair-parent-3limits-32",
                32,
                () -> family.get().pair(family.get().any())));
        rows.add(inFlight("pg-pair-hot-async512", () -> {
            LedgerTables tables = ledger.get();
            return () -> tables.asyncPair(tables.hot());
        }));
        rows.add(inFlight("pg-pair-10k-async512", () -> {
            LedgerTables tables = ledger.get();
            return () -> tables.asyncPair(tables.any());
        }));
        rows.add(Row.perSecond("refused-from-memory", 2, now -> {
            ExhaustedAccount account = exhausted.get();
            return Load.threads(2, now, ExhaustedAccount.LATENCY_OF_ONE_IN, account::refuse);
        }));
        rows.add(threads("pg-refused-0-holds-1", 1, () -> without.get().refuse()));
        rows.add(threads("pg-refused-10k-holds-1", 1, () -> held.get().refuse()));
        rows.add(new Row("pg-pair-beside-100k-expiries", "ms", 1, now -> {
            HeldAccounts accounts = expiring.get();
            return accounts.besideExpiries(10 * plan.sizes().keys());
        }));
        addPeer(rows, "pg-bucket4j", (remotely, key) -> buckets.get().consume(remotely, key));
        addPeer(rows, "pg-bucket4j-pair", (remotely, key) -> buckets.get().pair(remotely, key));
        rows.add(threads("pg-bucket4j-batched-hot-32", 32, () -> buckets.get().batchedConsume()));
        rows.add(threads(
                "pg-bucket4j-batched-pair-hot-32", 32, () -> buckets.get().batchedPair()));
        addPeer(rows, "pg-plain-pair", (remotely, key) -> plain.get().pair(pool(remotely), key));
        addPeer(rows, "pg-cte-pair", (remotely, key) -> plain.get().pairAtOnce(pool(remotely), key));
        addPeer(rows, "pg-single-update", (remotely, key) -> plain.get().update(pool(remotely), key));
        rows.add(new Row("rtt500-measured", "us", 1, this::addedRoundTrip));
        return rows;
    }

    private void addPeer(List<Row> rows, String name, OnKey operation) {
        rows.add(threads(name + "-hot-32", 32, () -> operation.run(false, HOT)));
        for (int threads : new int[] {1, 8, 32}) {
            rows.add(threads(name + "-10k-" + threads, threads, () -> operation.run(false, anyKey())));
        }
        rows.add(threads(name + "-10k-32-rtt500", 32, () -> operation.run(true, anyKey())));
    }

    private String anyKey() {
        return "key-" + ThreadLocalRandom.current().nextInt(plan.sizes().keys());
    }

    private DataSource pool(boolean remotely) throws Exception {
        return remotely ? server.get().remotePool() : server.get().pool();
    }

    private Row threads(String name, int threads, Load.Operation operation) {
        return Row.perSecond(name, threads, now -> {
            operation.run(); // Opens what is not open yet, on this thread.
            server.get().checkpoint();
            return Load.threads(threads, now, operation);
        });
    }

    private Row inFlight(String name, Opened.Opener<Load.AsyncOperation> opener) {
        return Row.perSecond(name, 512, now -> {
            Load.AsyncOperation operation = opener.open();
            server.get().checkpoint();
            return Load.inFlight(512, now, operation);
        });
    }

    /** What the network adds to a round trip: the medians of a statement through it and straight. */
    private Sample addedRoundTrip(Plan now) throws Exception {
        long added =
                roundTrip(server.get().remotePool()) - roundTrip(server.get().pool());
        return Sample.of(BigDecimal.valueOf(added, 3).setScale(1, RoundingMode.HALF_UP));
    }

    private static long roundTrip(DataSource dataSource) throws SQLException {
        Histogram nanos = new Histogram(3);
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement("SELECT 1")) {
            for (int i = 0; i < 1_000; i++) {
                long before = System.nanoTime();
                statement.execute();
                nanos.recordValue(System.nanoTime() - before);
            }
        }
        return nanos.getValueAtPercentile(50);
    }

    @Override
    public List<String> facts() {
        Optional<PostgresServer> started = server.ifOpen();
        try {
            return started.isEmpty() ? List.of() : started.get().facts();
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Override
    public void verify() throws Exception {
        ledger.ifOpen().ifPresent(LedgerTables::verify);
        family.ifOpen().ifPresent(LedgerTables::verify);
        remoteLedger.ifOpen().ifPresent(LedgerTables::verify);
        if (buckets.ifOpen().isPresent()) {
            buckets.get().verify();
        }
        if (plain.ifOpen().isPresent()) {
            plain.get().verify();
        }
    }

    @Override
    public void close() throws IOException {
        remoteLedger.ifOpen().ifPresent(LedgerTables::close);
        ledger.ifOpen().ifPresent(LedgerTables::close);
        family.ifOpen().ifPresent(LedgerTables::close);
        exhausted.ifOpen().ifPresent(ExhaustedAccount::close);
        without.ifOpen().ifPresent(HeldAccounts::close);
        held.ifOpen().ifPresent(HeldAccounts::close);
        expiring.ifOpen().ifPresent(HeldAccounts::close);
        Optional<PostgresServer> started = server.ifOpen();
        if (started.isPresent()) {
            started.get().close();
        }
    }
}
