package org.quotaledger.policy;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A limit as the ledger keeps it. Immutable and thread-safe.
 *
 * @param limit the limit
 * @param since since when its meter, window and charge time are what they are. Usage of a span that started earlier may
 *     stand in the journal without having been counted.
 * @param resetAt when a person last reset it for the account it is a limit of: what was reserved before does not count;
 *     {@code null} if nobody ever did, and in a policy
 */
public record LimitEntry(
        QuotaLimit limit, Instant since, @Nullable Instant resetAt) {

    /** All but {@code resetAt} are required. */
    public LimitEntry {
        Objects.requireNonNull(limit, "limit");
        Objects.requireNonNull(since, "since");
    }

    /** A limit that nobody has reset. */
    public LimitEntry(QuotaLimit limit, Instant since) {
        this(limit, since, null);
    }

    /** Returns whether what was reserved at that instant counts: it does unless the limit was reset since. */
    public boolean counts(Instant reservedAt) {
        return resetAt == null || !reservedAt.isBefore(resetAt);
    }

    /** Returns since when a usage row that was not touched says nothing of what is used. */
    public Instant countedSince() {
        return resetAt != null && resetAt.isAfter(since) ? resetAt : since;
    }

    LimitEntry noEarlierThan(Instant instant) {
        return since.isBefore(instant) ? new LimitEntry(limit, instant, resetAt) : this;
    }

    LimitEntry withResetAt(@Nullable Instant instant) {
        return instant == null && resetAt == null ? this : new LimitEntry(limit, since, instant);
    }
}
