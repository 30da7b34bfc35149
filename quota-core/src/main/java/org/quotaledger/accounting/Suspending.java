package org.quotaledger.accounting;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.quotaledger.event.LedgerEvent.Cause;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.ExhaustionAction;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.Suspension;
import org.quotaledger.window.WindowSpan;

/**
 * The rules by which an exhausted limit suspends its account, and by which that ends. A suspension is recorded once: while
 * one lasts, no other exhaustion changes it.
 */
final class Suspending {

    private Suspending() {}

    /**
     * Returns the suspension after a change of what is used of a limit.
     *
     * @param lasting the suspension that lasts, or {@code null}
     * @param usedBefore what counted of the limit before
     */
    static @Nullable Suspension byUse(
            @Nullable Suspension lasting, LimitEntry entry, long usedBefore, WorkingAccount account) {
        QuotaLimit limit = entry.limit();
        ExhaustionAction.Until until = limit.onExhaustion().suspendsUntil();
        boolean before = exhausts(limit, usedBefore);
        boolean after = exhausts(limit, account.totals(entry, null).used());
        account.ranges().exhausts(account, entry, before, after);
        if (until == null || before == after) {
            return lasting;
        }
        if (after) {
            return lasting != null ? lasting : suspension(entry, until, account);
        }
        return isCausedBy(limit, lasting) && until == ExhaustionAction.Until.WINDOW_END ? null : lasting;
    }

    /**
     * Returns the suspension after the limits were changed.
     *
     * @param lasting the suspension that lasts, or {@code null}
     */
    static @Nullable Suspension byChange(@Nullable Suspension lasting, LimitsChange change, WorkingAccount account) {
        for (LimitEntry entry : account.limits()) {
            if (entry.limit().onExhaustion().suspendsUntil() != null) {
                // A window that was changed may have no row yet: what it counts has to be recomputed first.
                account.rowAt(entry, account.now());
            }
        }
        Suspension after =
                lasting != null && lasting.cause() != null && isOver(lasting.cause(), change, account) ? null : lasting;
        for (LimitEntry entry : account.limits()) {
            QuotaLimit limit = entry.limit();
            ExhaustionAction.Until until = limit.onExhaustion().suspendsUntil();
            if (after == null && until != null && !mayStay(entry, change, account)) {
                after = suspension(entry, until, account);
            }
        }
        return after;
    }

    /** Whether a change of the limit that caused a suspension has ended it. */
    private static boolean isOver(String cause, LimitsChange change, WorkingAccount account) {
        LimitEntry now = named(cause, account.limits());
        if (now == null || now.limit().onExhaustion().suspendsUntil() == null) {
            return true;
        }
        LimitEntry then = named(cause, change.before());
        boolean relieved = change.repairs()
                || then == null
                || !then.limit().countsLike(now.limit())
                || now.limit().amount().compareTo(then.limit().amount()) > 0
                || wasReset(then, now);
        return relieved && !exhausts(now.limit(), account.totals(now, null).used());
    }

    /** Whether a limit is not exhausted, or was so before the change: then it has suspended when that came about. */
    private static boolean mayStay(LimitEntry now, LimitsChange change, WorkingAccount account) {
        long used = account.totals(now, null).used();
        if (!exhausts(now.limit(), used)) {
            return true;
        }
        LimitEntry then = named(now.limit().name(), change.before());
        return !change.repairs()
                && then != null
                && then.limit().countsLike(now.limit())
                && then.limit().onExhaustion().suspendsUntil() != null
                && exhausts(then.limit(), used);
    }

    /**
     * Returns what has ended a suspension, unless the time has.
     *
     * @param change the change of limits that this step is about, or {@code null} if it is about none
     */
    static Cause endedBy(Suspension ended, @Nullable LimitsChange change, List<LimitEntry> now) {
        if (change == null) {
            return Cause.REFUND;
        }
        String cause = ended.cause();
        LimitEntry then = cause == null ? null : named(cause, change.before());
        LimitEntry after = cause == null ? null : named(cause, now);
        return then != null && after != null && wasReset(then, after) ? Cause.RESET : Cause.LIMIT_CHANGED;
    }

    /** Returns the limit that has suspended an account, or {@code null} if it is not suspended or a person did it. */
    static @Nullable LimitEntry cause(WorkingAccount account) {
        Suspension kept = account.entry().suspension();
        String cause = kept == null ? null : kept.cause();
        return cause == null ? null : named(cause, account.limits());
    }

    static boolean wasReset(LimitEntry then, LimitEntry now) {
        return now.resetAt() != null && !now.resetAt().equals(then.resetAt());
    }

    static @Nullable LimitEntry named(String name, List<LimitEntry> entries) {
        for (LimitEntry entry : entries) {
            if (entry.limit().name().equals(name)) {
                return entry;
            }
        }
        return null;
    }

    /**
     * Whether use exhausts a limit. A limit of nothing is exhausted from the start, but no use has exhausted it: it
     * refuses what costs something, and lets through what costs nothing.
     */
    private static boolean exhausts(QuotaLimit limit, long used) {
        return used > 0 && used >= limit.amount().units();
    }

    /** Whether a suspension has ended by itself, which nobody has written down. */
    static boolean hasEnded(AccountEntry account, Instant now) {
        Suspension kept = account.suspension();
        return kept != null && !kept.lasts(now) && !account.deleted();
    }

    private static boolean isCausedBy(QuotaLimit limit, @Nullable Suspension suspension) {
        return suspension != null && limit.name().equals(suspension.cause());
    }

    private static Suspension suspension(LimitEntry entry, ExhaustionAction.Until until, WorkingAccount account) {
        return new Suspension(
                account.now(),
                until == ExhaustionAction.Until.WINDOW_END ? usedUp(entry, account) : null,
                entry.limit().name());
    }

    /**
     * Returns the instant at which so much of what is used counts no more that the limit is not exhausted, or {@code null}
     * if that never comes by itself. Where even nothing exhausts it, it is the one at which nothing counts any more.
     */
    private static @Nullable Instant usedUp(LimitEntry entry, WorkingAccount account) {
        QuotaLimit limit = entry.limit();
        List<Counter> counting = account.counters().stream()
                .filter(row -> row.isOf(limit) && row.counts(account.now()))
                .sorted(Comparator.comparing(Counter::countedUntil))
                .toList();
        long used = account.totals(entry, null).used();
        Instant until = null;
        for (Counter row : counting) {
            until = row.countedUntil();
            used = Math.subtractExact(used, row.used());
            if (!exhausts(limit, used)) {
                break;
            }
        }
        return WindowSpan.LATEST.equals(until) ? null : until;
    }
}
