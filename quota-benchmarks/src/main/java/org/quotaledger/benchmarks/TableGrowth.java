package org.quotaledger.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The growth of one ledger's tables while pairs are settled. Immutable.
 *
 * @param pairs how many pairs were settled
 * @param grown the growth of each table and index
 * @param walBytes the write-ahead log of all pairs, in bytes
 * @param walImages how many whole pages are in it
 */
record TableGrowth(String prefix, int keys, long pairs, List<Grown> grown, long walBytes, long walImages) {

    static final int CALLERS = 32;

    private static final BigDecimal PER = BigDecimal.valueOf(100_000);

    /**
     * A table, or an index, which has no rows of its own.
     *
     * @param bytes of a table with its map of free space; its indexes are counted apart.
     * @param dead old versions of rows that wait for a vacuum.
     * @param updated rows updated.
     * @param hot of these, the rows updated within their page, with no entry in an index.
     */
    record Grown(String name, boolean index, long bytes, long dead, long updated, long hot) {

        private Grown since(Grown before) {
            return new Grown(
                    name, index, bytes - before.bytes, dead - before.dead, updated - before.updated, hot - before.hot);
        }
    }

    /** Settles pairs on a ledger whose keys have been used once, and measures before and after. */
    static TableGrowth measure(PostgresServer server, String prefix, int keys, int pairs) throws Exception {
        long used = settle(server, prefix, keys, keys);
        List<Grown> before = grown(server, prefix);
        String walFrom = server.text("SELECT pg_current_wal_insert_lsn()");
        long imagesBefore = server.number("SELECT wal_fpi FROM pg_stat_wal");
        long settled = settle(server, prefix, keys, pairs);
        long walBytes = server.number("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '" + walFrom + "')::bigint");
        long images = server.number("SELECT wal_fpi FROM pg_stat_wal") - imagesBefore;
        List<Grown> grown = new ArrayList<>();
        for (Grown after : grown(server, prefix)) {
            grown.add(before.stream()
                    .filter(same -> same.name().equals(after.name()))
                    .findFirst()
                    .map(after::since)
                    .orElse(after));
        }
        return new TableGrowth(prefix, keys, used + settled, List.copyOf(grown), walBytes, images);
    }

    /** Uses a pool of its own: the server counts what its processes did when they end. */
    private static long settle(PostgresServer server, String prefix, int keys, int pairs) throws Exception {
        try (HikariDataSource pool = Node.pool(server.url() + "&ApplicationName=growth", CALLERS);
                LedgerTables tables = LedgerTables.over(LedgerTables.store(pool, prefix), keys, false)) {
            AtomicInteger next = new AtomicInteger();
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                Thread caller = new Thread(() -> {
                    for (int pair = next.getAndIncrement(); pair < pairs; pair = next.getAndIncrement()) {
                        tables.pair(tables.nth(pair % keys));
                    }
                });
                caller.start();
                callers.add(caller);
            }
            for (Thread caller : callers) {
                caller.join();
            }
            LedgerTables.check("pairs settled", tables.pairs(), pairs);
        }
        while (server.number("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'growth'") > 0) {
            LockSupport.parkNanos(10_000_000);
        }
        return pairs;
    }

    private static List<Grown> grown(PostgresServer server, String prefix) throws SQLException {
        List<Grown> grown = new ArrayList<>();
        try (Connection connection = server.pool().getConnection();
                PreparedStatement statement = connection.prepareStatement("""
                        SELECT c.relname,
                               c.relkind = 'i' AS is_index,
                               CASE WHEN c.relkind = 'i' THEN pg_relation_size(c.oid) ELSE pg_table_size(c.oid) END AS bytes,
                               coalesce(s.n_dead_tup, 0) AS dead,
                               coalesce(s.n_tup_upd, 0) AS updated,
                               coalesce(s.n_tup_hot_upd, 0) AS hot
                        FROM pg_class c
                        LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
                        LEFT JOIN pg_index i ON i.indexrelid = c.oid
                        JOIN pg_class t ON t.oid = coalesce(i.indrelid, c.oid)
                        WHERE c.relkind IN ('r', 'i') AND starts_with(t.relname, ?)
                        ORDER BY t.relname, is_index, c.relname
                        """)) {
            statement.setString(1, prefix + "_");
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    grown.add(new Grown(
                            row.getString("relname"),
                            row.getBoolean("is_index"),
                            row.getLong("bytes"),
                            row.getLong("dead"),
                            row.getLong("updated"),
                            row.getLong("hot")));
                }
            }
        }
        return grown;
    }

    private long settledMeasured() {
        return pairs - keys;
    }

    private BigDecimal per100k(long value) {
        return BigDecimal.valueOf(value)
                .multiply(PER)
                .divide(BigDecimal.valueOf(settledMeasured()), 0, RoundingMode.HALF_UP);
    }

    BigDecimal tableBytes() {
        return per100k(grown.stream()
                .filter(one -> !one.index())
                .mapToLong(Grown::bytes)
                .sum());
    }

    BigDecimal indexBytes() {
        return per100k(
                grown.stream().filter(Grown::index).mapToLong(Grown::bytes).sum());
    }

    BigDecimal deadRows() {
        return per100k(grown.stream().mapToLong(Grown::dead).sum());
    }

    BigDecimal hotPercent() {
        return percent(
                grown.stream().mapToLong(Grown::hot).sum(),
                grown.stream().mapToLong(Grown::updated).sum());
    }

    private static BigDecimal percent(long part, long whole) {
        return whole == 0
                ? BigDecimal.ZERO
                : BigDecimal.valueOf(part * 100).divide(BigDecimal.valueOf(whole), 1, RoundingMode.HALF_UP);
    }

    BigDecimal walBytesOfAPair() {
        return BigDecimal.valueOf(walBytes).divide(BigDecimal.valueOf(settledMeasured()), 0, RoundingMode.HALF_UP);
    }

    /** Returns the growth of each table and index that grew. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("growth of " + settledMeasured() + " pairs on " + keys
                + " keys used before, each figure for 100,000 pairs; " + walImages
                + " whole pages in the write-ahead log of all");
        for (Grown one : grown) {
            if (one.bytes() == 0 && one.updated() == 0) {
                continue;
            }
            String rows = one.index()
                    ? ""
                    : ", %,d dead rows, %,d updates, %s %% HOT"
                            .formatted(
                                    per100k(one.dead()).longValue(),
                                    per100k(one.updated()).longValue(),
                                    percent(one.hot(), one.updated()));
            lines.add(String.format(
                    Locale.ROOT,
                    "growth of %s %s: %,d bytes%s",
                    one.index() ? "index" : "table",
                    one.name(),
                    per100k(one.bytes()).longValue(),
                    rows));
        }
        return lines;
    }

    void verify(PostgresServer server) {
        try (LedgerTables tables = LedgerTables.over(LedgerTables.store(server.pool(), prefix), keys, false)) {
            tables.add(pairs);
            tables.verify();
        }
    }
}
