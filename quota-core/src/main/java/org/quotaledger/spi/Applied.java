package org.quotaledger.spi;

import java.util.List;
import java.util.Objects;
import org.quotaledger.account.AccountId;
import org.quotaledger.alert.Alert;

/**
 * A command that a store has applied: what it answers, and what came with it. Immutable and thread-safe.
 *
 * @param answer the answer
 * @param alerts the alerts of thresholds that this very command crossed
 * @param accounts every account whose state it was decided on: it changed none but them, and its answer depends on none
 *     but them; empty if it concerns no account that there is
 * @param <A> what the command answers
 */
public record Applied<A>(A answer, List<Alert> alerts, List<AccountId> accounts) {

    /** All are required. */
    public Applied {
        Objects.requireNonNull(answer, "answer");
        alerts = List.copyOf(alerts);
        accounts = List.copyOf(accounts);
    }
}
