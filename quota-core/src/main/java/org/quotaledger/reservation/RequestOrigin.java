package org.quotaledger.reservation;

import java.util.Objects;
import org.quotaledger.account.AccountId;

/**
 * The request that a reservation, a hold or a row of the journal comes from. Immutable and thread-safe.
 *
 * @param id the id of its reservation or direct charge
 * @param account the account that was asked for
 * @param tags its tags
 */
public record RequestOrigin(RequestId id, AccountId account, Tags tags) {

    /** All are required. */
    public RequestOrigin {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(account, "account");
        Objects.requireNonNull(tags, "tags");
    }
}
