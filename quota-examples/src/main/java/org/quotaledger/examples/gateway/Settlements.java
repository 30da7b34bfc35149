package org.quotaledger.examples.gateway;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.Settled;
import org.quotaledger.spi.QuotaStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles, again if the store fails: what was delivered has to be paid, and settling twice with one id charges once, also
 * where the first outcome is unknown. Stateless.
 */
final class Settlements {

    private static final Logger LOG = LoggerFactory.getLogger(Settlements.class);

    private static final List<Duration> WAITS =
            List.of(Duration.ofMillis(50), Duration.ofMillis(200), Duration.ofSeconds(1));

    private Settlements() {}

    /** @throws QuotaStoreException if the store goes on failing; the hold stays until it expires */
    static void settle(Reservation hold, Bill bill) {
        Answer<Settled> answer = repeatedly(hold, bill);
        answer.fold(
                settled -> {
                    LOG.debug("settled {}: {}", hold.id(), settled);
                    return null;
                },
                declined -> {
                    LOG.error("not settled: {}", declined.message());
                    return null;
                });
    }

    private static Answer<Settled> repeatedly(Reservation hold, Bill bill) {
        for (Duration wait : WAITS) {
            try {
                return bill.settle(hold);
            } catch (QuotaStoreException failed) {
                LOG.warn("settling {} again in {}: {}", hold.id(), wait, failed.getMessage());
                LockSupport.parkNanos(wait.toNanos());
            }
        }
        return bill.settle(hold);
    }
}
