package org.quotaledger.reservation;

import java.util.Objects;
import java.util.function.Function;
import org.quotaledger.amount.Charge;

/** The answer to a check: whether a reserve would be granted now. It has no effect and sets nothing aside. */
public sealed interface CheckAnswer permits CheckAnswer.Admissible, Refused {

    /** A reserve of this would be granted now. */
    record Admissible(Charge charge) implements CheckAnswer {

        /** The charge is required. */
        public Admissible {
            Objects.requireNonNull(charge, "charge");
        }
    }

    /** Returns what the function of this case returns. */
    default <T> T fold(
            Function<? super Charge, ? extends T> onAdmissible, Function<? super Refusal, ? extends T> onRefused) {
        if (this instanceof Admissible admissible) {
            return onAdmissible.apply(admissible.charge());
        }
        return onRefused.apply(((Refused) this).refusal());
    }

    /** Returns whether a reserve would be granted now. */
    default boolean admissible() {
        return this instanceof Admissible;
    }
}
