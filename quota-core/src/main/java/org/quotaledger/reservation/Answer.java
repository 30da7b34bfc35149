package org.quotaledger.reservation;

import java.util.Objects;
import java.util.function.Function;

/**
 * The answer to an operation: what was done, or why it was declined. Immutable and thread-safe.
 *
 * @param <T> what was done: {@link Settled}, {@link Released}, {@link Extended}, {@link Adjusted}, {@link Progressed},
 *     {@link Charged} or {@link Refunded}
 */
public sealed interface Answer<T> {

    /** It was done, now or before. */
    record Done<T>(T value) implements Answer<T> {

        /** The value is required. */
        public Done {
            Objects.requireNonNull(value, "value");
        }

        @Override
        public <R> R fold(Function<? super T, ? extends R> onDone, Function<? super Declined, ? extends R> onDeclined) {
            return onDone.apply(value);
        }
    }

    /** It was not done, and nothing was written. */
    record NotDone<T>(Declined reason) implements Answer<T> {

        /** The reason is required. */
        public NotDone {
            Objects.requireNonNull(reason, "reason");
        }

        @Override
        public <R> R fold(Function<? super T, ? extends R> onDone, Function<? super Declined, ? extends R> onDeclined) {
            return onDeclined.apply(reason);
        }
    }

    /** Returns the answer that {@code value} was done. */
    static <T> Answer<T> done(T value) {
        return new Done<>(value);
    }

    /** Returns the answer that it was declined. */
    static <T> Answer<T> declined(Declined reason) {
        return new NotDone<>(reason);
    }

    /** Returns what the function of this case returns. */
    <R> R fold(Function<? super T, ? extends R> onDone, Function<? super Declined, ? extends R> onDeclined);

    /**
     * Returns what was done.
     *
     * @throws DeclinedException if it was declined
     */
    default T orThrow() {
        return fold(value -> value, reason -> {
            throw new DeclinedException(reason);
        });
    }

    /** Returns whether it was done, now or before. */
    default boolean done() {
        return this instanceof Done;
    }
}
