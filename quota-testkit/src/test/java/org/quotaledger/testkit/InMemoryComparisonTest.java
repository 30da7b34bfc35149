package org.quotaledger.testkit;

import java.time.Clock;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.Tag;
import org.quotaledger.memory.InMemoryQuotaStore;
import org.quotaledger.spi.QuotaStore;

/** The store in memory answers as the naive ledger does. */
@PropertyDefaults(tries = 700)
@Tag("slow")
class InMemoryComparisonTest extends NaiveLedgerComparison {

    @Override
    protected QuotaStore openStore(Clock clock) {
        return new InMemoryQuotaStore(clock);
    }
}
