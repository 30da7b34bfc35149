package org.quotaledger.spi;

import java.util.Objects;
import org.quotaledger.accounting.Usage;

/**
 * A usage row beside what the journal and the holds say it should be. Immutable and thread-safe.
 *
 * @param row the row as it is kept
 * @param journalUsed the sum of the journal's units of the row's account and meter, in its span
 * @param liveHeld the sum of the account's holds of that meter reserved in its span and not counted out
 */
public record UsageAudit(Usage row, long journalUsed, long liveHeld) {

    /** The row is required. */
    public UsageAudit {
        Objects.requireNonNull(row, "row");
    }

    /** Returns whether the row is what it should be. */
    public boolean agrees() {
        return row.used() == journalUsed && row.held() == liveHeld;
    }

    /** Returns the limit, the start of the span and the figures of both sides, as in {@code daily from ...: used 5, ...}. */
    @Override
    public String toString() {
        return row.limit() + " from " + row.span().startInclusive() + ": used " + row.used() + ", by the journal "
                + journalUsed + "; held " + row.held() + ", by the holds " + liveHeld;
    }
}
