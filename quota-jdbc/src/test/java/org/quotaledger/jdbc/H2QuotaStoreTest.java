package org.quotaledger.jdbc;

import java.time.Clock;
import org.quotaledger.spi.QuotaStore;
import org.quotaledger.testkit.QuotaStoreContract;

class H2QuotaStoreTest extends QuotaStoreContract {

    @Override
    protected QuotaStore openStore(Clock clock) {
        return JdbcQuotaStore.builder(Databases.h2()).clock(clock).build();
    }
}
