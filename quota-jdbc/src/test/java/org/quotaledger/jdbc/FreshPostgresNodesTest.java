package org.quotaledger.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.quotaledger.spi.QuotaStore;
import org.quotaledger.testkit.QuotaStoreContract;

/** The contract is kept by nodes that remember nothing: for every command there is a new one. */
@Tag("long")
class FreshPostgresNodesTest extends QuotaStoreContract {

    private static final Databases.Pool POOL = Databases.pool(Databases.postgres());

    @AfterAll
    static void closePool() {
        POOL.close();
    }

    @Override
    protected QuotaStore openStore(Clock clock) {
        QuotaStore kept = POOL.emptyStore(clock);
        return (QuotaStore) Proxy.newProxyInstance(
                FreshPostgresNodesTest.class.getClassLoader(),
                new Class<?>[] {QuotaStore.class},
                (proxy, method, arguments) -> {
                    try {
                        if (!method.getName().equals("apply")
                                && !method.getName().equals("submit")) {
                            return method.invoke(kept, arguments);
                        }
                        try (QuotaStore fresh = JdbcQuotaStore.builder(POOL.dataSource())
                                .clock(clock)
                                .lanes(1)
                                .build()) {
                            return method.invoke(fresh, arguments);
                        }
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
    }
}
