package org.quotaledger.accounting;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.LimitEntry;

/** The rules by which expired holds are taken off their accounts, and what is due of them is charged. */
final class Expiring {

    /** The most holds whose expiry charges something that a step expires one by one. */
    static final int MOST_ONE_BY_ONE = 100;

    private Expiring() {}

    /** Takes off every hold that has expired, so that no decision counts a dead one. */
    static void expireHolds(UnitOfWork work) {
        for (int i = 0; i < work.accounts().size(); i++) {
            expireHolds(work, work.accounts().get(i));
        }
    }

    /** Does so where an expiry opens a window that what follows might open too. */
    static void expireHoldsThatOpen(UnitOfWork work) {
        for (int i = 0; i < work.accounts().size(); i++) {
            if (work.accounts().get(i).opensByExpiry()) {
                expireHolds(work, work.accounts().get(i));
            }
        }
    }

    /**
     * Holds whose expiry charges something expire one by one, in the order of their expiry: one can open the window that the
     * next is charged to. The sum of all others is subtracted, and of those that are too many.
     */
    private static void expireHolds(UnitOfWork work, WorkingAccount account) {
        if (!account.canHoldExpired()) {
            work.ranges().nothingExpired(account);
            return;
        }
        work.ranges().onlyFound();
        int most = chargesBySettle(account) ? Integer.MAX_VALUE : MOST_ONE_BY_ONE;
        AccountHolds expired = account.expired(most == Integer.MAX_VALUE ? most : most + 1);
        List<Hold> oneByOne = whole(expired.dues(), most);
        List<Counter> before = List.copyOf(account.counters());
        oneByOne.forEach(hold -> expire(work, account, hold, oneByOne));
        for (LimitEntry entry : account.limits()) {
            for (Counter counter : before) {
                if (counter.isOf(entry.limit()) && account.canHoldExpired(counter)) {
                    expireRest(work, account, entry, counter, expired, oneByOne);
                }
            }
        }
        account.tellEarliestExpiries(expired);
    }

    /** The span of a charge depends on the instant of its expiry then, so that a sum is not enough. */
    private static boolean chargesBySettle(WorkingAccount account) {
        return account.limits().stream().anyMatch(entry -> entry.limit().chargeTime() == ChargeTime.SETTLE);
    }

    /** Returns the first of them. Holds of one reservation stay together, since one of them counts the request. */
    private static List<Hold> whole(List<Hold> due, int most) {
        if (due.size() <= most) {
            return due;
        }
        int end = most;
        while (end > 0 && due.get(end - 1).reservation().equals(due.get(most).reservation())) {
            end--;
        }
        return due.subList(0, end);
    }

    /** Subtracts the holds of a counter that did not expire one by one. */
    private static void expireRest(
            UnitOfWork work,
            WorkingAccount account,
            LimitEntry entry,
            Counter counter,
            AccountHolds expired,
            List<Hold> oneByOne) {
        AccountHolds.Sum sum = expired.expired().get(account.expiring(counter));
        long units = sum == null ? 0 : sum.units();
        long due = sum == null ? 0 : sum.due();
        for (Hold hold : oneByOne) {
            boolean counted = hold.meter().equals(counter.meter())
                    && entry.counts(hold.reservedAt())
                    && counter.span().contains(hold.reservedAt())
                    && counter.counts(hold);
            units = counted && units != Counter.UNCOUNTABLE ? units - hold.units() : units;
            due = counted && due != Counter.UNCOUNTABLE ? due - hold.due() : due;
        }
        if (units == 0 && due == 0) {
            return;
        }
        Counter current = account.rowAt(entry, counter.span().startInclusive());
        if (current == null) {
            return;
        }
        if (due == 0 || entry.limit().chargeTime() == ChargeTime.SETTLE) {
            account.change(current);
            current.releaseHeld(units, work.now());
        } else {
            Hold last = expired.dues().get(expired.dues().size() - 1);
            Counting.addUsed(work, account, entry, current, due, units, last.reservation());
        }
    }

    /**
     * Takes a hold that has expired off its account, and charges there what is due.
     *
     * @param among the account's holds that expire with it
     */
    static void expire(UnitOfWork work, WorkingAccount account, Hold hold, List<Hold> among) {
        for (LimitEntry entry : account.limits()) {
            if (entry.limit().meter().equals(hold.meter()) && entry.counts(hold.reservedAt())) {
                expire(work, account, entry, hold);
            }
        }
        work.keep(hold.countedOut());
        if (hold.due() > 0) {
            work.journal(new JournalRow(
                    JournalKind.EXPIRE,
                    hold.request(),
                    hold.reservation(),
                    hold.account(),
                    hold.depth(),
                    new JournalRow.Counted(hold.firstDue(among) ? 1 : 0, hold.meter(), hold.due(), 0),
                    new JournalRow.When(hold.reservedAt(), hold.expiresAt(), work.now(), false),
                    null));
        }
    }

    private static void expire(UnitOfWork work, WorkingAccount account, LimitEntry entry, Hold hold) {
        @Nullable Counter counter = account.rowAt(entry, hold.reservedAt());
        if (entry.limit().chargeTime() == ChargeTime.SETTLE) {
            Counting.takeHeld(work, account, entry, hold);
            if (hold.due() > 0) {
                Counter charged = account.rowAtExpiry(entry, hold.expiresAt());
                Counting.addUsed(work, account, entry, charged, hold.due(), 0, hold.reservation());
            }
        } else if (counter != null && counter.counts(hold)) {
            if (hold.due() > 0) {
                Counting.addUsed(work, account, entry, counter, hold.due(), hold.units(), hold.reservation());
            } else {
                Counting.takeHeld(work, account, entry, hold);
            }
        }
    }
}
