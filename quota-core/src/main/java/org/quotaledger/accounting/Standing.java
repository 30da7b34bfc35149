package org.quotaledger.accounting;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.Suspension;
import org.quotaledger.reservation.LimitRefusal;
import org.quotaledger.reservation.RefusalScope;
import org.quotaledger.reservation.RefusalScope.Range;
import org.quotaledger.reservation.ReserveMode;
import org.quotaledger.window.WindowSpan;

/**
 * How long a refusal stands, and for which charges, if nothing is changed. It looks at more than the limits without room:
 * the answer is another one as soon as a limit that has room lacks it, or an account that may reserve may not.
 */
final class Standing {

    private Standing() {}

    /** Returns the scope of a refusal for which an account is at fault. */
    static RefusalScope byAccount(LedgerState state, Instant now) {
        Instant until = WindowSpan.LATEST;
        for (AccountState account : state.chain()) {
            until = changes(account.entry(), until, now);
        }
        return new RefusalScope(until, List.of());
    }

    /** Returns the scope of a refusal for which limits are at fault. */
    static RefusalScope byLimits(Draft draft, Charge requested, ReserveMode mode, RoomTime.Found found) {
        Instant now = draft.now();
        Instant until = WindowSpan.LATEST;
        List<Range> ranges = new ArrayList<>(requested.amounts().size());
        for (Amount amount : requested.amounts()) {
            ranges.add(range(draft, amount, mode, found));
        }
        for (AccountDraft account : draft.accounts()) {
            until = changes(account.state().entry(), until, now);
            for (LimitEntry entry : account.state().limits()) {
                if (requested.units(entry.limit().meter()) > 0) {
                    until = changes(account, entry, until, now);
                }
            }
        }
        return new RefusalScope(until, ranges);
    }

    private static Instant changes(AccountEntry entry, Instant before, Instant now) {
        Suspension suspension = entry.suspension();
        Instant until = earlier(before, suspension == null ? null : suspension.until(), now);
        // At its expiry an account is still valid.
        return earlier(
                until,
                entry.account()
                        .expiresAt()
                        .map(expiresAt -> expiresAt.plus(1, ChronoUnit.MICROS))
                        .orElse(null),
                now);
    }

    private static Instant changes(AccountDraft account, LimitEntry entry, Instant before, Instant now) {
        Usage current = account.rowAt(entry, now);
        WindowSpan span =
                current != null ? current.span() : entry.limit().window().spanAt(now);
        Instant until = earlier(before, span.startInclusive(), now);
        until = earlier(until, span.endExclusive(), now);
        for (Usage row : account.rows()) {
            if (row.isOf(entry.limit())) {
                until = earlier(until, row.countedUntil(), now);
                until = earlier(until, row.earliestExpiry(), now);
            }
        }
        return until;
    }

    private static Instant earlier(Instant one, @Nullable Instant another, Instant now) {
        return another != null && another.isAfter(now) && another.isBefore(one) ? another : one;
    }

    private static Range range(Draft draft, Amount amount, ReserveMode mode, RoomTime.Found found) {
        Meter meter = amount.meter();
        if (amount.units() == 0) {
            return new Range(meter, 0, 0);
        }
        if (mode == ReserveMode.AT_MOST) {
            // It asks whether there is room for one unit, however many it would take.
            return new Range(meter, 1, Long.MAX_VALUE);
        }
        long least = 1;
        long most = Long.MAX_VALUE;
        List<LimitRefusal> lacking = found.refusal().limits();
        for (int i = 0; i < lacking.size(); i++) {
            Range same = found.sameFor().get(i);
            if (same.meter().equals(meter)) {
                least = Math.max(least, same.least());
                most = Math.min(most, same.most());
            }
        }
        for (AccountDraft account : draft.accounts()) {
            for (LimitEntry entry : account.state().limits()) {
                if (entry.limit().meter().equals(meter)
                        && !lacks(lacking, account.state().id(), entry)) {
                    most = Math.min(
                            most, Reserving.room(account, entry, account.rowAt(entry, draft.now()), Long.MAX_VALUE));
                }
            }
        }
        return new Range(meter, least, most);
    }

    private static boolean lacks(List<LimitRefusal> lacking, AccountId account, LimitEntry entry) {
        for (LimitRefusal refusal : lacking) {
            if (refusal.account().equals(account)
                    && refusal.limit().name().equals(entry.limit().name())) {
                return true;
            }
        }
        return false;
    }
}
