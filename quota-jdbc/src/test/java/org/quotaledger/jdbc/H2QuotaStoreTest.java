package org.quotaledger.jdbc;

import java.time.Clock;
import org.junit.jupiter.api.AfterAll;
import org.quotaledger.spi.QuotaStore;
import org.quotaledger.testkit.QuotaStoreContract;

class H2QuotaStoreTest extends QuotaStoreContract {

    private static final Databases.Pool POOL = Databases.pool(Databases.h2());

    @AfterAll
    static void closePool() {
        POOL.close();
    }

    @Override
    protected QuotaStore openStore(Clock clock) {
        return POOL.emptyStore(clock);
    }
}
