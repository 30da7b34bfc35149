package org.quotaledger.accounting;

import java.time.Instant;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Meter;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;

/** Writes the journal's rows of reservations. */
final class Journal {

    private Journal() {}

    /** A row that records an event on the account that is charged, and no usage. */
    static JournalRow note(JournalKind kind, ReservationState of, Instant now, String reason) {
        return new JournalRow(
                kind,
                of.id(),
                of.id(),
                of.chain().get(0),
                of.account(),
                null,
                0,
                0,
                of.reservedAt(),
                now,
                now,
                of.late(),
                reason,
                of.tags());
    }

    /** A row that records usage. */
    static JournalRow usage(
            JournalKind kind,
            ReservationState of,
            RequestId operation,
            AccountId account,
            Meter meter,
            long units,
            long excess,
            Instant settledAt,
            Instant now) {
        return new JournalRow(
                kind,
                of.id(),
                operation,
                account,
                of.account(),
                meter,
                units,
                excess,
                of.reservedAt(),
                settledAt,
                now,
                of.late(),
                null,
                of.tags());
    }
}
