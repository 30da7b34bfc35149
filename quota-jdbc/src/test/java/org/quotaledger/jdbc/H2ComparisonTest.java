package org.quotaledger.jdbc;

import java.time.Clock;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.lifecycle.AfterContainer;
import org.quotaledger.spi.QuotaStore;
import org.quotaledger.testkit.NaiveLedgerComparison;

/** The store on H2 answers as the naive ledger does. */
@PropertyDefaults(tries = 10)
class H2ComparisonTest extends NaiveLedgerComparison {

    private static final Databases.Pool POOL = Databases.pool(Databases.h2());

    @AfterContainer
    static void closePool() {
        POOL.close();
    }

    @Override
    protected QuotaStore openStore(Clock clock) {
        return POOL.emptyStore(clock);
    }
}
