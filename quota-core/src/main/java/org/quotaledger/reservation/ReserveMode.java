package org.quotaledger.reservation;

/** How a reserve meets the limits. */
public enum ReserveMode {
    /** Holds everything asked for, or is refused. */
    ALL_OR_NOTHING,
    /**
     * Holds of each meter as much as fits all its limits, and is refused only where that is nothing of something asked
     * for.
     */
    AT_MOST,
    /** Is never refused by a limit; holds everything and records what it would have been refused for. */
    OBSERVE
}
