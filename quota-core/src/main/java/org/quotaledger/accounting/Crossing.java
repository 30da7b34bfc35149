package org.quotaledger.accounting;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.amount.Amount;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.event.LedgerEvent.Cause;
import org.quotaledger.event.LedgerEvent.Kind;
import org.quotaledger.policy.QuotaLimit;

/**
 * Used of a limit has grown, or its amount has changed: which thresholds, and whether the limit's whole amount, has used
 * come to that it was below?
 *
 * @param row the usage row of the span
 * @param limit the limit
 * @param amountBefore the limit's amount before the change; the same as now where used has grown
 * @param peak the most that was used before, or where the amount has changed the used amount: no threshold up to it is
 *     crossed
 * @param used what is used now
 * @param cause what has changed
 * @param operation what was done
 * @param now the instant of the step
 */
record Crossing(
        Counter row,
        QuotaLimit limit,
        Amount amountBefore,
        long peak,
        long used,
        Cause cause,
        String operation,
        Instant now) {

    /**
     * Publishes each threshold of a jump over several, except those that have alerted within the debounce interval. A late
     * charge to a span that has ended exhausts nothing.
     *
     * @param known the thresholds that are debounced already, which are published late
     * @return the thresholds that are debounced, or {@code null} if none is
     */
    @Nullable
    DebouncedAlerts tell(@Nullable DebouncedAlerts known, WorkingAccount account, UnitOfWork work) {
        DebouncedAlerts debounced = null;
        for (AlertThreshold threshold : limit.thresholds()) {
            AlertThreshold.Level level = threshold.level();
            if (level.units(limit.amount()) <= used
                    && peak < level.units(amountBefore)
                    && (known == null || !known.levels().contains(level.toString()))
                    && !hasTold(work.alert(row.account(), limit.name(), level))) {
                Instant alertedAt = alertedAt(level, account, work);
                if (alertedAt == null) {
                    work.publish(alert(threshold));
                } else {
                    debounced =
                            DebouncedAlerts.union(debounced, new DebouncedAlerts(List.of(level.toString()), alertedAt));
                }
            }
        }
        if (limit.amount().units() <= used && peak < amountBefore.units() && row.counts(now)) {
            work.publish(
                    new LedgerEvent.Exhausted(id(Kind.EXHAUSTED, limit.amount()), row.account(), now, use(), cause));
        }
        return debounced;
    }

    /**
     * Publishes the thresholds that were debounced and may alert now, if used is at or above them.
     *
     * @return those that are left, or {@code null} if none is
     */
    @Nullable
    DebouncedAlerts tellDebounced(DebouncedAlerts debounced, WorkingAccount account, UnitOfWork work) {
        DebouncedAlerts left = null;
        for (AlertThreshold threshold : limit.thresholds()) {
            AlertThreshold.Level level = threshold.level();
            if (debounced.levels().contains(level.toString())) {
                Instant alertedAt = alertedAt(level, account, work);
                if (alertedAt == null && level.units(limit.amount()) <= used) {
                    work.publish(alert(threshold));
                } else {
                    Instant since = alertedAt == null ? debounced.alertedAt() : alertedAt;
                    left = DebouncedAlerts.union(left, new DebouncedAlerts(List.of(level.toString()), since));
                }
            }
        }
        return left;
    }

    /** Whether an earlier part of the step has alerted at a level in the same window: an expiry before a limit's change. */
    private boolean hasTold(LedgerEvent.@Nullable Alert alert) {
        return alert != null
                && (alert.span().equals(row.span()) || !limit.window().countsOneSpan());
    }

    /** Returns when the limit alerted at a level within its debounce interval, or {@code null} if it did not. */
    private @Nullable Instant alertedAt(AlertThreshold.Level level, WorkingAccount account, UnitOfWork work) {
        boolean inThisStep = !limit.alertDebounce().isZero() && work.alert(row.account(), limit.name(), level) != null;
        return inThisStep ? now : account.alertedLately(limit).get(level.toString());
    }

    private LedgerEvent.Alert alert(AlertThreshold threshold) {
        return new LedgerEvent.Alert(id(Kind.ALERT, threshold.level()), row.account(), now, use(), threshold, cause);
    }

    private LedgerEvent.LimitUse use() {
        return new LedgerEvent.LimitUse(limit.name(), row.span(), Amount.ofUnits(used, limit.meter()), limit.amount());
    }

    private UUID id(Kind kind, Object level) {
        return LedgerEvent.id(kind, row.account(), limit.name(), row.span(), level, operation, now);
    }
}
