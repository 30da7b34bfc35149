package org.quotaledger.testkit;

import java.time.Clock;
import org.quotaledger.caching.CachingQuotaStore;
import org.quotaledger.memory.InMemoryQuotaStore;
import org.quotaledger.spi.QuotaStore;

/** A store that remembers refusals and definitions keeps the contract. */
class CachingQuotaStoreTest extends QuotaStoreContract {

    @Override
    protected QuotaStore openStore(Clock clock) {
        return CachingQuotaStore.builder(new InMemoryQuotaStore(clock))
                .ticker(Tickers.of(clock))
                .build();
    }
}
