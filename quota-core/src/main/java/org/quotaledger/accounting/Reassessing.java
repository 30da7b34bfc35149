package org.quotaledger.accounting;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.quotaledger.amount.Amount;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.QuotaLimit;

/** What a change of limits does to an account whose usage stays as it is. */
final class Reassessing {

    private Reassessing() {}

    static Boolean reassess(LimitsChange change, UnitOfWork work) {
        work.ranges().onlyFound();
        for (WorkingAccount account : work.accounts()) {
            publishResets(account, change.before(), work);
        }
        Expiring.expireHolds(work);
        for (WorkingAccount account : work.accounts()) {
            account.writeCleared();
            for (LimitEntry entry : account.limits()) {
                LimitEntry before = Suspending.named(entry.limit().name(), change.before());
                if (change.repairs()) {
                    account.writeRecounted(entry);
                }
                if (before != null && isAnotherAmount(before, entry)) {
                    Counting.limitChanged(work, account, entry, before.limit().amount(), change.operation());
                }
            }
            account.limitsChanged(change);
        }
        return work.done(true, null);
    }

    /** Publishes the used units of the limits that were reset, as they were just before. */
    private static void publishResets(WorkingAccount account, List<LimitEntry> before, UnitOfWork work) {
        List<LimitEntry> reset = account.limits().stream()
                .filter(entry -> {
                    LimitEntry then = Suspending.named(entry.limit().name(), before);
                    return then != null && Suspending.wasReset(then, entry);
                })
                .toList();
        if (reset.isEmpty()) {
            return;
        }
        Instant then = Objects.requireNonNull(reset.get(0).resetAt()).minus(1, ChronoUnit.MICROS);
        WorkingAccount was = account.before(before);
        UnitOfWork unreset = new UnitOfWork(List.of(was), null, List.of(), null, work.facts());
        unreset.begin(then);
        Expiring.expireHolds(unreset);
        for (LimitEntry entry : reset) {
            QuotaLimit limit = entry.limit();
            Instant resetAt = Objects.requireNonNull(entry.resetAt());
            LimitEntry beforeReset = Objects.requireNonNull(Suspending.named(limit.name(), before));
            was.rowAt(beforeReset, then);
            work.publish(new LedgerEvent.Reset(
                    LedgerEvent.id(LedgerEvent.Kind.RESET, account.id(), limit.name(), resetAt),
                    account.id(),
                    resetAt,
                    limit.name(),
                    was.openSpan(beforeReset, then),
                    Amount.ofUnits(was.totals(beforeReset, null).used(), limit.meter())));
        }
    }

    private static boolean isAnotherAmount(LimitEntry before, LimitEntry after) {
        return after.limit().countsLike(before.limit())
                && !after.limit().amount().equals(before.limit().amount());
    }
}
