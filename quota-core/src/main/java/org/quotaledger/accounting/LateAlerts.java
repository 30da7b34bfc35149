package org.quotaledger.accounting;

import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.event.LedgerEvent.Cause;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.QuotaLimit;

/**
 * A change in a span in which alerts are debounced: it publishes those whose interval has ended. It is evaluated at the end
 * of its step, so that a charge that the step replaces counts as one change.
 *
 * @param account the account
 * @param entry the limit
 * @param row the counter of the span
 * @param usedBefore its used units before the change
 * @param cause the cause of the alerts
 * @param operation the id of the operation
 */
record LateAlerts(
        WorkingAccount account, LimitEntry entry, Counter row, long usedBefore, Cause cause, String operation) {

    boolean isOfSameSpan(LateAlerts other) {
        return row.account().equals(other.row.account())
                && row.limit().equals(other.row.limit())
                && row.span().equals(other.row.span());
    }

    void tell(UnitOfWork work) {
        QuotaLimit limit = entry.limit();
        WorkingAccount.Totals totals = account.totals(entry, row);
        DebouncedAlerts debounced = totals.debounced();
        if (debounced == null
                || (cause == Cause.CHARGE && row.used() == usedBefore)
                || work.now().isBefore(debounced.alertedAt().plus(limit.alertDebounce()))
                || !reaches(limit, debounced, totals.used())) {
            return;
        }
        Crossing again =
                new Crossing(row, limit, limit.amount(), totals.peak(), totals.used(), cause, operation, work.now());
        account.leaveDebounced(limit, row, again.tellDebounced(debounced, account, work));
    }

    /** A change below all debounced thresholds looks up no alerts. */
    private static boolean reaches(QuotaLimit limit, DebouncedAlerts debounced, long used) {
        for (AlertThreshold threshold : limit.thresholds()) {
            AlertThreshold.Level level = threshold.level();
            if (level.units(limit.amount()) <= used && debounced.levels().contains(level.toString())) {
                return true;
            }
        }
        return false;
    }
}
