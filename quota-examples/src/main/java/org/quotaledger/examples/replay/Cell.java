package org.quotaledger.examples.replay;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import org.quotaledger.account.AccountId;
import org.quotaledger.window.QuotaWindow;
import org.quotaledger.window.WindowSpan;

/** A line of the table: one key in one span of time. */
record Cell(AccountId account, WindowSpan span) implements Comparable<Cell> {

    private static final Comparator<Cell> ORDER =
            Comparator.comparing(Cell::account).thenComparing(cell -> cell.span.startInclusive());

    /** Returns the cell that a request of the account counts in. */
    static Cell of(AccountId account, Instant reservedAt, QuotaWindow window) {
        // The ledger keeps microseconds, cut off; the trace has finer times.
        return new Cell(account, window.spanAt(reservedAt.truncatedTo(ChronoUnit.MICROS)));
    }

    @Override
    public int compareTo(Cell other) {
        return ORDER.compare(this, other);
    }
}
