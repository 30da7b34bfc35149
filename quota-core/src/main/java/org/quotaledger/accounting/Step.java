package org.quotaledger.accounting;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.history.Change;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.reservation.ReservationState;

/**
 * A decided command: its answer, and all that a store has to keep. A store keeps all of this or nothing.
 *
 * @param answer the answer
 * @param usage the rows to keep, each in the place of the one of its account, limit and span
 * @param reservation the reservation to keep in the place of the one of its id, or {@code null} for no change
 * @param holds the holds to keep, each in the place of the one of its reservation, account and meter
 * @param dropsHolds whether all holds of the reservation are to be dropped instead
 * @param refund the refund to keep, or {@code null}
 * @param journal the rows to append
 * @param events the events to keep, in this order
 * @param changes what is to be kept in the history, in this order
 * @param accounts the accounts that were suspended or resumed, each its next version, to keep in the place of the one of
 *     its id
 * @param <A> the type of the answer
 */
public record Step<A>(
        A answer,
        List<Usage> usage,
        @Nullable ReservationState reservation,
        List<Hold> holds,
        boolean dropsHolds,
        @Nullable RefundState refund,
        List<JournalRow> journal,
        List<LedgerEvent> events,
        List<Change> changes,
        List<AccountEntry> accounts) {

    /** All but the reservation and the refund are required. */
    public Step {
        Objects.requireNonNull(answer, "answer");
        usage = List.copyOf(usage);
        holds = List.copyOf(holds);
        journal = List.copyOf(journal);
        events = List.copyOf(events);
        changes = List.copyOf(changes);
        accounts = List.copyOf(accounts);
    }

    static <A> Step<A> unchanged(A answer) {
        return new Step<>(
                answer, List.of(), null, List.of(), false, null, List.of(), List.of(), List.of(), List.of());
    }

    /** Returns whether there is nothing to keep. */
    public boolean changesNothing() {
        return usage.isEmpty()
                && reservation == null
                && holds.isEmpty()
                && !dropsHolds
                && refund == null
                && journal.isEmpty()
                && events.isEmpty()
                && changes.isEmpty()
                && accounts.isEmpty();
    }
}
