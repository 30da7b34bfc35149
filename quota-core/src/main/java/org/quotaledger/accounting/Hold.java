package org.quotaledger.accounting;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Meter;
import org.quotaledger.reservation.HoldPeriod;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.RequestOrigin;

/**
 * What one reservation sets aside of one meter on one account. Each account of the reservation's chain has its own, so
 * that an account whose step comes past the expiry can count it out without touching the others. Immutable and
 * thread-safe.
 *
 * @param request the request that it belongs to
 * @param account the account
 * @param depth 0 on the account that is charged, 1 and more on its parents, nearest first
 * @param meter the meter
 * @param units what is set aside
 * @param due what its expiry charges
 * @param period when it holds
 * @param expired whether it was counted out of the account's usage, and {@code due} charged, because it had expired
 */
public record Hold(
        RequestOrigin request,
        AccountId account,
        int depth,
        Meter meter,
        long units,
        long due,
        HoldPeriod period,
        boolean expired) {

    /** @throws IllegalArgumentException if an amount or the depth is negative */
    public Hold {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(account, "account");
        Objects.requireNonNull(meter, "meter");
        Objects.requireNonNull(period, "period");
        if (units < 0 || due < 0 || depth < 0) {
            throw new IllegalArgumentException(
                    "hold of " + request.id() + " is negative: " + units + " units, due " + due + ", depth " + depth);
        }
    }

    /** Returns the reservation's id. */
    public RequestId reservation() {
        return request.id();
    }

    /** Returns when it was reserved: the spans that hold it contain this instant. */
    public Instant reservedAt() {
        return period.reservedAt();
    }

    /** Returns when it expires. */
    public Instant expiresAt() {
        return period.expiresAt();
    }

    /**
     * Returns whether it is the one row among those of its reservation and account that counts the request where the
     * expiry charges several meters.
     */
    boolean firstDue(List<Hold> among) {
        for (Hold other : among) {
            if (other.due() > 0
                    && other.reservation().equals(reservation())
                    && other.account().equals(account)
                    && other.meter().compareTo(meter) < 0) {
                return false;
            }
        }
        return due > 0;
    }

    Hold withUnits(long changed, long changedDue) {
        return new Hold(request, account, depth, meter, changed, changedDue, period, expired);
    }

    Hold withExpiry(Instant changed) {
        return new Hold(request, account, depth, meter, units, due, new HoldPeriod(reservedAt(), changed), expired);
    }

    Hold countedOut() {
        return new Hold(request, account, depth, meter, units, due, period, true);
    }
}
