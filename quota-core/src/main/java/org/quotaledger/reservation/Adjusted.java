package org.quotaledger.reservation;

import org.quotaledger.amount.Charge;

/**
 * The hold holds more or less. Immutable and thread-safe.
 *
 * @param held what it holds now
 */
public record Adjusted(Charge held) {}
