package org.quotaledger.pricing;

import java.util.Objects;
import java.util.function.Function;
import org.quotaledger.amount.Amount;
import org.quotaledger.reservation.UnbilledReason;

/**
 * What a request costs: an amount, or the reason why it has none.
 *
 * <p>A request that is free is {@link Priced} at zero; a request whose price nobody knows is {@link Unpriceable}. The two
 * are never confused. Immutable and thread-safe.
 */
public sealed interface Cost permits Cost.Priced, Cost.Unpriceable {

    /** Returns what the matching function makes of this cost. */
    <T> T fold(
            Function<? super Priced, ? extends T> onPriced, Function<? super Unpriceable, ? extends T> onUnpriceable);

    /**
     * The cost is known.
     *
     * @param amount the cost, rounded once, half-up, at the meter's scale; zero if the model is free
     * @param model the model whose price it is: the name asked for, or the model its alias stands for
     */
    record Priced(Amount amount, String model) implements Cost {

        public Priced {
            Objects.requireNonNull(amount, "amount");
            Objects.requireNonNull(model, "model");
        }

        @Override
        public <T> T fold(
                Function<? super Priced, ? extends T> onPriced,
                Function<? super Unpriceable, ? extends T> onUnpriceable) {
            return onPriced.apply(this);
        }
    }

    /**
     * The cost cannot be known.
     *
     * @param reason why, as a reserve or a settlement without a charge takes it; never {@link UnbilledReason#UNBILLED},
     *     which only a caller can decide
     * @param detail why, for people: names the model and what is missing
     */
    record Unpriceable(UnbilledReason reason, String detail) implements Cost {

        /** @throws IllegalArgumentException if the reason is {@link UnbilledReason#UNBILLED} */
        public Unpriceable {
            Objects.requireNonNull(reason, "reason");
            if (reason == UnbilledReason.UNBILLED) {
                throw new IllegalArgumentException("reason is UNBILLED: expected what is missing");
            }
            Objects.requireNonNull(detail, "detail");
        }

        @Override
        public <T> T fold(
                Function<? super Priced, ? extends T> onPriced,
                Function<? super Unpriceable, ? extends T> onUnpriceable) {
            return onUnpriceable.apply(this);
        }
    }
}
