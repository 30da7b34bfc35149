package org.quotaledger.accounting;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.policy.Boundary;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.QuotaLimit;

/**
 * The changes of one command as differences, each with the range of its counter, and the time in which the command is decided
 * alike. Not thread-safe: confined to the step.
 */
final class RecordedRanges implements Ranges {

    private final UnitOfWork work;
    private final List<CounterRange> all = new ArrayList<>();
    private boolean onlyFound;
    private boolean onlyNow;

    RecordedRanges(UnitOfWork work) {
        this.work = work;
    }

    /**
     * The change of one counter.
     *
     * @param counter the counter as the command leaves it
     * @param used the units used on top of those before. A change of used raises the peak to used after it
     * @param held the units held on top of those before. A new hold moves the earliest expiry forward to its own
     * @param range the values before the command for which all of this is the same
     */
    record Difference(Counter counter, long used, long held, CounterRange range) {}

    /**
     * Returns a difference for each counter of the accounts, and for each that an account did not have and a decision leaned
     * on.
     */
    List<Difference> differences() {
        List<Counter> counters = new ArrayList<>();
        work.opened().forEach(account -> counters.addAll(account.counters()));
        work.accounts().forEach(account -> counters.addAll(account.counters()));
        counters.forEach(this::of);
        return all.stream().map(range -> difference(range, counters)).toList();
    }

    private static Difference difference(CounterRange range, List<Counter> counters) {
        Counter now = counters.stream().filter(range::isOf).findFirst().orElse(range.counter());
        return new Difference(now, range.usedMore(now), range.heldMore(now), range);
    }

    /** Returns the range of a counter, or of the one in its place. */
    private CounterRange of(Counter counter) {
        for (CounterRange range : all) {
            if (range.isOf(counter)) {
                return range;
            }
        }
        CounterRange range = new CounterRange(counter, work.before(counter).values());
        if (onlyFound) {
            range.onlyFound();
        }
        all.add(range);
        return range;
    }

    /** Returns the first instant after that of the command at which it may be decided otherwise. */
    Instant until() {
        Instant now = work.now();
        if (onlyNow) {
            return now.plus(1, ChronoUnit.MICROS);
        }
        Instant until = work.known() == null ? now : work.known().expiresAt();
        until = until.isAfter(now) ? until : Instant.MAX;
        until = earliest(until, work.opened());
        return earliest(until, work.accounts());
    }

    private static Instant earliest(Instant until, List<WorkingAccount> accounts) {
        Instant earliest = until;
        for (WorkingAccount account : accounts) {
            Instant same = account.unchangedUntil();
            earliest = same.isBefore(earliest) ? same : earliest;
        }
        return earliest;
    }

    @Override
    public void onlyFound() {
        onlyFound = true;
        all.forEach(CounterRange::onlyFound);
    }

    @Override
    public void onlyNow() {
        onlyNow = true;
    }

    @Override
    public void room(QuotaLimit limit, Counter row, long units, boolean fits) {
        if (!fits || !WorkingAccount.countsOneSpan(limit)) {
            onlyFound();
            return;
        }
        long amount = limit.amount().units();
        of(row).sumIsAtMost(limit.boundary() == Boundary.STRICT ? amount - units : amount - 1, row);
    }

    @Override
    public void nothingExpired(WorkingAccount account) {
        for (Counter counter : account.counters()) {
            if (account.inForce(counter)) {
                of(counter).nothingExpiredAt(work.now());
            }
        }
    }

    @Override
    public void counts(@Nullable Counter counter, Hold hold, boolean counted) {
        if (counted && counter != null) {
            of(counter).countsHoldUntil(hold.expiresAt());
        } else {
            onlyFound();
        }
    }

    @Override
    public void adds(Counter counter, long used, long released) {
        of(counter).adds(used, -released, counter);
    }

    @Override
    public void crosses(QuotaLimit limit, Counter counter, WorkingAccount.Totals before, long units) {
        long reached = 0;
        long next = Counter.UNCOUNTABLE;
        for (long level : levels(limit)) {
            if (level <= before.peak()) {
                reached = Math.max(reached, level);
            } else {
                next = Math.min(next, level);
            }
        }
        if (Counter.plus(before.used(), units) >= next
                || before.debounced() != null
                || !WorkingAccount.countsOneSpan(limit)) {
            onlyFound();
            return;
        }
        CounterRange range = of(counter);
        range.usedIsBelow(next, units, counter);
        range.peakHasReached(reached);
    }

    /** Returns the levels of used at which an event is published. */
    private static long[] levels(QuotaLimit limit) {
        List<AlertThreshold> thresholds = limit.thresholds();
        long[] levels = new long[thresholds.size() + 1];
        for (int i = 0; i < thresholds.size(); i++) {
            levels[i] = thresholds.get(i).level().units(limit.amount());
        }
        levels[thresholds.size()] = limit.amount().units();
        return levels;
    }

    @Override
    public void exhausts(WorkingAccount account, LimitEntry entry, boolean before, boolean after) {
        QuotaLimit limit = entry.limit();
        Counter counter = account.covering(limit, work.now());
        if (before != after || counter == null || !WorkingAccount.countsOneSpan(limit)) {
            onlyFound();
            return;
        }
        CounterRange range = of(counter);
        long least = Math.max(1, limit.amount().units());
        for (Counter then : List.of(work.before(counter), counter)) {
            if (after) {
                range.usedHasReached(least, then);
            } else {
                range.usedIsBelow(least, 0, then);
            }
        }
    }
}
