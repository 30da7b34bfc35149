package org.quotaledger.jdbc;

import java.time.Clock;
import org.junit.jupiter.api.AfterAll;
import org.quotaledger.spi.QuotaStore;
import org.quotaledger.testkit.QuotaStoreContract;

class MariaDbQuotaStoreTest extends QuotaStoreContract {

    private static final Databases.Pool POOL = Databases.pool(Databases.mariaDb());

    @AfterAll
    static void closePool() {
        POOL.close();
    }

    @Override
    protected QuotaStore openStore(Clock clock) {
        return POOL.emptyStore(clock);
    }
}
