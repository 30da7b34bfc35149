package org.quotaledger.accounting;

import java.time.Instant;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Meter;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;

/** Writes the journal's rows of reservations. */
final class Journal {

    private Journal() {}

    /** A row that records on an account what happened without usage. */
    static JournalRow note(JournalKind kind, ReservationState of, AccountId account, Instant now, String reason) {
        return new JournalRow(
                kind,
                of.id(),
                of.id(),
                account,
                of.account(),
                of.chain().indexOf(account),
                1,
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
            long times,
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
                of.chain().indexOf(account),
                times,
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
