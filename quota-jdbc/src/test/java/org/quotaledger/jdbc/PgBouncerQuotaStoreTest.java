package org.quotaledger.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import org.quotaledger.spi.QuotaStore;
import org.quotaledger.testkit.QuotaStoreContract;

/** Keeps the contract behind a PgBouncer that tracks prepared statements, or without any where it is too old for that. */
@Tag("long")
class PgBouncerQuotaStoreTest extends QuotaStoreContract {

    private static final PGSimpleDataSource DIRECT = (PGSimpleDataSource) Databases.postgres();

    private static PgBouncer pooler;
    private static Databases.Pool pool;

    @BeforeAll
    static void start(@TempDir Path folder) {
        boolean tracks = PgBouncer.tracksStatements();
        pooler = new PgBouncer(DIRECT, folder, tracks ? "max_prepared_statements = 200" : "");
        HikariConfig config = new HikariConfig();
        config.setDataSource(pooler.dataSource(tracks ? "" : "prepareThreshold=0"));
        config.setMaximumPoolSize(8);
        pool = new Databases.Pool(new HikariDataSource(config), DIRECT, false);
        Schema.of(DIRECT).create();
    }

    @AfterAll
    static void stop() throws IOException {
        if (pooler != null) {
            pool.close();
            pooler.close();
        }
    }

    @Override
    protected QuotaStore openStore(Clock clock) {
        return pool.emptyStore(clock);
    }
}
