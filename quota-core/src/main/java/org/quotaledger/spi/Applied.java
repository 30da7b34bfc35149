package org.quotaledger.spi;

import java.util.List;
import java.util.Objects;
import org.quotaledger.account.AccountId;
import org.quotaledger.event.LedgerEvent;

/**
 * A command that a store has applied: what it answers, and what came with it. Immutable and thread-safe.
 *
 * @param answer the answer
 * @param events what this very command brought about
 * @param accounts every account whose state it was decided on: it changed none but them, and its answer depends on none
 *     but them; empty if it concerns no account that there is
 * @param <A> what the command answers
 */
public record Applied<A>(A answer, List<LedgerEvent> events, List<AccountId> accounts) {

    /** All are required. */
    public Applied {
        Objects.requireNonNull(answer, "answer");
        events = List.copyOf(events);
        accounts = List.copyOf(accounts);
    }
}
