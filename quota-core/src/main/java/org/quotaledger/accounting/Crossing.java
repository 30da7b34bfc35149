package org.quotaledger.accounting;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.amount.Amount;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.event.LedgerEvent.Cause;
import org.quotaledger.event.LedgerEvent.Kind;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.RequestId;

/**
 * Used of a limit has grown beyond what it was since thresholds were armed: which of them, and whether the limit's whole
 * amount, has it come to?
 *
 * @param row the usage row that grew
 * @param limit the limit
 * @param peak the most that was used before: what lies up to it has been told
 * @param used what is used now
 * @param now the instant of the step
 * @param operation what was done
 */
record Crossing(Usage row, QuotaLimit limit, long peak, long used, Instant now, RequestId operation) {

    /** A jump over several tells each; a span that counts no more is not exhausted by what is charged to it late. */
    void tell(List<LedgerEvent> events) {
        for (AlertThreshold threshold : limit.thresholds()) {
            if (reaches(threshold.level().units(limit.amount()))) {
                events.add(new LedgerEvent.Alert(
                        id(Kind.ALERT, threshold.level()),
                        row.account(),
                        now,
                        limit.name(),
                        row.span(),
                        threshold,
                        usedAmount(),
                        limit.amount(),
                        Cause.CHARGE));
            }
        }
        if (reaches(limit.amount().units()) && row.counts(now)) {
            events.add(new LedgerEvent.Exhausted(
                    id(Kind.EXHAUSTED, limit.amount()),
                    row.account(),
                    now,
                    limit.name(),
                    row.span(),
                    usedAmount(),
                    limit.amount(),
                    Cause.CHARGE));
        }
    }

    private boolean reaches(long level) {
        return peak < level && level <= used;
    }

    private Amount usedAmount() {
        return Amount.ofUnits(used, limit.meter());
    }

    private UUID id(Kind kind, Object level) {
        return LedgerEvent.id(kind, row.account(), limit.name(), row.span(), level, operation, now);
    }
}
