package org.quotaledger.accounting;

import java.time.Instant;
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
        Tags tags,
        Meter meter,
        long units,
        long due,
        Instant reservedAt,
        Instant expiresAt,
        boolean expired) {

    /** @throws IllegalArgumentException if an amount is negative */
    public Hold {
        Objects.requireNonNull(reservation, "reservation");
        Objects.requireNonNull(account, "account");
        Objects.requireNonNull(origin, "origin");
        Objects.requireNonNull(tags, "tags");
        Objects.requireNonNull(meter, "meter");
        Objects.requireNonNull(reservedAt, "reservedAt");
        Objects.requireNonNull(expiresAt, "expiresAt");
        if (units < 0 || due < 0) {
            throw new IllegalArgumentException(
                    "hold of " + reservation + " is negative: " + units + " units, due " + due);
        }
    }

    Hold withUnits(long changed, long changedDue) {
        return new Hold(reservation, account, origin, tags, meter, changed, changedDue, reservedAt, expiresAt, expired);
    }

    Hold withExpiry(Instant changed) {
        return new Hold(reservation, account, origin, tags, meter, units, due, reservedAt, changed, expired);
    }

    Hold countedOut() {
        return new Hold(reservation, account, origin, tags, meter, units, due, reservedAt, expiresAt, true);
    }
}
