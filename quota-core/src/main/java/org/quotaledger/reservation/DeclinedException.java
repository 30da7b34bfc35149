package org.quotaledger.reservation;

import java.util.Objects;

/**
 * Thrown by {@code orThrow()} where an operation was declined. Of a reserve it says that the id was used before: HTTP 409
 * suits it.
 */
public final class DeclinedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Declined declined;

    DeclinedException(Declined declined) {
        super(declined.message());
        this.declined = Objects.requireNonNull(declined, "declined");
    }

    /** Returns what was declined and why. */
    public Declined declined() {
        return declined;
    }
}
