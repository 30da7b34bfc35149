package org.quotaledger.accounting;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
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
 * @param holds all its holds that are not counted out, or {@code null} if they were not looked up
 * @param alerted the levels at which limits alerted lately, and when, by the limit's name; of those only that were looked
 *     up
 */
public record AccountState(
        AccountEntry entry,
        List<LimitEntry> limits,
        List<Usage> usage,
        @Nullable List<Hold> holds,
        Map<String, Map<String, Instant>> alerted) {

    /** All but the holds are required. */
    public AccountState {
        Objects.requireNonNull(entry, "entry");
        limits = List.copyOf(limits);
        usage = List.copyOf(usage);
        holds = holds == null ? null : List.copyOf(holds);
        alerted = Map.copyOf(alerted);
    }

    /** Makes the state of an account of which neither holds nor alerts were looked up. */
    public AccountState(AccountEntry entry, List<LimitEntry> limits, List<Usage> usage) {
        this(entry, limits, usage, null, Map.of());
    }

    AccountState withUsage(List<Usage> changed) {
        return new AccountState(entry, limits, changed, holds, alerted);
    }

    AccountState withLimits(List<LimitEntry> others) {
        return new AccountState(entry, others, usage, holds, alerted);
    }

    AccountState withHolds(List<Hold> lookedUp) {
        return new AccountState(entry, limits, usage, lookedUp, alerted);
    }

    AccountState withAlerts(String limit, Map<String, Instant> levels) {
        Map<String, Map<String, Instant>> more = new HashMap<>(alerted);
        more.put(limit, Map.copyOf(levels));
        return new AccountState(entry, limits, usage, holds, more);
    }

    /** Returns the account's id. */
    public AccountId id() {
        return entry.id();
    }

    /**
     * Returns the first instant after {@code now} at which this means something else though nothing was kept in between:
     * a span begins or ends or counts no more, a hold or the account expires, a suspension ends, a debounced alert is
     * due. What is decided on it at
     * {@code now} is what would be decided at any instant before that. Never later than {@link WindowSpan#LATEST}.
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
        if (holds != null) {
            for (Hold hold : holds) {
                first = earlier(first, hold.expiresAt(), now);
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

    private static Instant earlier(Instant first, Instant other, Instant now) {
        return other.isAfter(now) && other.isBefore(first) ? other : first;
    }
}
