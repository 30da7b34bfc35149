package org.quotaledger.jdbc;

import java.time.Clock;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.lifecycle.AfterContainer;
import org.quotaledger.spi.QuotaStore;
import org.quotaledger.testkit.NaiveLedgerComparison;

/** The store on PostgreSQL answers as the naive ledger does. */
@PropertyDefaults(tries = 7)
class PostgresComparisonTest extends NaiveLedgerComparison {

    private static final Databases.Pool POOL = Databases.pool(Databases.postgres());

    @AfterContainer
    static void closePool() {
        POOL.close();
    }

    @Override
    protected QuotaStore openStore(Clock clock) {
        return POOL.emptyStore(clock);
    }
}
