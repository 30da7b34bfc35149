package org.quotaledger.policy;

/**
 * What the expiry of a hold charges that was marked started; a hold that was not started charges nothing. A charge is one
 * figure on every limit: where the limits of a meter differ, the last of these that any of them chose counts for all.
 */
public enum OnExpiry {
    /** Charges nothing. */
    NOTHING,
    /** Charges what was last reported as progress (default). */
    PROGRESS,
    /** Charges the whole hold, or the progress if that is more. */
    HOLD
}
