package org.quotaledger.accounting;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.LimitEntry;
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
    static RefusalScope byAccount(UnitOfWork work) {
        return new RefusalScope(changes(work), List.of());
    }

    /** Returns the scope of a refusal of a suspended account: when to come back depends on how much is asked for. */
    static RefusalScope bySuspension(UnitOfWork work, Charge requested) {
        return new RefusalScope(
                changes(work),
                requested.amounts().stream()
                        .map(amount -> new Range(amount.meter(), amount.units(), amount.units()))
                        .toList());
    }

    /** Returns the scope of a refusal for which limits are at fault. */
    static RefusalScope byLimits(UnitOfWork work, Charge requested, ReserveMode mode, RoomTime.Found found) {
        List<Range> ranges = new ArrayList<>(requested.amounts().size());
        for (Amount amount : requested.amounts()) {
            ranges.add(range(work, amount, mode, found));
        }
        return new RefusalScope(changes(work), ranges);
    }

    private static Instant changes(UnitOfWork work) {
        Instant until = WindowSpan.LATEST;
        for (WorkingAccount account : work.accounts()) {
            // The rows as they are once expired holds are counted out: they tell when the next one expires.
            until = earlier(until, account.unchangedUntil());
        }
        return until;
    }

    /**
     * Returns the scope of a refusal that two chains of accounts made together: it is the answer for as long as both are,
     * and for the charges for which both are.
     */
    static @Nullable RefusalScope both(@Nullable RefusalScope one, @Nullable RefusalScope another) {
        if (one == null || another == null) {
            return null;
        }
        return new RefusalScope(earlier(one.until(), another.until()), both(one.ranges(), another.ranges()));
    }

    /** Both are of the charge that was asked for, or of whatever is asked for. */
    private static List<Range> both(List<Range> one, List<Range> another) {
        if (one.isEmpty() || another.isEmpty()) {
            return one.isEmpty() ? another : one;
        }
        List<Range> both = new ArrayList<>(one.size());
        for (int i = 0; i < one.size(); i++) {
            Range mine = one.get(i);
            Range other = another.get(i);
            both.add(new Range(
                    mine.meter(), Math.max(mine.least(), other.least()), Math.min(mine.most(), other.most())));
        }
        return both;
    }

    private static Instant earlier(Instant one, Instant another) {
        return another.isBefore(one) ? another : one;
    }

    private static Range range(UnitOfWork work, Amount amount, ReserveMode mode, RoomTime.Found found) {
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
        for (WorkingAccount account : work.accounts()) {
            for (LimitEntry entry : account.limits()) {
                if (entry.limit().meter().equals(meter)
                        && !entry.limit().onExhaustion().observes()
                        && !lacks(lacking, account.id(), entry)) {
                    most = Math.min(
                            most, Reserving.room(account, entry, account.rowAt(entry, work.now()), Long.MAX_VALUE));
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
