package org.quotaledger.accounting;

import java.math.BigInteger;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Meter;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.history.Change;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.window.SinceFirstUseWindow;
import org.quotaledger.window.WindowSpan;

/**
 * What a command came to: {@link Done}, or {@link Needs} where the state holds too little to decide it.
 *
 * @param <A> what the command answers
 */
public sealed interface Step<A> {

    /**
     * It is decided. A store keeps all of this or nothing.
     *
     * @param answer the answer
     * @param usage the rows to keep, each in the place of the one of its account, limit and span
     * @param reservation the reservation to keep in the place of the one of its id, or {@code null} for no change
     * @param holds the holds to keep, each in the place of the one of its reservation, account and meter
     * @param dropsHolds whether all holds of the reservation are to be dropped instead
     * @param refund the refund to keep, or {@code null}
     * @param journal the rows to append
     * @param events the events to keep, in this order
     * @param changes what is to be kept in the history, in this order
     * @param accounts the accounts that were suspended or resumed, each its next version, to keep in the place of the one
     *     of its id
     */
    record Done<A>(
            A answer,
            List<Usage> usage,
            @Nullable ReservationState reservation,
            List<Hold> holds,
            boolean dropsHolds,
            @Nullable RefundState refund,
            List<JournalRow> journal,
            List<LedgerEvent> events,
            List<Change> changes,
            List<AccountEntry> accounts)
            implements Step<A> {

        /** All but the reservation and the refund are required. */
        public Done {
            Objects.requireNonNull(answer, "answer");
            usage = List.copyOf(usage);
            holds = List.copyOf(holds);
            journal = List.copyOf(journal);
            events = List.copyOf(events);
            changes = List.copyOf(changes);
            accounts = List.copyOf(accounts);
        }

        static <A> Done<A> unchanged(A answer) {
            return new Done<>(
                    answer, List.of(), null, List.of(), false, null, List.of(), List.of(), List.of(), List.of());
        }

        /** Returns whether there is nothing to keep. */
        public boolean changesNothing() {
            return usage.isEmpty()
                    && reservation == null
                    && holds.isEmpty()
                    && !dropsHolds
                    && refund == null
                    && journal.isEmpty()
                    && events.isEmpty()
                    && changes.isEmpty()
                    && accounts.isEmpty();
        }
    }

    /**
     * More has to be looked up, in the same atomic step; then the command is decided again with it
     * ({@link LedgerState#withHolds}, {@link LedgerState#withUsage}, {@link LedgerState#withAlerts},
     * {@link LedgerState#withOverflow}).
     *
     * @param holdsOf the accounts of whose holds something is needed, each once
     * @param recounts the usage rows that have to be recomputed
     * @param alertsOf the limits of which has to be known at which levels they alerted lately
     * @param overflows the accounts that a request overflows to: each is needed with its parents, and all of them have to
     *     be locked as the others are
     */
    record Needs<A>(List<HoldsOf> holdsOf, List<Recount> recounts, Set<AlertsOf> alertsOf, Set<AccountId> overflows)
            implements Step<A> {

        /** All are required. */
        public Needs {
            holdsOf = List.copyOf(holdsOf);
            recounts = List.copyOf(recounts);
            alertsOf = Set.copyOf(alertsOf);
            overflows = Set.copyOf(overflows);
        }

        /** Returns whether nothing but holds has to be looked up. */
        public boolean isOfHolds() {
            return recounts.isEmpty() && alertsOf.isEmpty() && overflows.isEmpty();
        }
    }

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
     * @param maxNext at most so many of each meter
     */
    record HoldsOf(AccountId account, Instant at, List<Expiring> expiring, int maxDue, Set<Meter> meters, int maxNext) {

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
                AccountEntry account, LimitEntry entry, List<Usage> rows, Instant now) {
            if (!entry.since().isAfter(account.createdAt()) || entry.limit().window() instanceof SinceFirstUseWindow) {
                return null;
            }
            WindowSpan span = entry.limit().window().spanAt(now);
            boolean written = rows.stream()
                    .anyMatch(row -> row.isOf(entry.limit()) && row.span().equals(span));
            return written || !span.contains(now) ? null : of(account.id(), entry, span, now);
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
        public Usage usage(BigInteger used, BigInteger held, @Nullable Instant earliestExpiry) {
            long counted = Usage.counted(used);
            return new Usage(
                    account,
                    limit.name(),
                    limit.window(),
                    limit.meter(),
                    span,
                    counted,
                    Usage.counted(held),
                    counted,
                    earliestExpiry,
                    at);
        }
    }
}
