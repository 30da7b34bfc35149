package org.quotaledger.accounting;

import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.event.LedgerEvent.Cause;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.QuotaLimit;

/**
 * A change in a span in which alerts are debounced: it publishes those whose interval is over. It is looked at when the
 * whole step is known, so that what is taken back and charged anew counts as one change.
 *
 * @param account the account
 * @param entry the limit
 * @param row the usage row of the span, as the change found it
 * @param cause what has changed
 * @param operation what was done
 */
record LateAlerts(AccountDraft account, LimitEntry entry, Usage row, Cause cause, String operation) {

    boolean isOfSameSpan(LateAlerts other) {
        return row.account().equals(other.row.account())
                && row.limit().equals(other.row.limit())
                && row.span().equals(other.row.span());
    }

    void tell(Draft draft) {
        QuotaLimit limit = entry.limit();
        Usage latest = account.latest(row);
        AccountDraft.Totals totals = account.totals(entry, latest);
        DebouncedAlerts debounced = totals.debounced();
        if (debounced == null
                || (cause == Cause.CHARGE && latest.used() == row.used())
                || draft.now().isBefore(debounced.alertedAt().plus(limit.alertDebounce()))
                || !reaches(limit, debounced, totals.used())) {
            return;
        }
        Crossing again = new Crossing(
                latest, limit, limit.amount(), totals.peak(), totals.used(), cause, operation, draft.now());
        account.leaveDebounced(limit, latest, again.tellDebounced(debounced, account, draft));
    }

    /** Without it, a change below what is debounced would look up alerts each time. */
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
