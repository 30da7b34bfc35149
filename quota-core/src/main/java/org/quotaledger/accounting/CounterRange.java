package org.quotaledger.accounting;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The values of a counter before a command for which the rule answers and changes the same. They lie within bounds of used, of
 * held, of their sum, of the peak and of the earliest expiry, which each decision narrows. Where one leaned on more than bounds,
 * only the values that were found are in the range. Not thread-safe: confined to the step.
 */
final class CounterRange {

    private static final long MOST = Counter.UNCOUNTABLE - 1;

    private final Counter counter;
    private final Counter.Values found;
    private boolean onlyFound;
    private long minUsed;
    private long maxUsed = MOST;
    private long minHeld;
    private long maxHeld = MOST;

    /** The largest sum, where it is bounded: otherwise a sum may be more than a {@code long} holds. */
    private long maxSum = Long.MAX_VALUE;

    private boolean sumIsBounded;

    /** Thresholds up to here were reached before: peak or used has to be so much at the least. */
    private long minPeak;

    private @Nullable Instant expiresAfter;
    private @Nullable Instant expiresBy;

    /**
     * Creates a range that nothing has narrowed.
     *
     * @param found the values of the counter before the command
     */
    CounterRange(Counter counter, Counter.Values found) {
        this.counter = counter;
        this.found = found;
        this.onlyFound = found.used() == Counter.UNCOUNTABLE || found.held() == Counter.UNCOUNTABLE;
    }

    /** Returns the counter, which may be an unused one that no account has. */
    Counter counter() {
        return counter;
    }

    boolean isOf(Counter other) {
        return counter.account().equals(other.account()) && counter.isAt(other);
    }

    /**
     * Returns whether a counter with these values gets the same answer and changes. Its debounced alerts have to be those that
     * were found. The instant of its last change may be any, because time never runs backwards from it.
     */
    boolean contains(Counter.Values values) {
        return Objects.equals(values.debounced(), found.debounced())
                && (isAsFound(values) || (!onlyFound && isWithinBounds(values)));
    }

    private boolean isAsFound(Counter.Values values) {
        return values.used() == found.used()
                && values.held() == found.held()
                && values.peak() == found.peak()
                && Objects.equals(values.earliestExpiry(), found.earliestExpiry());
    }

    private boolean isWithinBounds(Counter.Values values) {
        long used = values.used();
        long held = values.held();
        return used >= minUsed
                && used <= maxUsed
                && held >= minHeld
                && held <= maxHeld
                && (!sumIsBounded || held <= maxSum - used)
                && Math.max(used, values.peak()) >= minPeak
                && isWithinTime(values.earliestExpiry());
    }

    private boolean isWithinTime(@Nullable Instant expiry) {
        if (expiry == null) {
            return expiresBy == null;
        }
        return (expiresAfter == null || expiry.isAfter(expiresAfter))
                && (expiresBy == null || !expiry.isAfter(expiresBy));
    }

    /** Records that a decision leaned on more than bounds. */
    void onlyFound() {
        onlyFound = true;
    }

    /** Records that used + held, as they are now in the step, were found to be at most this. */
    void sumIsAtMost(long most, Counter now) {
        sumIsBounded = true;
        maxSum = Math.min(maxSum, minus(minus(most, usedMore(now)), heldMore(now)));
    }

    /** Records that used, as it is now in the step, and more units were found to be below a bound. */
    void usedIsBelow(long bound, long units, Counter now) {
        maxUsed = Math.min(maxUsed, minus(bound - 1, usedMore(now) + units));
    }

    /** Records that used, as it is now in the step, was found to have reached a bound. */
    void usedHasReached(long bound, Counter now) {
        minUsed = Math.max(minUsed, minus(bound, usedMore(now)));
    }

    /** Records that thresholds up to this were reached before the command. */
    void peakHasReached(long level) {
        minPeak = Math.max(minPeak, level);
    }

    /** Records units that are added, or taken off where they are negative: neither count may leave its numbers. */
    void adds(long usedUnits, long heldUnits, Counter now) {
        long used = usedMore(now) + usedUnits;
        long held = heldMore(now) + heldUnits;
        minUsed = Math.max(minUsed, -used);
        maxUsed = Math.min(maxUsed, MOST - Math.max(0, used));
        minHeld = Math.max(minHeld, -held);
        maxHeld = Math.min(maxHeld, MOST - Math.max(0, held));
    }

    /** Records that no hold of the counter had expired at an instant. */
    void nothingExpiredAt(Instant now) {
        expiresAfter = now;
    }

    /** Records that a live hold with this expiry was counted. */
    void countsHoldUntil(Instant expiresAt) {
        expiresBy = expiresBy == null || expiresAt.isBefore(expiresBy) ? expiresAt : expiresBy;
    }

    /** Returns how much more is used than before the command. */
    long usedMore(Counter now) {
        return now.used() - found.used();
    }

    /** Returns how much more is held than before the command. */
    long heldMore(Counter now) {
        return now.held() - found.held();
    }

    /** Returns the difference, or the nearest {@code long}: a bound beyond it excludes or admits the same values. */
    private static long minus(long from, long units) {
        long difference = from - units;
        boolean overflows = ((from ^ units) & (from ^ difference)) < 0;
        return overflows ? (from < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : difference;
    }

    @Override
    public String toString() {
        if (onlyFound) {
            return "range of " + counter + ": only " + found;
        }
        return "range of " + counter + ": used " + minUsed + " to " + maxUsed + ", held " + minHeld + " to " + maxHeld
                + (sumIsBounded ? ", sum up to " + maxSum : "") + ", peak from " + minPeak
                + ", earliest expiry after " + expiresAfter + " and by " + expiresBy;
    }
}
