package org.quotaledger.reservation;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The answer to a reserve: {@link Granted}, {@link Refused} or {@link Declined.Conflict}. */
public sealed interface Admission permits Admission.Granted, Refused, Declined.Conflict {

    /**
     * It was granted, now or before. A reservation that has {@linkplain #ended() ended} is no permission to forward the
     * request again.
     *
     * @param reservation the hold, to be settled or released
     * @param status the reservation's status at the instant of this answer
     * @param replayed whether an earlier call with this id was granted: its state may have moved on since, its expiry was
     *     not moved
     * @param observedRefusal what an observing reserve would have been refused for, or {@code null}
     */
    record Granted(
            Reservation reservation,
            ReservationStatus status,
            boolean replayed,
            @Nullable Refusal observedRefusal) implements Admission {

        /** Reservation and status are required. */
        public Granted {
            Objects.requireNonNull(reservation, "reservation");
            Objects.requireNonNull(status, "status");
        }

        /**
         * Returns whether it was granted before and has been settled, released or has expired since. A first answer has
         * not ended, also where it is settled at once because nothing of it is counted.
         */
        public boolean ended() {
            return replayed && status != ReservationStatus.HELD;
        }

        /** Returns what an observing reserve would have been refused for, or empty; a replay does not tell it again. */
        public Optional<Refusal> observed() {
            return Optional.ofNullable(observedRefusal);
        }
    }

    /**
     * Returns what the function of this case returns.
     *
     * @param onGranted the request may be forwarded
     * @param onRefused a limit or the account refuses it
     * @param onDeclined the id was used for another request ({@link Declined.Conflict}), or for this one, which has ended
     *     ({@link Declined.Ended}): it must not be forwarded
     */
    default <T> T fold(
            Function<? super Granted, ? extends T> onGranted,
            Function<? super Refusal, ? extends T> onRefused,
            Function<? super Declined, ? extends T> onDeclined) {
        if (this instanceof Granted granted) {
            return granted.ended()
                    ? onDeclined.apply(new Declined.Ended(granted.reservation().id(), granted.status()))
                    : onGranted.apply(granted);
        }
        if (this instanceof Refused refused) {
            return onRefused.apply(refused.refusal());
        }
        return onDeclined.apply((Declined.Conflict) this);
    }

    /**
     * Returns the reservation, if the request may be forwarded.
     *
     * <p>A replay of a hold that still lives is returned: a caller whose first answer was lost gets it so. A host whose
     * clients choose the ids asks {@link Granted#replayed} first, since another caller may be at work with that hold.
     *
     * @throws QuotaRefusedException if it was refused
     * @throws DeclinedException if the id was used for another request, or for this one, which has ended since
     */
    default Reservation orThrow() {
        return fold(
                Granted::reservation,
                refusal -> {
                    throw new QuotaRefusedException(refusal);
                },
                declined -> {
                    throw new DeclinedException(declined);
                });
    }

    /** Returns whether the request may be forwarded: it was granted, and has not {@linkplain Granted#ended() ended}. */
    default boolean granted() {
        return this instanceof Granted granted && !granted.ended();
    }
}
