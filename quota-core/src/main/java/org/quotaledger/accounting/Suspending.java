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
            @Nullable Suspension lasting, LimitEntry entry, long usedBefore, AccountDraft account) {
        QuotaLimit limit = entry.limit();
        ExhaustionAction.Until until = limit.onExhaustion().suspendsUntil();
        boolean before = exhausts(limit, usedBefore);
        boolean after = exhausts(limit, account.totals(entry, null).used());
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
     * @param before the limits in force before
     */
    static @Nullable Suspension byChange(@Nullable Suspension lasting, List<LimitEntry> before, AccountDraft account) {
        Suspension after =
                lasting != null && lasting.cause() != null && isOver(lasting.cause(), before, account) ? null : lasting;
        for (LimitEntry entry : account.state().limits()) {
            QuotaLimit limit = entry.limit();
            ExhaustionAction.Until until = limit.onExhaustion().suspendsUntil();
            if (after == null && until != null && !mayStay(entry, before, account)) {
                after = suspension(entry, until, account);
            }
        }
        return after;
    }

    /** Whether a change of the limit that caused a suspension has ended it. */
    private static boolean isOver(String cause, List<LimitEntry> before, AccountDraft account) {
        LimitEntry now = named(cause, account.state().limits());
        if (now == null || now.limit().onExhaustion().suspendsUntil() == null) {
            return true;
        }
        LimitEntry then = named(cause, before);
        boolean relieved = then == null
                || !then.limit().countsLike(now.limit())
                || now.limit().amount().compareTo(then.limit().amount()) > 0
                || wasReset(then, now)
                || countsAnew(then, now);
        return relieved && !exhausts(now.limit(), account.totals(now, null).used());
    }

    /** Whether a limit is not exhausted, or was so before the change: then it has suspended when that came about. */
    private static boolean mayStay(LimitEntry now, List<LimitEntry> before, AccountDraft account) {
        long used = account.totals(now, null).used();
        if (!exhausts(now.limit(), used)) {
            return true;
        }
        LimitEntry then = named(now.limit().name(), before);
        return then != null
                && then.limit().countsLike(now.limit())
                && !countsAnew(then, now)
                && then.limit().onExhaustion().suspendsUntil() != null
                && exhausts(then.limit(), used);
    }

    /**
     * Returns what has ended a suspension, unless the time has.
     *
     * @param before the limits in force before they were changed, or {@code null} if they were not
     */
    static Cause endedBy(Suspension ended, @Nullable List<LimitEntry> before, List<LimitEntry> now) {
        if (before == null) {
            return Cause.REFUND;
        }
        String cause = ended.cause();
        LimitEntry then = cause == null ? null : named(cause, before);
        LimitEntry after = cause == null ? null : named(cause, now);
        return then != null && after != null && wasReset(then, after) ? Cause.RESET : Cause.LIMIT_CHANGED;
    }

    static boolean wasReset(LimitEntry then, LimitEntry now) {
        return now.resetAt() != null && !now.resetAt().equals(then.resetAt());
    }

    /** Whether a limit that counts as it did is to be counted again: what it counted before may have been wrong. */
    static boolean countsAnew(LimitEntry then, LimitEntry now) {
        return now.since().isAfter(then.since()) && now.limit().countsLike(then.limit());
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

    private static Suspension suspension(LimitEntry entry, ExhaustionAction.Until until, AccountDraft account) {
        return new Suspension(
                account.now(),
                until == ExhaustionAction.Until.WINDOW_END ? usedUp(entry, account) : null,
                entry.limit().name());
    }

    /**
     * Returns the instant at which so much of what is used counts no more that the limit is not exhausted, or {@code null}
     * if that never comes by itself. Where even nothing exhausts it, it is the one at which nothing counts any more.
     */
    private static @Nullable Instant usedUp(LimitEntry entry, AccountDraft account) {
        QuotaLimit limit = entry.limit();
        List<Usage> counting = account.rows().stream()
                .filter(row -> row.isOf(limit) && row.counts(account.now()))
                .sorted(Comparator.comparing(Usage::countedUntil))
                .toList();
        long used = account.totals(entry, null).used();
        Instant until = null;
        for (Usage row : counting) {
            until = row.countedUntil();
            used = Math.subtractExact(used, row.used());
            if (used < limit.amount().units()) {
                break;
            }
        }
        return WindowSpan.LATEST.equals(until) ? null : until;
    }
}
