package org.quotaledger.accounting;

import java.time.Instant;
import java.util.UUID;
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
 * @param peak the most that was used before, or where the amount has changed what is used: what lies up to it has been
 *     told
 * @param used what is used now
 * @param cause what has changed
 * @param operation what was done
 * @param now the instant of the step
 */
record Crossing(
        Usage row,
        QuotaLimit limit,
        Amount amountBefore,
        long peak,
        long used,
        Cause cause,
        String operation,
        Instant now) {

    /**
     * A jump over several tells each, but none that was told within the debounce interval; a span that counts no more is
     * not exhausted by what is charged to it late.
     */
    void tell(AccountDraft account, Draft draft) {
        for (AlertThreshold threshold : limit.thresholds()) {
            AlertThreshold.Level level = threshold.level();
            if (level.units(limit.amount()) <= used
                    && peak < level.units(amountBefore)
                    && !account.alertedLately(limit).contains(level.toString())) {
                draft.tell(new LedgerEvent.Alert(
                        id(Kind.ALERT, level),
                        row.account(),
                        now,
                        limit.name(),
                        row.span(),
                        threshold,
                        usedAmount(),
                        limit.amount(),
                        cause));
            }
        }
        if (limit.amount().units() <= used && peak < amountBefore.units() && row.counts(now)) {
            draft.tell(new LedgerEvent.Exhausted(
                    id(Kind.EXHAUSTED, limit.amount()),
                    row.account(),
                    now,
                    limit.name(),
                    row.span(),
                    usedAmount(),
                    limit.amount(),
                    cause));
        }
    }

    private Amount usedAmount() {
        return Amount.ofUnits(used, limit.meter());
    }

    private UUID id(Kind kind, Object level) {
        return LedgerEvent.id(kind, row.account(), limit.name(), row.span(), level, operation, now);
    }
}
