package org.quotaledger.accounting;

import java.time.Instant;
import java.util.Objects;
import org.quotaledger.amount.Charge;
import org.quotaledger.reservation.RequestId;

/**
 * A refund as the ledger keeps it. Immutable and thread-safe.
 *
 * @param id its own id
 * @param reservation the reservation or direct charge that it gives back of
 * @param charge what it gives back
 * @param total what was given back of the reservation with it
 * @param at when
 */
public record RefundState(RequestId id, RequestId reservation, Charge charge, Charge total, Instant at) {

    /** All are required. */
    public RefundState {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(reservation, "reservation");
        Objects.requireNonNull(charge, "charge");
        Objects.requireNonNull(total, "total");
        Objects.requireNonNull(at, "at");
    }
}
