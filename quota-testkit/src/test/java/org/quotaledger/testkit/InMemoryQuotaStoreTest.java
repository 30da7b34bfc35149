package org.quotaledger.testkit;

import java.time.Clock;
import org.quotaledger.memory.InMemoryQuotaStore;
import org.quotaledger.spi.QuotaStore;

/** The store in memory keeps the contract. */
class InMemoryQuotaStoreTest extends QuotaStoreContract {

    @Override
    protected QuotaStore openStore(Clock clock) {
        return new InMemoryQuotaStore(clock);
    }
}
