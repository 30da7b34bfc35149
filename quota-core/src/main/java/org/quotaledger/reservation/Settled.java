package org.quotaledger.reservation;

import org.quotaledger.amount.Charge;

/**
 * The true cost is charged; what was held beyond it is free again. Immutable and thread-safe.
 *
 * @param charged what was charged: the cost, or the hold where a limit caps it
 * @param excess how much of that is more than was held
 * @param late whether it had expired before
 * @param replayed whether it had been settled with the same cost before
 */
public record Settled(Charge charged, Charge excess, boolean late, boolean replayed) {}
