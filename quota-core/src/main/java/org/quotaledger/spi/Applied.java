package org.quotaledger.spi;

import java.util.List;
import java.util.Objects;
import org.quotaledger.event.LedgerEvent;

/**
 * A command that a store has applied: what it answers, and the events that were kept with it. Immutable and thread-safe.
 *
 * @param answer the answer
 * @param events what this very command brought about
 * @param <A> what the command answers
 */
public record Applied<A>(A answer, List<LedgerEvent> events) {

    /** Both are required. */
    public Applied {
        Objects.requireNonNull(answer, "answer");
        events = List.copyOf(events);
    }
}
