package org.quotaledger.accounting;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Meter;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.Tags;

/**
 * What one reservation sets aside of one meter on one account. Each account of the reservation's chain has its own, so
 * that an account whose step comes past the expiry can count it out without touching the others. Immutable and
 * thread-safe.
 *
 * @param reservation the reservation's id
 * @param account the account
 * @param origin the account that was asked for
 * @param depth 0 on the account that is charged, 1 and more on its parents, nearest first
 * @param tags the request's tags
 * @param meter the meter
 * @param units what is set aside
 * @param due what its expiry charges
 * @param reservedAt when it was reserved: the spans that hold it contain this instant
 * @param expiresAt when it expires
 * @param expired whether it was counted out of the account's usage, and {@code due} charged, because it had expired
 */
public record Hold(
        RequestId reservation,
        AccountId account,
        AccountId origin,
        int depth,
        Tags tags,
        Meter meter,
        long units,
        long due,
        Instant reservedAt,
        Instant expiresAt,
        boolean expired) {

    /** @throws IllegalArgumentException if an amount or the depth is negative */
    public Hold {
        Objects.requireNonNull(reservation, "reservation");
        Objects.requireNonNull(account, "account");
        Objects.requireNonNull(origin, "origin");
        Objects.requireNonNull(tags, "tags");
        Objects.requireNonNull(meter, "meter");
        Objects.requireNonNull(reservedAt, "reservedAt");
        Objects.requireNonNull(expiresAt, "expiresAt");
        if (units < 0 || due < 0 || depth < 0) {
            throw new IllegalArgumentException(
                    "hold of " + reservation + " is negative: " + units + " units, due " + due + ", depth " + depth);
        }
    }

    /**
     * Returns whether it is the one row among those of its reservation and account that counts the request where the
     * expiry charges several meters.
     */
    boolean firstDue(List<Hold> among) {
        for (Hold other : among) {
            if (other.due() > 0
                    && other.reservation().equals(reservation)
                    && other.account().equals(account)
                    && other.meter().compareTo(meter) < 0) {
                return false;
            }
        }
        return due > 0;
    }

    Hold withUnits(long changed, long changedDue) {
        return new Hold(
                reservation, account, origin, depth, tags, meter, changed, changedDue, reservedAt, expiresAt, expired);
    }

    Hold withExpiry(Instant changed) {
        return new Hold(reservation, account, origin, depth, tags, meter, units, due, reservedAt, changed, expired);
    }

    Hold countedOut() {
        return new Hold(reservation, account, origin, depth, tags, meter, units, due, reservedAt, expiresAt, true);
    }
}
