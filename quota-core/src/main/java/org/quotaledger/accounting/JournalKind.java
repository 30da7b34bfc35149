package org.quotaledger.accounting;

/** What a row of the journal records. */
public enum JournalKind {
    /** A reservation was settled. */
    SETTLE,
    /** A started hold expired and was charged. */
    EXPIRE,
    /** A charge that an expiry made was taken back, because the true cost was told after all. */
    EXPIRE_REVERSAL,
    /** A direct charge. */
    CHARGE,
    /** A refund; its units are negative. */
    REFUND,
    /** A request that is not billed, with its reason; it has no meter and its units are 0. */
    UNBILLED,
    /** An observing reserve was granted that would have been refused; it has no meter and its units are 0. */
    OBSERVED,
    /**
     * Reserves were refused, as many as the row counts, for the code in its reason; it has no meter and its units are 0.
     * Written some time after, for a quarter of an hour at once.
     */
    REFUSED
}
