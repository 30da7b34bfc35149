package org.quotaledger.memory;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.quotaledger.reservation.ReservationState;

/** A reservation or direct charge in the form in which it is kept. Immutable and thread-safe. */
sealed interface Kept permits Kept.Whole, EndedReservation {

    /** As it is: one that is still open, or was used in a way that few are. */
    record Whole(ReservationState state) implements Kept {

        @Override
        public @Nullable Instant endedAt() {
            return state.endedAt();
        }
    }

    /**
     * Returns a state in the smallest form that keeps all of it.
     *
     * @param like one of the same account, to share with it what both have in common; or {@code null}
     */
    static Kept of(ReservationState state, @Nullable EndedReservation like) {
        EndedReservation ended = EndedReservation.of(state, like);
        return ended == null ? new Whole(state) : ended;
    }

    ReservationState state();

    /** Returns when it ended, or {@code null} if that is not written. */
    @Nullable
    Instant endedAt();
}
