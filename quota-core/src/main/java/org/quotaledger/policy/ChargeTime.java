package org.quotaledger.policy;

/** The instant whose window span a charge counts in. */
public enum ChargeTime {
    /** The instant of the reserve, whenever it is settled (default). Holds count in that span only. */
    RESERVE,
    /** The instant of the settle. Live holds count whatever span is open, since it may be the one they settle in. */
    SETTLE
}
