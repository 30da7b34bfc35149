package org.quotaledger.accounting;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.event.LedgerEvent.Cause;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.reservation.RequestId;

/** The rules by which the counters of a limit take up holds and charges. */
final class Counting {

    private Counting() {}

    /** Adds to the held units of a limit in the span of the reserve. */
    static void addHeld(
            UnitOfWork work,
            WorkingAccount account,
            LimitEntry entry,
            long units,
            Instant reservedAt,
            Instant expiresAt) {
        Counter counter = entry.counts(reservedAt) ? account.rowAt(entry, reservedAt) : null;
        if (counter != null) {
            work.ranges().adds(counter, 0, -units);
            account.change(counter);
            counter.addHeld(units, expiresAt, work.now());
        }
    }

    /** Takes a hold off the held units of a limit. */
    static void takeHeld(UnitOfWork work, WorkingAccount account, LimitEntry entry, Hold hold) {
        Counter counter = entry.counts(hold.reservedAt()) ? account.rowAt(entry, hold.reservedAt()) : null;
        boolean counted = counter != null && counter.counts(hold);
        work.ranges().counts(counter, hold, counted);
        if (counter != null && counted) {
            work.ranges().adds(counter, 0, hold.units());
            account.change(counter);
            counter.releaseHeld(hold.units(), work.now());
        }
    }

    /** Adds to the used units of all limits of a meter, as {@link #addUsed(UnitOfWork, WorkingAccount, LimitEntry, Units)}. */
    static void addUsed(UnitOfWork work, WorkingAccount account, Meter meter, Units charged) {
        for (LimitEntry entry : account.limits()) {
            if (entry.limit().meter().equals(meter)) {
                addUsed(work, account, entry, charged);
            }
        }
    }

    /**
     * Units that a limit is charged.
     *
     * @param units how many; negative where they are taken back
     * @param reservedAt the instant of the reserve
     * @param settledAt the instant of the settle
     * @param operation the id of the operation
     */
    record Units(long units, Instant reservedAt, Instant settledAt, RequestId operation) {}

    /** Adds to the used units of a limit, in the span that it charges in. */
    static void addUsed(UnitOfWork work, WorkingAccount account, LimitEntry entry, Units charged) {
        if (entry.counts(charged.reservedAt())) {
            boolean bySettle = entry.limit().chargeTime() == ChargeTime.SETTLE;
            Counter counter = account.rowAt(entry, bySettle ? charged.settledAt() : charged.reservedAt());
            addUsed(work, account, entry, counter, charged.units(), 0, charged.operation());
        }
    }

    /** Takes a hold off the held units of a limit and adds to its used units: one change where both are of one counter. */
    static void settle(UnitOfWork work, WorkingAccount account, LimitEntry entry, Hold hold, long units) {
        if (entry.limit().chargeTime() == ChargeTime.SETTLE) {
            takeHeld(work, account, entry, hold);
            addUsed(work, account, entry, new Units(units, hold.reservedAt(), work.now(), hold.reservation()));
        } else if (entry.counts(hold.reservedAt())) {
            Counter counter = account.rowAt(entry, hold.reservedAt());
            boolean counted = counter == null || counter.counts(hold);
            work.ranges().counts(counter, hold, counted);
            addUsed(
                    work,
                    account,
                    entry,
                    counter,
                    counted ? units : units - hold.due(),
                    counted ? hold.units() : 0,
                    hold.reservation());
        }
    }

    /** @param released how much less is held at once */
    static void addUsed(
            UnitOfWork work,
            WorkingAccount account,
            LimitEntry entry,
            @Nullable Counter counter,
            long units,
            long released,
            RequestId operation) {
        if (counter == null) {
            return;
        }
        Instant now = work.now();
        if (counter.counts(now)) {
            account.noteUsed(entry);
        }
        work.ranges().adds(counter, units, released);
        if (units == 0) {
            account.change(counter);
            counter.addUsed(0, counter.peak(), released, now);
            return;
        }
        WorkingAccount.Totals before = account.totals(entry, counter);
        work.ranges().crosses(entry.limit(), counter, before, units);
        long after = Counter.plus(before.used(), units);
        DebouncedAlerts debounced = before.debounced();
        if (debounced != null) {
            work.late(new LateAlerts(account, entry, counter, counter.used(), Cause.CHARGE, operation.value()));
        }
        if (after > before.peak()) {
            Crossing crossing = new Crossing(
                    counter,
                    entry.limit(),
                    entry.limit().amount(),
                    before.peak(),
                    after,
                    Cause.CHARGE,
                    operation.value(),
                    now);
            debounced = DebouncedAlerts.union(debounced, crossing.tell(debounced, account, work));
        }
        account.change(counter);
        counter.addUsed(units, Math.max(counter.peak(), after), released, now);
        counter.debounced(debounced);
    }

    /**
     * Publishes the thresholds that a change of a limit's amount has crossed, as if used had grown. Arms all thresholds above
     * used, published or not.
     *
     * @param before the limit's amount before the change
     * @param operation the id of the change, among all of this limit
     */
    static void limitChanged(
            UnitOfWork work, WorkingAccount account, LimitEntry entry, Amount before, String operation) {
        Counter counter = account.rowAt(entry, work.now());
        if (counter == null) {
            return;
        }
        WorkingAccount.Totals totals = account.totals(entry, counter);
        Crossing crossing = new Crossing(
                counter,
                entry.limit(),
                before,
                totals.used(),
                totals.used(),
                Cause.LIMIT_CHANGED,
                operation,
                work.now());
        DebouncedAlerts debounced = crossing.tell(totals.debounced(), account, work);
        if (totals.debounced() != null) {
            work.late(new LateAlerts(account, entry, counter, counter.used(), Cause.LIMIT_CHANGED, operation));
        }
        if (debounced != null) {
            account.change(counter);
            counter.debounced(DebouncedAlerts.union(counter.debounced(), debounced));
        }
        account.arm(entry.limit(), totals.used());
    }
}
