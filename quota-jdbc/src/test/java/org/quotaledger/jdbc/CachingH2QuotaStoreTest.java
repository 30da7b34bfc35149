package org.quotaledger.jdbc;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.quotaledger.caching.CachingQuotaStore;
import org.quotaledger.spi.QuotaStore;
import org.quotaledger.testkit.QuotaStoreContract;

/** A cache before a database keeps the contract: the sections whose claims a remembered refusal or definition can break. */
@OnlySections({
    "Admission",
    "Accounts",
    "ReserveModes",
    "RetryTimes",
    "Windows",
    "Overflow",
    "Suspensions",
    "SuspensionChanges",
    "PolicyChanges",
    "Resets",
    "Administration",
    "Refusals",
    "ReturnsToClock",
    "Concurrency"
})
class CachingH2QuotaStoreTest extends QuotaStoreContract {

    private static final Instant ORIGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Databases.Pool POOL = Databases.pool(Databases.h2());

    @AfterAll
    static void closePool() {
        POOL.close();
    }

    @Override
    protected QuotaStore openStore(Clock clock) {
        return CachingQuotaStore.builder(POOL.emptyStore(clock))
                .ticker(() -> Duration.between(ORIGIN, clock.instant()).toNanos())
                .build();
    }
}
