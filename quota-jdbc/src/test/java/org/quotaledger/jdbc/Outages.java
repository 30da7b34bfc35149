package org.quotaledger.jdbc;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.quotaledger.spi.QuotaStoreException;

/** Shared by tests of outages. */
final class Outages {

    private Outages() {}

    /** Returns the answer that a store gives once it has found out that its database is back. */
    static <T> T untilBack(Supplier<T> call) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try {
                return call.get();
            } catch (QuotaStoreException away) {
                if (System.nanoTime() - deadline > 0) {
                    throw away;
                }
                Thread.onSpinWait();
            }
        }
    }
}
