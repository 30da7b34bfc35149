package org.quotaledger.reservation;

import java.time.Instant;
import java.util.Objects;

/**
 * When a reservation holds. Immutable and thread-safe.
 *
 * @param reservedAt when it was made: the spans that count its hold contain this instant
 * @param expiresAt when it expires unless it has ended; of a direct charge the instant of the charge
 */
public record HoldPeriod(Instant reservedAt, Instant expiresAt) {

    /** Both are required. */
    public HoldPeriod {
        Objects.requireNonNull(reservedAt, "reservedAt");
        Objects.requireNonNull(expiresAt, "expiresAt");
    }
}
