package org.quotaledger.accounting;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.quotaledger.account.AccountId;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.Suspension;
import org.quotaledger.window.WindowSpan;

/**
 * One account as a step sees it. Immutable and thread-safe.
 *
 * @param entry the account
 * @param limits its limits in force, as {@link AccountEntry#limits} tells them
 * @param usage its usage: every row that counts at the instant of the step or later, and every row that has an earliest
 *     expiry. More rows do no harm; those whose spans contain an instant of the reservation at hand save recomputing them.
 */
public record AccountState(AccountEntry entry, List<LimitEntry> limits, List<Usage> usage) {

    /** Copies the collections. */
    public AccountState {
        Objects.requireNonNull(entry, "entry");
        limits = List.copyOf(limits);
        usage = List.copyOf(usage);
    }

    /** Returns the same with other usage rows. */
    public AccountState withUsage(List<Usage> changed) {
        return new AccountState(entry, limits, changed);
    }

    /**
     * Returns the same with a recounted row in the place of the one of its limit and span. The thresholds that were crossed in
     * it stay so, which the journal does not know, unless the limit was reset since.
     */
    AccountState withRecounted(Usage recounted) {
        List<Usage> rows = new ArrayList<>(usage.size() + 1);
        Usage row = recounted;
        for (Usage other : usage) {
            if (!other.limit().equals(row.limit()) || !other.span().equals(row.span())) {
                rows.add(other);
            } else if (other.isOfSame(row)) {
                if (!resetSince(other)) {
                    row = row.withPeak(Math.max(row.peak(), other.peak())).withDebounced(other.debounced());
                }
                row = row.expiringBy(other.earliestExpiry());
            }
        }
        rows.add(row);
        return withUsage(rows);
    }

    private boolean resetSince(Usage row) {
        return limits.stream().anyMatch(entry -> row.isOf(entry.limit()) && !entry.counts(row.updatedAt()));
    }

    AccountState withLimits(List<LimitEntry> others) {
        return new AccountState(entry, others, usage);
    }

    /** Returns the account's id. */
    public AccountId id() {
        return entry.id();
    }

    /**
     * Returns the first instant after {@code now} at which this means something else though nothing was kept in between:
     * a span begins or ends or counts no more, a hold or the account expires, a suspension ends, a debounced alert is
     * due. A decision at {@code now} stands at any instant before that. Never later than {@link WindowSpan#LATEST}.
     */
    public Instant unchangedUntil(Instant now) {
        Instant first = WindowSpan.LATEST;
        Instant expiresAt = entry.account().expiresAt().orElse(null);
        if (expiresAt != null) {
            // At its expiry an account is still valid.
            first = earlier(first, expiresAt.plus(1, ChronoUnit.MICROS), now);
        }
        Suspension suspension = entry.suspension();
        if (suspension != null && suspension.until() != null) {
            first = earlier(first, suspension.until(), now);
        }
        for (LimitEntry of : limits) {
            first = earlier(first, unchangedUntil(of.limit(), now), now);
        }
        for (Usage row : usage) {
            first = earlier(first, row.span().startInclusive(), now);
            first = earlier(first, row.countedUntil(), now);
            if (row.earliestExpiry() != null) {
                first = earlier(first, row.earliestExpiry(), now);
            }
            DebouncedAlerts debounced = row.debounced();
            if (debounced != null) {
                for (LimitEntry of : limits) {
                    if (row.isOf(of.limit())) {
                        first = earlier(
                                first, debounced.alertedAt().plus(of.limit().alertDebounce()), now);
                    }
                }
            }
        }
        return first;
    }

    private Instant unchangedUntil(QuotaLimit limit, Instant now) {
        for (Usage row : usage) {
            if (row.isOf(limit) && row.span().contains(now)) {
                return row.span().endExclusive();
            }
        }
        WindowSpan span = limit.window().spanAt(now);
        return now.isBefore(span.startInclusive()) ? span.startInclusive() : span.endExclusive();
    }

    static Instant earlier(Instant first, Instant other, Instant now) {
        return other.isAfter(now) && other.isBefore(first) ? other : first;
    }
}
