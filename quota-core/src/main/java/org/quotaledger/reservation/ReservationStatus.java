package org.quotaledger.reservation;

/**
 * Where a reservation is: {@code HELD → SETTLED | RELEASED | EXPIRED}, and {@code EXPIRED → SETTLED} for a late settle.
 */
public enum ReservationStatus {
    /** Its amounts are set aside. */
    HELD,
    /** Its true cost is charged. */
    SETTLED,
    /** It was given back uncharged. */
    RELEASED,
    /** Its time to live was over ({@code now >= expiresAt}) before it was settled or released. */
    EXPIRED
}
