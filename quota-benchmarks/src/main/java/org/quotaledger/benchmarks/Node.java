package org.quotaledger.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

/** A node of several: a pool and a store of its own on tables that the others use too. */
final class Node implements AutoCloseable {

    /**
     * The tables of a node and its share of the load.
     *
     * @param callers how many threads ask, each over a connection
     */
    record Share(String url, String prefix, int keys, boolean withParent, int callers) {}

    /**
     * The result of one node.
     *
     * @param pairs all pairs of the node, those that were not measured included
     */
    record Work(Sample sample, long pairs) {

        String line() {
            return sample.value() + " " + sample.p50() + " " + sample.p99() + " " + pairs;
        }

        static Work parse(String line) {
            return new Work(MemoryFork.told(line), Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)));
        }
    }

    private final HikariDataSource pool;
    private final LedgerTables tables;
    private final int callers;

    private Node(HikariDataSource pool, LedgerTables tables, int callers) {
        this.pool = pool;
        this.tables = tables;
        this.callers = callers;
    }

    /** Opens a node and uses each key once: the first use by a node is not measured. */
    static Node open(Share share) throws InterruptedException {
        HikariDataSource pool = pool(share.url(), share.callers());
        LedgerTables tables =
                LedgerTables.over(LedgerTables.store(pool, share.prefix()), share.keys(), share.withParent());
        return new Node(pool, tables.usedOnEach(share.callers()), share.callers());
    }

    static HikariDataSource pool(String url, int size) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(60_000);
        return new HikariDataSource(config);
    }

    Work measure(Plan plan) throws Exception {
        Sample sample = Load.threads(callers, plan, () -> tables.pair(tables.any()));
        return new Work(sample, tables.pairs());
    }

    @Override
    public void close() {
        tables.close();
        pool.close();
    }
}
