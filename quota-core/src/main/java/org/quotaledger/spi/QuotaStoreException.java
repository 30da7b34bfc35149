package org.quotaledger.spi;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The store could not be reached or failed: the world's failure, not the caller's. It says whether the change was made.
 * Every operation can be repeated with its id; after an {@link Outcome#UNKNOWN} too, and it then takes effect once.
 */
public final class QuotaStoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What is known of the change. */
    public enum Outcome {
        /** It was not made. */
        NOT_APPLIED,
        /** It may have been made; repeating the operation with its id finds out. */
        UNKNOWN
    }

    private final Outcome outcome;

    private QuotaStoreException(Outcome outcome, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.outcome = Objects.requireNonNull(outcome, "outcome");
    }

    /** Returns the exception of a change that was not made. */
    public static QuotaStoreException notApplied(String message, @Nullable Throwable cause) {
        return new QuotaStoreException(Outcome.NOT_APPLIED, "not applied: " + message, cause);
    }

    /** Returns the exception of a change that may have been made. */
    public static QuotaStoreException outcomeUnknown(String message, @Nullable Throwable cause) {
        return new QuotaStoreException(Outcome.UNKNOWN, "outcome unknown: " + message, cause);
    }

    /** Returns what is known of the change. */
    public Outcome outcome() {
        return outcome;
    }
}
