package org.quotaledger;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.quotaledger.reservation.RequestId;

/**
 * Makes up ids that no other process makes up, nor this one after a restart: random bits, drawn once, and a count.
 * Thread-safe.
 *
 * <p>An id can be guessed from another. It is no secret: who may call the ledger may name any reservation.
 */
final class RequestIds {

    private final String prefix = UUID.randomUUID() + ".";
    private final AtomicLong count = new AtomicLong();

    RequestId next() {
        // In decimal, because String.hashCode tells digits apart that differ by less than 31: letters would collide.
        return RequestId.of(prefix + count.incrementAndGet());
    }
}
