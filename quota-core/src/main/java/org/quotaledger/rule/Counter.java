package org.quotaledger.rule;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.window.WindowSpan;

/**
 * The used and held units of one limit in one window span. Mutable; confined to one step at a time.
 *
 * <p>A store that changes accounts in place hands out its own counters. A store that adds differences to rows it has not
 * locked {@linkplain #tracked tracks} them: the counter then records for which values of the row the rule would have
 * decided alike.
 */
public final class Counter {

    private final WindowSpan span;
    private long used;
    private long held;
    private long peak;
    private final @Nullable Range range;

    private Counter(WindowSpan span, long used, long held, long peak, @Nullable Range range) {
        this.span = Objects.requireNonNull(span, "span");
        if (used < 0 || held < 0 || peak < used) {
            throw new IllegalArgumentException(
                    "counter of " + span + " has used " + used + ", held " + held + ", peak " + peak);
        }
        this.used = used;
        this.held = held;
        this.peak = peak;
        this.range = range;
    }

    /** Returns a counter of an unused span. */
    public static Counter unused(WindowSpan span) {
        return new Counter(span, 0, 0, 0, null);
    }

    /**
     * Returns a counter that is changed in place.
     *
     * @param peak the most that was used since thresholds were armed
     */
    public static Counter of(WindowSpan span, long used, long held, long peak) {
        return new Counter(span, used, held, peak, null);
    }

    /** Returns a counter that records the range of values for which the rule decides alike. */
    public static Counter tracked(WindowSpan span, long used, long held, long peak) {
        return new Counter(span, used, held, peak, new Range(used, held));
    }

    /** Returns the span that it counts. */
    public WindowSpan span() {
        return span;
    }

    /** Returns the used units, with the changes of this step. */
    public long used() {
        return used;
    }

    /** Returns the held units, with the changes of this step. */
    public long held() {
        return held;
    }

    /** Returns the most that was used since thresholds were armed. */
    public long peak() {
        return peak;
    }

    /** Returns the range of values for which everything was decided alike; {@code null} if it is not tracked. */
    public @Nullable Range range() {
        return range;
    }

    /**
     * Returns whether used + held + {@code units} is at most {@code amount}. The sum may be more than a {@code long} holds.
     */
    boolean fits(long units, long amount) {
        long most = amount - units;
        if (most < 0) {
            return false;
        }
        boolean fits = held <= most - used;
        if (range != null) {
            range.decidedBySum(fits, most, used, held);
        }
        return fits;
    }

    /** Returns whether used + held is below {@code amount}. */
    boolean isBelow(long amount) {
        return fits(1, amount);
    }

    /** Returns whether the used units have reached {@code bound}. */
    boolean hasReached(long bound) {
        boolean reached = used >= bound;
        if (range != null) {
            range.decidedByUsed(reached, bound, used);
        }
        return reached;
    }

    /**
     * Checks that units can be added, so that a step is checked whole before it changes anything.
     *
     * @throws ArithmeticException if a sum is more than a {@code long} holds
     */
    void checkAdd(long usedUnits, long heldUnits) {
        long usedAfter = Math.addExact(used, usedUnits);
        long heldAfter = Math.addExact(held, heldUnits);
        if (usedAfter < 0 || heldAfter < 0) {
            throw new IllegalStateException(
                    "counter of " + span + " would have used " + usedAfter + ", held " + heldAfter);
        }
        if (range != null) {
            range.decidedByAdding(usedUnits, heldUnits, used, held);
        }
    }

    /** Adds units that were checked by {@link #checkAdd}. */
    void add(long usedUnits, long heldUnits) {
        used += usedUnits;
        held += heldUnits;
        peak = Math.max(peak, used);
    }

    @Override
    public String toString() {
        return "Counter[" + span + ", used " + used + ", held " + held + "]";
    }
}
