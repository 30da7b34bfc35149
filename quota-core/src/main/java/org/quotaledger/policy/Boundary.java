package org.quotaledger.policy;

/** Which request is the last that a limit admits. Used, held and the requested amount are those of one window span. */
public enum Boundary {
    /** Admits if {@code used + held + requested <= amount}: reserves never pass the limit. */
    STRICT,
    /**
     * Admits if {@code used + held < amount}: the request that crosses the limit finishes, the next one is refused. Also
     * called a soft limit.
     */
    GRACEFUL;

    /**
     * Returns how many of {@code requested} units may be reserved: all of them, some, or none.
     *
     * @param amount the limit's units
     * @param used settled units, not negative; together with what is held it may be more than a {@code long} holds
     */
    public long room(long amount, long used, long held, long requested) {
        long unused = Math.max(0, amount - used);
        long free = Math.max(0, unused - held);
        return switch (this) {
            case STRICT -> Math.min(requested, free);
            case GRACEFUL -> free > 0 ? requested : 0;
        };
    }
}
