package org.quotaledger.reservation;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The answer that a reserve or a check is refused. Immutable and thread-safe.
 *
 * @param refusal why, and when to come back
 * @param scope for how long and for which charges of the same mode that is the answer as long as nothing is changed, or
 *     {@code null} if that is not known
 */
public record Refused(Refusal refusal, @Nullable RefusalScope scope) implements Admission, Decision, CheckAnswer {

    /** The refusal is required. */
    public Refused {
        Objects.requireNonNull(refusal, "refusal");
    }
}
