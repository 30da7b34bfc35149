package org.quotaledger.spi;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.accounting.Counter;

/**
 * A usage row beside what the journal and the holds say it should be. Immutable and thread-safe.
 *
 * @param row the row as it is kept
 * @param journalUsed the sum of the journal's units of the row's account and meter, in its span. The charges of holds that
 *     expired together are part of it before they have their rows
 * @param liveHeld the sum of the account's holds of that meter reserved in its span, without those that the row has
 *     subtracted
 */
public record UsageAudit(Counter row, BigInteger journalUsed, BigInteger liveHeld) {

    /** All are required. */
    public UsageAudit {
        Objects.requireNonNull(row, "row");
        Objects.requireNonNull(journalUsed, "journalUsed");
        Objects.requireNonNull(liveHeld, "liveHeld");
    }

    /**
     * Returns whether the row has these sums, or {@link Counter#UNCOUNTABLE}. That stands for a sum of more until the next step
     * counts anew, also after a refund that made the sum smaller.
     */
    public boolean agrees() {
        return agrees(row.used(), journalUsed) && agrees(row.held(), liveHeld);
    }

    private static boolean agrees(long counted, BigInteger sum) {
        return counted == Counter.UNCOUNTABLE || counted == Counter.counted(sum);
    }

    /** Returns whether the row counts all: {@code false} where a sum is as much as a {@code long} holds, or more. */
    public boolean countable() {
        return row.countable();
    }

    /** Returns whether the row is later than a clock by more than a bound: steps of its account wait for the clock. */
    public boolean isAhead(Instant clock, Duration bound) {
        return row.updatedAt().isAfter(clock.plus(bound));
    }

    /** Returns whether both have the same figures of the same row. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof UsageAudit audit
                && row.account().equals(audit.row.account())
                && row.isAt(audit.row)
                && row.values().equals(audit.row.values())
                && journalUsed.equals(audit.journalUsed)
                && liveHeld.equals(audit.liveHeld);
    }

    @Override
    public int hashCode() {
        return Objects.hash(row.account(), row.limit(), row.span(), row.values(), journalUsed, liveHeld);
    }

    /** Returns the limit, the start of the span and the figures of both sides, as in {@code daily from ...: used 5, ...}. */
    @Override
    public String toString() {
        return row.limit() + " from " + row.span().startInclusive() + ": used " + row.used() + ", by the journal "
                + journalUsed + "; held " + row.held() + ", by the holds " + liveHeld
                + (countable() ? "" : "; more than can be counted: the limit is exhausted");
    }
}
