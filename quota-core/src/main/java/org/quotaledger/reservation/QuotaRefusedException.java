package org.quotaledger.reservation;

import java.util.Objects;

/** Thrown by {@code orThrow()} where a reserve was refused. Its message holds amounts: it is for logs, not for clients. */
public final class QuotaRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    QuotaRefusedException(Refusal refusal) {
        super(refusal.toString());
        this.refusal = Objects.requireNonNull(refusal, "refusal");
    }

    /** Returns which limit, why, and when to come back. */
    public Refusal refusal() {
        return refusal;
    }
}
