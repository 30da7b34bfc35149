package org.quotaledger.reservation;

import org.quotaledger.amount.Charge;

/**
 * A direct charge is recorded, past a limit if need be. Immutable and thread-safe.
 *
 * @param charge what was charged
 * @param replayed whether the same had been charged with this id before
 */
public record Charged(Charge charge, boolean replayed) {}
