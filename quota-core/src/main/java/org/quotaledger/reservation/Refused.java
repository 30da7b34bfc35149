package org.quotaledger.reservation;

import java.util.Objects;

/** The answer that a reserve or a check is refused. Immutable and thread-safe. */
public record Refused(Refusal refusal) implements Admission, Decision, CheckAnswer {

    /** The refusal is required. */
    public Refused {
        Objects.requireNonNull(refusal, "refusal");
    }
}
