package org.quotaledger.jdbc;

import java.time.Clock;
import org.junit.jupiter.api.AfterAll;
import org.quotaledger.spi.QuotaStore;
import org.quotaledger.testkit.QuotaStoreContract;

/** Keeps the contract with no more rights than docs/databases.md names. */
class MariaDbQuotaStoreTest extends QuotaStoreContract {

    private static final Databases.Pool POOL = Databases.poolOfLeastRights(Dialect.MARIADB);

    @AfterAll
    static void closePool() {
        POOL.close();
    }

    @Override
    protected QuotaStore openStore(Clock clock) {
        return POOL.emptyStore(clock);
    }
}
