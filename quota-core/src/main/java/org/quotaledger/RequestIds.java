package org.quotaledger;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;
import org.quotaledger.reservation.RequestId;

/**
 * Makes up ids that no other process makes up, nor this one after a restart: 128 random bits, drawn once, and a count.
 * Thread-safe.
 *
 * <p>An id can be guessed from another. It is no secret: who may call the ledger may name any reservation.
 */
final class RequestIds {

    private final String prefix;
    private final AtomicLong count = new AtomicLong();

    RequestIds() {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        prefix = Base64.getUrlEncoder().withoutPadding().encodeToString(random) + ".";
    }

    RequestId next() {
        return RequestId.of(prefix + Long.toString(count.incrementAndGet(), Character.MAX_RADIX));
    }
}
