package org.quotaledger.accounting;

import org.jspecify.annotations.Nullable;
import org.quotaledger.account.OpaqueText;
import org.quotaledger.history.Change;

/**
 * That a person charged or refunded something, not a request. Immutable and thread-safe.
 *
 * @param reason why, for the journal and the history: 1 to {@value #MAX_REASON} characters
 * @param actor who, or {@code null} if nobody is named
 */
public record ByHand(String reason, @Nullable String actor) {

    /** The most characters of a reason. */
    public static final int MAX_REASON = 200;

    /** @throws IllegalArgumentException if the reason or the actor is not as allowed */
    public ByHand {
        OpaqueText.check("reason", reason, MAX_REASON);
        if (actor != null) {
            Change.checkActor(actor);
        }
    }
}
