package org.quotaledger.rule;

/**
 * The values of a counter, before a group of commands, for which the rule decides all of them alike: bounds of used, of held
 * and of their sum. Each decision narrows it. Mutable; confined to one step.
 *
 * <p>The bounds are about the stored row, so a store can guard an update with them:
 * {@code used between ? and ? and held between ? and ? and used + held > ? and used + held <= ?}.
 */
public final class Range {

    private final long usedBefore;
    private final long heldBefore;
    private long minUsed;
    private long maxUsed = Long.MAX_VALUE;
    private long minHeld;
    private long maxHeld = Long.MAX_VALUE;
    private long sumAbove = -1;

    /** The largest sum, where it is bounded: otherwise a sum may be more than a {@code long} holds. */
    private long maxSum = Long.MAX_VALUE;

    private boolean sumIsBounded;

    Range(long usedBefore, long heldBefore) {
        this.usedBefore = usedBefore;
        this.heldBefore = heldBefore;
    }

    /** Returns whether a row with these values is inside. */
    public boolean contains(long used, long held) {
        return used >= minUsed
                && used <= maxUsed
                && held >= minHeld
                && held <= maxHeld
                && held > sumAbove - used
                && (!sumIsBounded || held <= maxSum - used);
    }

    /**
     * Records whether used + held was at most {@code most}.
     *
     * @param used the used units when it was decided, with the changes of this step
     */
    void decidedBySum(boolean fits, long most, long used, long held) {
        long mostBefore = minus(minus(most, used - usedBefore), held - heldBefore);
        if (fits) {
            sumIsBounded = true;
            maxSum = Math.min(maxSum, mostBefore);
        } else {
            sumAbove = Math.max(sumAbove, mostBefore);
        }
    }

    /** Records whether the used units had reached {@code bound}. */
    void decidedByUsed(boolean reached, long bound, long used) {
        long boundBefore = minus(bound, used - usedBefore);
        if (reached) {
            minUsed = Math.max(minUsed, boundBefore);
        } else {
            maxUsed = Math.min(maxUsed, minus(boundBefore, 1));
        }
    }

    /** Records that neither counter may leave the numbers from 0 to the largest {@code long} by these changes. */
    void decidedByAdding(long usedUnits, long heldUnits, long used, long held) {
        long usedChange = used - usedBefore + usedUnits;
        long heldChange = held - heldBefore + heldUnits;
        minUsed = Math.max(minUsed, -usedChange);
        maxUsed = Math.min(maxUsed, Long.MAX_VALUE - Math.max(0, usedChange));
        minHeld = Math.max(minHeld, -heldChange);
        maxHeld = Math.min(maxHeld, Long.MAX_VALUE - Math.max(0, heldChange));
    }

    /** Returns the difference, or the nearest {@code long}: a bound beyond it excludes or admits the same values. */
    private static long minus(long from, long units) {
        long difference = from - units;
        boolean overflows = ((from ^ units) & (from ^ difference)) < 0;
        return overflows ? (from < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : difference;
    }

    @Override
    public String toString() {
        return "Range[used " + minUsed + " to " + maxUsed + ", held " + minHeld + " to " + maxHeld + ", sum above "
                + sumAbove + (sumIsBounded ? " to " + maxSum : "") + "]";
    }
}
