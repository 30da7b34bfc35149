package org.quotaledger.reservation;

import org.quotaledger.amount.Charge;

/**
 * The reservation is marked started, and what was delivered is noted for the case that it expires. Immutable and thread-safe.
 *
 * @param delivered what was delivered so far: of each meter the most that was reported
 */
public record Progressed(Charge delivered) {}
