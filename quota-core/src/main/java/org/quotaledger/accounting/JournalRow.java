package org.quotaledger.accounting;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Meter;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.Tags;

/**
 * One change of used on one account: never altered, never taken back but by another row. What is used of any limit in any
 * span is the sum of the units of the rows of its account and meter whose instant, reserved or settled as the limit
 * charges, lies in that span. Immutable and thread-safe.
 *
 * @param kind what it records
 * @param reservation the reservation or direct charge it belongs to
 * @param operation the id of the operation that made it: a refund's own, else the reservation's
 * @param account the account charged
 * @param origin the account that was asked for
 * @param depth 0 on the account that the request was charged to, 1 and more on its parents, nearest first: the rows of
 *     depth 0 count every request once, whichever account was asked for
 * @param times how often what it records happened: 1; 0 in the rows of the further meters of what another row counts, and
 *     of what a person did; -1 of a charge that is taken back. So the sum of a kind counts each request once
 * @param meter what was counted, {@code null} where nothing was
 * @param units how much more is used; negative for a refund or a reversal
 * @param excess how much of it is more than was held
 * @param reservedAt when it was reserved
 * @param settledAt when it was settled, or expired
 * @param recordedAt when this row was written
 * @param late whether it was settled when it had expired
 * @param reason why it was not billed, what an observing reserve would have been refused for, why a person charged or
 *     refunded it, or {@code null}
 * @param tags the request's tags
 */
public record JournalRow(
        JournalKind kind,
        RequestId reservation,
        RequestId operation,
        AccountId account,
        AccountId origin,
        int depth,
        long times,
        @Nullable Meter meter,
        long units,
        long excess,
        Instant reservedAt,
        Instant settledAt,
        Instant recordedAt,
        boolean late,
        @Nullable String reason,
        Tags tags) {

    /** @throws IllegalArgumentException if it has units and no meter, or the depth is negative */
    public JournalRow {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(reservation, "reservation");
        Objects.requireNonNull(operation, "operation");
        Objects.requireNonNull(account, "account");
        Objects.requireNonNull(origin, "origin");
        Objects.requireNonNull(reservedAt, "reservedAt");
        Objects.requireNonNull(settledAt, "settledAt");
        Objects.requireNonNull(recordedAt, "recordedAt");
        Objects.requireNonNull(tags, "tags");
        if (depth < 0) {
            throw new IllegalArgumentException("journal row of " + reservation + " has depth " + depth);
        }
        if (meter == null && (units != 0 || excess != 0)) {
            throw new IllegalArgumentException(
                    "journal row of " + reservation + " has " + units + " units of no meter");
        }
    }

    /** Returns the same row of what a person did for a reason: it counts no request. */
    JournalRow byHand(String why) {
        return new JournalRow(
                kind,
                reservation,
                operation,
                account,
                origin,
                depth,
                0,
                meter,
                units,
                excess,
                reservedAt,
                settledAt,
                recordedAt,
                late,
                why,
                tags);
    }
}
