package org.quotaledger.rule;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Charge;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationStatus;

/**
 * A reservation as a store keeps it: the request, the grant and, once it has ended, the ending. A settled record is its own
 * journal entry. Immutable and thread-safe.
 *
 * @param request the reserve that made it
 * @param grant the hold
 * @param ending how it ended, or {@code null} while it is held
 */
public record ReservationRecord(
        Reserve request, Grant grant, @Nullable Ending ending) {

    /** Checks that request and grant are given. */
    public ReservationRecord {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(grant, "grant");
    }

    /**
     * The hold that a reserve was granted.
     *
     * @param chain the charged accounts, nearest first
     * @param held the units that are set aside on each of them
     * @param reservedAt the instant of the reserve: the charge belongs to its windows
     * @param expiresAt the first instant at which the hold no longer counts
     */
    public record Grant(List<AccountId> chain, Charge held, Instant reservedAt, Instant expiresAt) {

        /** Copies the chain. */
        public Grant {
            chain = List.copyOf(chain);
            Objects.requireNonNull(held, "held");
            Objects.requireNonNull(reservedAt, "reservedAt");
            Objects.requireNonNull(expiresAt, "expiresAt");
        }
    }

    /**
     * The end of a reservation.
     *
     * @param status settled, released or expired
     * @param charged the charge of a settle; {@link Charge#NONE} otherwise
     * @param at the instant of the end
     * @param late whether it was settled when it had expired
     */
    public record Ending(ReservationStatus status, Charge charged, Instant at, boolean late) {

        /** @throws IllegalArgumentException if the status is held */
        public Ending {
            Objects.requireNonNull(charged, "charged");
            Objects.requireNonNull(at, "at");
            if (status == ReservationStatus.HELD) {
                throw new IllegalArgumentException("ending is held");
            }
        }
    }

    /** Returns the request id. */
    public RequestId id() {
        return request.id();
    }

    /** Returns its status at an instant: from its expiry on a hold is expired, swept or not. */
    public ReservationStatus statusAt(Instant now) {
        Ending end = ending;
        if (end != null) {
            return end.status();
        }
        return now.isBefore(grant.expiresAt()) ? ReservationStatus.HELD : ReservationStatus.EXPIRED;
    }

    ReservationRecord ended(Ending how) {
        return new ReservationRecord(request, grant, how);
    }
}
