package org.quotaledger.spi;

import java.util.List;
import java.util.Objects;
import org.quotaledger.alert.Alert;

/**
 * A command that a store has applied: what it answers, and the alerts that were kept with it. Immutable and thread-safe.
 *
 * @param answer the answer
 * @param alerts the alerts of thresholds that this very command crossed
 * @param <A> what the command answers
 */
public record Applied<A>(A answer, List<Alert> alerts) {

    /** Both are required. */
    public Applied {
        Objects.requireNonNull(answer, "answer");
        alerts = List.copyOf(alerts);
    }
}
