package org.quotaledger.reservation;

import org.quotaledger.amount.Charge;

/**
 * An amount was given back to the windows that it was charged to. Immutable and thread-safe.
 *
 * @param refund what was given back
 * @param total what was given back of the reservation so far
 * @param replayed whether the same had been given back with this id before
 */
public record Refunded(Charge refund, Charge total, boolean replayed) {}
