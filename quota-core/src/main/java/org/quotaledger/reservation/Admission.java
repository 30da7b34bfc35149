package org.quotaledger.reservation;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The answer to a reserve: {@link Granted}, {@link Refused} or {@link Declined.Conflict}. */
public sealed interface Admission permits Admission.Granted, Refused, Declined.Conflict {

    /**
     * The request may be forwarded.
     *
     * @param reservation the hold, to be settled or released
     * @param replayed whether this id was granted before: its state may have moved on since, its expiry was not moved
     * @param observedRefusal what an observing reserve would have been refused for, or {@code null}
     */
    record Granted(
            Reservation reservation,
            boolean replayed,
            @Nullable Refusal observedRefusal) implements Admission {

        /** The reservation is required. */
        public Granted {
            Objects.requireNonNull(reservation, "reservation");
        }

        /** Returns what an observing reserve would have been refused for, or empty; a replay does not tell it again. */
        public Optional<Refusal> observed() {
            return Optional.ofNullable(observedRefusal);
        }
    }

    /** Returns what the function of this case returns. */
    default <T> T fold(
            Function<? super Granted, ? extends T> onGranted,
            Function<? super Refusal, ? extends T> onRefused,
            Function<? super Declined.Conflict, ? extends T> onConflict) {
        if (this instanceof Granted granted) {
            return onGranted.apply(granted);
        }
        if (this instanceof Refused refused) {
            return onRefused.apply(refused.refusal());
        }
        return onConflict.apply((Declined.Conflict) this);
    }

    /**
     * Returns the reservation.
     *
     * @throws QuotaRefusedException if it was refused
     * @throws DeclinedException if the id was used for another request
     */
    default Reservation orThrow() {
        return fold(
                Granted::reservation,
                refusal -> {
                    throw new QuotaRefusedException(refusal);
                },
                conflict -> {
                    throw new DeclinedException(conflict);
                });
    }

    /** Returns whether the request may be forwarded. */
    default boolean granted() {
        return this instanceof Granted;
    }
}
