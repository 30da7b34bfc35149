package org.quotaledger.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.quotaledger.spi.QuotaStore;
import org.quotaledger.testkit.QuotaStoreContract;

/**
 * Two nodes that take turns keep the contract together: each finds its memory changed by the other. The sections are
 * those whose claims take several calls about one account.
 */
@OnlySections({
    "Accounts",
    "Reservations",
    "Holds",
    "Settles",
    "Charges",
    "Expiry",
    "ExpiryWindows",
    "ManyHolds",
    "Windows",
    "Overflow",
    "Suspensions",
    "SuspensionChanges",
    "PolicyChanges",
    "Resets",
    "Administration",
    "Alerts",
    "Outbox",
    "ReturnsToClock",
    "Concurrency"
})
class TwoPostgresNodesTest extends QuotaStoreContract {

    private static final Databases.Pool POOL = Databases.pool(Databases.postgres());

    @AfterAll
    static void closePool() {
        POOL.close();
    }

    @Override
    protected QuotaStore openStore(Clock clock) {
        QuotaStore one = POOL.emptyStore(clock);
        QuotaStore two = JdbcQuotaStore.builder(POOL.dataSource()).clock(clock).build();
        AtomicInteger calls = new AtomicInteger();
        return (QuotaStore) Proxy.newProxyInstance(
                TwoPostgresNodesTest.class.getClassLoader(),
                new Class<?>[] {QuotaStore.class},
                (proxy, method, arguments) -> {
                    try {
                        if (method.getName().equals("close")) {
                            two.close();
                            return method.invoke(one, arguments);
                        }
                        return method.invoke(calls.incrementAndGet() % 2 == 0 ? one : two, arguments);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
    }
}
