package org.quotaledger.reservation;

import java.time.Instant;

/**
 * The hold lives longer. Immutable and thread-safe.
 *
 * @param expiresAt when it expires now; an extend never shortens
 */
public record Extended(Instant expiresAt) {}
