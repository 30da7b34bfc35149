package org.quotaledger.benchmarks;

import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.BucketProxy;
import io.github.bucket4j.distributed.jdbc.PrimaryKeyMapper;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.distributed.proxy.optimization.Optimizations;
import io.github.bucket4j.postgresql.Bucket4jPostgreSQL;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import javax.sql.DataSource;

/**
 * Bucket4j's buckets in PostgreSQL, by its SELECT FOR UPDATE proxy. Its pair takes what is held and adds what is left
 * over again; it keeps no hold and no journal.
 */
final class BucketTables {

    private static final long HOLD = 100;
    private static final long COST = 60;

    /** Nothing is filled up again while it is measured, so that what is left tells what was taken. */
    static final BucketConfiguration CONFIGURATION = BucketConfiguration.builder()
            .addLimit(limit -> limit.capacity(1_000_000_000_000L).refillIntervally(1, Duration.ofDays(365)))
            .build();

    private final PostgresServer server;
    private final ProxyManager<String> local;
    private final ProxyManager<String> remote;
    private final BucketProxy batched;
    private final int accounts;
    private final LongAdder taken = new LongAdder();

    private BucketTables(
            PostgresServer server,
            ProxyManager<String> local,
            ProxyManager<String> remote,
            BucketProxy batched,
            int accounts) {
        this.server = server;
        this.local = local;
        this.remote = remote;
        this.batched = batched;
        this.accounts = accounts;
    }

    static BucketTables create(PostgresServer server, int accounts) throws SQLException {
        server.execute("""
                CREATE TABLE bucket (
                    id varchar(200) PRIMARY KEY,
                    state bytea,
                    expires_at bigint
                ) WITH (fillfactor = 70)
                """);
        ProxyManager<String> local = proxies(server.pool());
        // One proxy for all threads: only commands that are given to the same one are batched.
        BucketProxy batched =
                local.builder().withOptimization(Optimizations.batching()).build("key-0", () -> CONFIGURATION);
        BucketTables tables = new BucketTables(server, local, proxies(server.remotePool()), batched, accounts);
        for (int i = 0; i < accounts; i++) {
            tables.bucket(local, "key-" + i).getAvailableTokens();
        }
        server.execute("VACUUM ANALYZE bucket");
        return tables;
    }

    private static ProxyManager<String> proxies(DataSource dataSource) {
        return Bucket4jPostgreSQL.selectForUpdateBasedBuilder(dataSource)
                .primaryKeyMapper(PrimaryKeyMapper.STRING)
                .build();
    }

    private BucketProxy bucket(ProxyManager<String> through, String key) {
        return through.builder().build(key, () -> CONFIGURATION);
    }

    void consume(boolean remotely, String key) {
        take(bucket(remotely ? remote : local, key), COST);
        taken.add(COST);
    }

    void pair(boolean remotely, String key) {
        pair(bucket(remotely ? remote : local, key));
    }

    void batchedConsume() {
        take(batched, COST);
        taken.add(COST);
    }

    void batchedPair() {
        pair(batched);
    }

    private void pair(BucketProxy bucket) {
        take(bucket, HOLD);
        bucket.addTokens(HOLD - COST);
        taken.add(COST);
    }

    private static void take(BucketProxy bucket, long tokens) {
        if (!bucket.tryConsume(tokens)) {
            throw new IllegalStateException("bucket had no " + tokens + " tokens");
        }
    }

    void verify() throws SQLException {
        LedgerTables.check("buckets", server.number("SELECT count(*) FROM bucket"), accounts);
        long left = 0;
        for (int i = 0; i < accounts; i++) {
            left += bucket(local, "key-" + i).getAvailableTokens();
        }
        LedgerTables.check("tokens taken", accounts * 1_000_000_000_000L - left, taken.sum());
    }
}
