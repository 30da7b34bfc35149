package org.quotaledger.memory;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.quotaledger.reservation.ReservationState;

/** A reservation or direct charge in the form in which it is stored. Immutable and thread-safe. */
sealed interface StoredReservation permits StoredReservation.Whole, SettledReservation {

    /** As it is: one that is still open, or was used in a way that few are. */
    record Whole(ReservationState state) implements StoredReservation {

        @Override
        public @Nullable Instant endedAt() {
            return state.endedAt();
        }
    }

    /**
     * Returns a state in the smallest form that keeps all of it.
     *
     * @param latest what the settled one before it has in common with others, to share that if it can; or {@code null}
     */
    static StoredReservation of(ReservationState state, SettledReservation.@Nullable Common latest) {
        SettledReservation settled = SettledReservation.of(state, latest);
        return settled == null ? new Whole(state) : settled;
    }

    ReservationState state();

    /** Returns when it ended, or {@code null} if that is not written. */
    @Nullable
    Instant endedAt();
}
