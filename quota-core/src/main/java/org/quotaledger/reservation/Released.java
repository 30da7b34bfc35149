package org.quotaledger.reservation;

/**
 * All that was held is free again. Immutable and thread-safe.
 *
 * @param replayed whether it had been released before
 */
public record Released(boolean replayed) {}
