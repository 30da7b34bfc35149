package org.quotaledger.policy;

/**
 * What a settle above the hold does. A charge is one figure on every limit: where the limits of a meter differ, the last
 * of these that any of them chose counts for all.
 */
public enum OnExcess {
    /** Charges all of it, past the limit if need be: the usage did happen (default). The excess is marked. */
    CHARGE,
    /** Charges what was held and no more. */
    CAP,
    /** Refuses the settle and keeps the hold. */
    REFUSE
}
