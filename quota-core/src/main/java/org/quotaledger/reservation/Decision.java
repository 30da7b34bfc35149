package org.quotaledger.reservation;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the rule decided of a reserve, as a plain value: {@link Held}, {@link Refused} or {@link Declined.Conflict}. Users
 * of the ledger meet it as an {@link Admission}, which carries a live {@link Reservation}.
 */
public sealed interface Decision permits Decision.Held, Refused, Declined.Conflict {

    /**
     * It was granted.
     *
     * @param state the reservation as it is at the instant of the decision: an expired hold is expired, swept or not
     * @param replayed whether this id was granted before
     * @param observed what an observing reserve would have been refused for, or {@code null}
     * @param recorded whether the store knows of it; see {@link Reservation#recorded}
     */
    record Held(
            ReservationState state,
            boolean replayed,
            @Nullable Refusal observed,
            boolean recorded) implements Decision {

        /** It was granted, and the store knows of it. */
        public Held(ReservationState state, boolean replayed, @Nullable Refusal observed) {
            this(state, replayed, observed, true);
        }

        /** The state is required. */
        public Held {
            Objects.requireNonNull(state, "state");
        }
    }
}
