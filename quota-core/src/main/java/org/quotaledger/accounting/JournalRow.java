package org.quotaledger.accounting;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Meter;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.RequestOrigin;
import org.quotaledger.reservation.Tags;

/**
 * One change of used on one account: never altered, never taken back but by another row. What is used of any limit in any
 * span is the sum of the units of the rows of its account and meter whose instant, reserved or settled as the limit
 * charges, lies in that span. Immutable and thread-safe.
 *
 * @param kind what it records
 * @param request the request that it belongs to
 * @param operation the id of the operation that made it: a refund's own, else the reservation's
 * @param account the account charged
 * @param depth 0 on the account that the request was charged to, 1 and more on its parents, nearest first: the rows of
 *     depth 0 count every request once, whichever account was asked for
 * @param counted what it counts
 * @param when the instants of what it records
 * @param reason why it was not billed, what an observing reserve would have been refused for, why a person charged or
 *     refunded it, or {@code null}
 */
public record JournalRow(
        JournalKind kind,
        RequestOrigin request,
        RequestId operation,
        AccountId account,
        int depth,
        Counted counted,
        When when,
        @Nullable String reason) {

    /**
     * What a row counts. Immutable and thread-safe.
     *
     * @param times how often what it records happened: 1; 0 in the rows of the further meters of what another row counts, and
     *     of what a person did; -1 of a charge that is taken back. So the sum of a kind counts each request once
     * @param meter what was counted, {@code null} where nothing was
     * @param units how much more is used; negative for a refund or a reversal
     * @param excess how much of it is more than was held
     */
    public record Counted(long times, @Nullable Meter meter, long units, long excess) {

        /** @throws IllegalArgumentException if it has units and no meter */
        public Counted {
            if (meter == null && (units != 0 || excess != 0)) {
                throw new IllegalArgumentException("journal row has " + units + " units of no meter");
            }
        }

        /** Returns the count of something that used nothing. */
        static Counted times(long times) {
            return new Counted(times, null, 0, 0);
        }
    }

    /**
     * The instants of a row. Immutable and thread-safe.
     *
     * @param reservedAt when the request was reserved
     * @param settledAt when it was settled, or expired
     * @param recordedAt when this row was written
     * @param late whether it was settled when it had expired
     */
    public record When(Instant reservedAt, Instant settledAt, Instant recordedAt, boolean late) {

        /** All are required. */
        public When {
            Objects.requireNonNull(reservedAt, "reservedAt");
            Objects.requireNonNull(settledAt, "settledAt");
            Objects.requireNonNull(recordedAt, "recordedAt");
        }
    }

    /** @throws IllegalArgumentException if the depth is negative */
    public JournalRow {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(operation, "operation");
        Objects.requireNonNull(account, "account");
        Objects.requireNonNull(counted, "counted");
        Objects.requireNonNull(when, "when");
        if (depth < 0) {
            throw new IllegalArgumentException("journal row of " + request.id() + " has depth " + depth);
        }
    }

    /** Returns the id of the reservation or direct charge that it belongs to. */
    public RequestId reservation() {
        return request.id();
    }

    /** Returns the account that was asked for. */
    public AccountId origin() {
        return request.account();
    }

    /** Returns the request's tags. */
    public Tags tags() {
        return request.tags();
    }

    /** Returns how often what it records happened. */
    public long times() {
        return counted.times();
    }

    /** Returns what was counted, {@code null} where nothing was. */
    public @Nullable Meter meter() {
        return counted.meter();
    }

    /** Returns how much more is used; negative for a refund or a reversal. */
    public long units() {
        return counted.units();
    }

    /** Returns how much of the units is more than was held. */
    public long excess() {
        return counted.excess();
    }

    /** Returns when the request was reserved. */
    public Instant reservedAt() {
        return when.reservedAt();
    }

    /** Returns when the request was settled, or expired. */
    public Instant settledAt() {
        return when.settledAt();
    }

    /** Returns when this row was written. */
    public Instant recordedAt() {
        return when.recordedAt();
    }

    /** Returns whether the request was settled when it had expired. */
    public boolean late() {
        return when.late();
    }

    /** Returns the same row of what a person did for a reason: it counts no request. */
    JournalRow byHand(String why) {
        Counted uncounted = new Counted(0, counted.meter(), counted.units(), counted.excess());
        return new JournalRow(kind, request, operation, account, depth, uncounted, when, why);
    }
}
