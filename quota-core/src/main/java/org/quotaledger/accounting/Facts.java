package org.quotaledger.accounting;

import java.math.BigInteger;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.window.WindowSpan;

/**
 * State that a rule seldom needs, asked of the store inside the step: what the store answers is as it is in that step. A
 * store answers with its live objects, or with a query under its locks. One that decides without locks answers what it
 * remembers, and throws {@link NotRemembered} otherwise.
 */
public interface Facts {

    /** Returns the holds that are asked for. */
    AccountHolds holds(HoldsOf asked);

    /** Returns a usage row as the journal and the holds make it. */
    Counter recount(Recount asked);

    /** Returns the levels at which a limit has alerted, each with the last such alert. */
    Map<String, Instant> alerts(AlertsOf asked);

    /**
     * Returns the chain of an account that a request overflows to: the account and its parents, nearest first; empty if it
     * was never created. It is part of the step from then on: an account that stands in the command's own chain too is the
     * same there.
     */
    List<WorkingAccount> overflow(AccountId to);

    /** Returns the definitions of the ledger, for an edit. */
    default Definitions definitions() {
        throw new NotRemembered(false);
    }

    /** The store decides without locks and does not remember the fact: the command is to be decided under locks. */
    final class NotRemembered extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final boolean isOfHolds;

        private NotRemembered(boolean isOfHolds) {
            super("not remembered", null, false, false);
            this.isOfHolds = isOfHolds;
        }

        /** Returns whether holds are not remembered, which can be looked up without a lock. */
        public boolean isOfHolds() {
            return isOfHolds;
        }
    }

    /** Facts of a store that remembers none. */
    Facts NOTHING = new Facts() {
        @Override
        public AccountHolds holds(HoldsOf asked) {
            throw new NotRemembered(true);
        }

        @Override
        public Counter recount(Recount asked) {
            throw new NotRemembered(false);
        }

        @Override
        public Map<String, Instant> alerts(AlertsOf asked) {
            throw new NotRemembered(false);
        }

        @Override
        public List<WorkingAccount> overflow(AccountId to) {
            throw new NotRemembered(false);
        }
    };

    /**
     * The holds of an account that a step needs: bounded numbers of rows, and sums. A hold that is marked expired counts
     * nowhere here.
     *
     * @param account whose holds they are
     * @param at the instant of the step: a hold whose expiry is later lives
     * @param expiring the usage rows of which the expired holds have to be summed up
     * @param maxDue at most so many of the account's expired holds whose expiry charges something, those that expired first;
     *     all of a reservation are next to each other, in the order of their meters
     * @param meters of each, the live holds that expire next
     * @param minNext so many of each meter at the least, unless there are no more: a store may remember fewer than
     *     {@code maxNext}
     * @param maxNext at most so many of each meter
     */
    record HoldsOf(
            AccountId account,
            Instant at,
            List<Expiring> expiring,
            int maxDue,
            Set<Meter> meters,
            int minNext,
            int maxNext) {

        /** Copies the collections. */
        public HoldsOf {
            Objects.requireNonNull(account, "account");
            Objects.requireNonNull(at, "at");
            expiring = List.copyOf(expiring);
            meters = Set.copyOf(meters);
        }

        /** Returns what two ask of an account at one instant. */
        public HoldsOf and(HoldsOf other) {
            Set<Meter> bothMeters = new HashSet<>(meters);
            bothMeters.addAll(other.meters);
            Set<Expiring> bothExpiring = new LinkedHashSet<>(expiring);
            bothExpiring.addAll(other.expiring);
            return new HoldsOf(
                    account,
                    at,
                    List.copyOf(bothExpiring),
                    Math.max(maxDue, other.maxDue),
                    bothMeters,
                    Math.max(minNext, other.minNext),
                    Math.max(maxNext, other.maxNext));
        }
    }

    /**
     * A usage row, by the holds that count in it: those of a meter that were reserved in a time. Of them those have been
     * counted out already whose expiry is before {@code expiredFrom}, marked or not.
     *
     * @param reservedFrom the first instant of the time
     * @param reservedBefore the first instant after it
     * @param expiredFrom the row's earliest expiry
     */
    record Expiring(Meter meter, Instant reservedFrom, Instant reservedBefore, Instant expiredFrom) {

        /** All of a row are present. */
        public Expiring {
            Objects.requireNonNull(meter, "meter");
            Objects.requireNonNull(reservedFrom, "reservedFrom");
            Objects.requireNonNull(reservedBefore, "reservedBefore");
            Objects.requireNonNull(expiredFrom, "expiredFrom");
        }

        /** Returns whether a hold of the meter that was reserved then counts in the row. */
        public boolean counts(Instant reservedAt) {
            return !reservedAt.isBefore(reservedFrom) && reservedAt.isBefore(reservedBefore);
        }
    }

    /**
     * The levels at which a limit has alerted between two instants, in whatever span, each with the last such alert; and
     * among them {@code REFUSED} if refusals by the limit were published.
     *
     * @param account whose limit it is
     * @param limit the limit's name
     * @param after events later than this, not at it
     * @param before events earlier than this, not at it: an event of a later span says nothing of an earlier one
     */
    record AlertsOf(AccountId account, String limit, Instant after, Instant before) {

        /** All are required. */
        public AlertsOf {
            Objects.requireNonNull(account, "account");
            Objects.requireNonNull(limit, "limit");
            Objects.requireNonNull(after, "after");
            Objects.requireNonNull(before, "before");
        }
    }

    /**
     * A usage row that is not known well enough, because its limit came to count only when its span had begun, or because
     * its span counts no more and it was not given: used is the sum of the journal rows of the
     * account and meter whose instant, reserved or settled as the limit charges, lies in the span; held is the sum of the
     * account's holds of that meter reserved in the span and not counted out. Of both only what was reserved at
     * {@code reservedFrom} or later counts.
     *
     * @param account the account
     * @param limit the limit
     * @param span the span
     * @param reservedFrom when the limit was last reset, or {@link WindowSpan#EARLIEST}
     * @param at the instant of the step
     */
    record Recount(AccountId account, QuotaLimit limit, WindowSpan span, Instant reservedFrom, Instant at) {

        /** All are required. */
        public Recount {
            Objects.requireNonNull(account, "account");
            Objects.requireNonNull(limit, "limit");
            Objects.requireNonNull(span, "span");
            Objects.requireNonNull(reservedFrom, "reservedFrom");
            Objects.requireNonNull(at, "at");
        }

        /** Returns the recount of a limit as it counts now. */
        public static Recount of(AccountId account, LimitEntry entry, WindowSpan span, Instant at) {
            Instant resetAt = entry.resetAt();
            return new Recount(account, entry.limit(), span, resetAt == null ? WindowSpan.EARLIEST : resetAt, at);
        }

        /**
         * Returns the recount of what a limit counts now, where that is known by no row: it came to count after its span had
         * begun, and nothing was charged to it since. {@code null} where a row says it, or no span is open.
         *
         * @param rows the rows of the account that were touched since the limit came to count
         */
        public static @Nullable Recount ofUnwritten(
                AccountEntry account, LimitEntry entry, List<Counter> rows, Instant now) {
            WindowSpan span = entry.since().isAfter(account.createdAt())
                    ? entry.limit().window().openSpan(now)
                    : null;
            if (span == null) {
                return null;
            }
            boolean written = rows.stream()
                    .anyMatch(row -> row.isOf(entry.limit()) && row.span().equals(span));
            return written ? null : of(account.id(), entry, span, now);
        }

        /** Returns the first instant at which what counts in the span can have been reserved, if it is charged then. */
        public Instant firstReserved() {
            return reservedFrom.isAfter(span.startInclusive()) ? reservedFrom : span.startInclusive();
        }

        /**
         * Returns the row.
         *
         * @param earliestExpiry the earliest expiry among those holds, or {@code null} if there are none
         */
        public Counter counter(BigInteger used, BigInteger held, @Nullable Instant earliestExpiry) {
            long counted = Counter.counted(used);
            return new Counter(
                    account,
                    limit.name(),
                    limit.window(),
                    limit.meter(),
                    span,
                    Counter.Values.of(counted, Counter.counted(held), earliestExpiry, at));
        }
    }
}
