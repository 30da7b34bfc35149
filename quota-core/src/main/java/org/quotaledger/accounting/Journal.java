package org.quotaledger.accounting;

import java.time.Instant;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.JournalRow.Counted;
import org.quotaledger.accounting.JournalRow.When;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;

/** Writes the journal's rows of reservations. */
final class Journal {

    private Journal() {}

    /** Returns a row that records an event of an account without usage. */
    static JournalRow note(JournalKind kind, ReservationState of, AccountId account, Instant now, String reason) {
        return new JournalRow(
                kind,
                of.terms().request(),
                of.id(),
                account,
                of.chain().indexOf(account),
                Counted.times(1),
                new When(of.reservedAt(), now, now, of.late()),
                reason);
    }

    /** Returns a row that records usage. */
    static JournalRow row(
            JournalKind kind,
            ReservationState of,
            RequestId operation,
            AccountId account,
            Counted counted,
            Instant settledAt,
            Instant now) {
        return new JournalRow(
                kind,
                of.terms().request(),
                operation,
                account,
                of.chain().indexOf(account),
                counted,
                new When(of.reservedAt(), settledAt, now, of.late()),
                null);
    }
}
