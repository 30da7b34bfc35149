package org.quotaledger.policy;

import java.time.Instant;
import java.util.Objects;

/**
 * A limit as the ledger keeps it.
 *
 * @param limit the limit
 * @param since since when its meter, window and charge time are what they are. Usage of a span that started earlier may
 *     stand in the journal without having been counted.
 */
public record LimitEntry(QuotaLimit limit, Instant since) {

    /** Both are required. */
    public LimitEntry {
        Objects.requireNonNull(limit, "limit");
        Objects.requireNonNull(since, "since");
    }

    LimitEntry noEarlierThan(Instant instant) {
        return since.isBefore(instant) ? new LimitEntry(limit, instant) : this;
    }
}
