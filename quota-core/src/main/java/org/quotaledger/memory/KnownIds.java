package org.quotaledger.memory;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.RefundState;
import org.quotaledger.accounting.UnitOfWork;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.reservation.ReservationStatus;

/** Reservations, direct charges and refunds by their ids, until they are forgotten. Thread-safe. */
final class KnownIds {

    private final ConcurrentHashMap<RequestId, StoredReservation> reservations = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<RequestId, RefundState> refunds = new ConcurrentHashMap<>();

    @Nullable
    ReservationState reservation(@Nullable RequestId id) {
        StoredReservation stored = id == null ? null : reservations.get(id);
        return stored == null ? null : stored.state();
    }

    @Nullable
    RefundState refund(@Nullable RequestId id) {
        return id == null ? null : refunds.get(id);
    }

    /**
     * Keeps what a step leaves of its ids, or nothing and returns {@code false} if another step has just taken one. The
     * id of a new reservation is not guarded by the locks of its accounts: another account may use it too.
     *
     * @param reservation the reservation that the step leaves, or {@code null}
     */
    boolean keep(UnitOfWork done, @Nullable StoredReservation reservation, boolean isNew) {
        RefundState refund = done.refund();
        if (refund != null && refunds.putIfAbsent(refund.id(), refund) != null) {
            return false;
        }
        ReservationState state = done.reservation();
        if (state == null || reservation == null) {
            return true;
        }
        if (isNew) {
            return reservations.putIfAbsent(state.id(), reservation) == null;
        }
        reservations.put(state.id(), reservation);
        return true;
    }

    /** Returns those that are charged to these accounts. */
    List<ReservationState> chargedTo(Set<AccountId> accounts) {
        return reservations.values().stream()
                .map(StoredReservation::state)
                .filter(state -> accounts.contains(state.chargedAccount()))
                .toList();
    }

    void replace(ReservationState state) {
        reservations.put(state.id(), StoredReservation.of(state, null));
    }

    /** Returns reservations that have expired and are not written down as expired. */
    List<RequestId> expired(Instant now, int max) {
        return reservations.values().stream()
                .filter(stored -> stored.endedAt() == null)
                .map(StoredReservation::state)
                .filter(state ->
                        state.status() == ReservationStatus.HELD && state.statusAt(now) == ReservationStatus.EXPIRED)
                .limit(max)
                .map(ReservationState::id)
                .toList();
    }

    /**
     * Forgets refunds and what has ended, if that was before an instant.
     *
     * @param forgotten takes the reservations and direct charges
     * @return how many ids were forgotten
     */
    int forget(Instant endedBefore, int max, Consumer<ReservationState> forgotten) {
        int count = 0;
        for (RefundState refund : refunds.values()) {
            if (count == max) {
                return count;
            }
            if (refund.at().isBefore(endedBefore) && refunds.remove(refund.id(), refund)) {
                count++;
            }
        }
        for (Map.Entry<RequestId, StoredReservation> entry : reservations.entrySet()) {
            if (count == max) {
                return count;
            }
            StoredReservation stored = entry.getValue();
            Instant endedAt = stored.endedAt();
            // A late settle may come between: then it is not this one any more, and stays.
            if (endedAt != null && endedAt.isBefore(endedBefore) && reservations.remove(entry.getKey(), stored)) {
                forgotten.accept(stored.state());
                count++;
            }
        }
        return count;
    }
}
