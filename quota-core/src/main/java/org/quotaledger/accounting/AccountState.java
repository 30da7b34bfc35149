package org.quotaledger.accounting;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
 * @param holds its holds, as far as they were looked up
 * @param alerted the levels at which limits alerted lately, and when, by the limit's name; of those only that were looked
 *     up
 */
public record AccountState(
        AccountEntry entry,
        List<LimitEntry> limits,
        List<Usage> usage,
        List<AccountHolds> holds,
        Map<String, Map<String, Instant>> alerted) {

    /** Copies the collections. */
    public AccountState {
        Objects.requireNonNull(entry, "entry");
        limits = List.copyOf(limits);
        usage = List.copyOf(usage);
        holds = List.copyOf(holds);
        alerted = Map.copyOf(alerted);
    }

    /** Makes the state of an account of which neither holds nor alerts were looked up. */
    public AccountState(AccountEntry entry, List<LimitEntry> limits, List<Usage> usage) {
        this(entry, limits, usage, List.of(), Map.of());
    }

    /** Returns the same with other usage rows. */
    public AccountState withUsage(List<Usage> changed) {
        return new AccountState(entry, limits, changed, holds, alerted);
    }

    AccountState withLimits(List<LimitEntry> others) {
        return new AccountState(entry, others, usage, holds, alerted);
    }

    /** Returns the same with more of its holds looked up. */
    public AccountState withHolds(AccountHolds lookedUp) {
        List<AccountHolds> more = new ArrayList<>(holds);
        more.add(lookedUp);
        return new AccountState(entry, limits, usage, more, alerted);
    }

    /** Returns the same with the latest look-up of holds, which replaces those of the same meters. */
    public AccountState withLatestHolds(AccountHolds lookedUp) {
        List<AccountHolds> latest = new ArrayList<>();
        for (AccountHolds other : holds) {
            if (!lookedUp.next().keySet().containsAll(other.next().keySet())) {
                latest.add(other);
            }
        }
        latest.add(lookedUp);
        return new AccountState(entry, limits, usage, latest, alerted);
    }

    /**
     * Returns the account after a step, as far as rows and holds go.
     *
     * @param changed all its rows as the step leaves them
     */
    public AccountState after(Step.Done<?> done, List<Usage> changed) {
        List<AccountHolds> left = holds.isEmpty()
                ? List.of()
                : holds.stream().map(lookedUp -> lookedUp.after(id(), done)).toList();
        return new AccountState(entry, limits, changed, left, Map.of());
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
        for (AccountHolds lookedUp : holds) {
            Instant expiry = lookedUp.firstExpiry();
            first = expiry == null ? first : earlier(first, expiry, now);
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
