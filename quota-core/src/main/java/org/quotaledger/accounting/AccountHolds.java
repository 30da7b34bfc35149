package org.quotaledger.accounting;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Meter;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;

/**
 * The holds of one account as far as a step needs them: sums of those that have expired, and the few that expire next. An
 * account may have a hundred thousand; no step reads them all. Immutable and thread-safe.
 *
 * @param at the instant at which they were looked up
 * @param expired the sums that were asked for
 * @param due the holds whose expiry is past and charges something, in the order of expiry; {@code null} if not asked for
 * @param next for each meter asked for the holds that expire next
 */
public record AccountHolds(
        Instant at,
        Map<Facts.Expiring, Sum> expired,
        @Nullable List<Hold> due,
        Map<Meter, Next> next) {

    /** Copies the collections. */
    public AccountHolds {
        Objects.requireNonNull(at, "at");
        expired = Map.copyOf(expired);
        due = due == null ? null : List.copyOf(due);
        next = Map.copyOf(next);
    }

    /**
     * The holds that have expired and are still counted in a usage row.
     *
     * @param units the sum of their units
     * @param due the sum of the charges of their expiry
     * @param earliest the earliest expiry of the row's live holds, or {@code null} if there are none
     */
    public record Sum(long units, long due, @Nullable Instant earliest) {}

    /**
     * The holds of a meter that expire after the look-up, in the order of expiry.
     *
     * @param complete whether there are no others
     */
    public record Next(List<Ahead> holds, boolean complete) {

        /** A look-up that found nothing. */
        static final Next NONE = new Next(List.of(), true);

        /** Copies the list. */
        public Next {
            holds = List.copyOf(holds);
        }

        /** Returns the same as if no more had been looked up. */
        Next first(int most) {
            return holds.size() > most ? new Next(holds.subList(0, most), false) : this;
        }

        /** Returns the earliest expiry of those, or {@code null}. */
        @Nullable
        Instant first() {
            return holds.isEmpty() ? null : holds.get(0).expiresAt();
        }

        /** Returns the instant from which on other holds may expire, or {@code null} if there are no others. */
        @Nullable
        Instant horizon() {
            return complete || holds.isEmpty()
                    ? null
                    : holds.get(holds.size() - 1).expiresAt();
        }

        private Next after(AccountId account, Meter meter, UnitOfWork done) {
            ReservationState reservation = done.reservation();
            List<Ahead> changed = new ArrayList<>(holds);
            if (done.dropsHolds() && reservation != null) {
                changed.removeIf(hold -> hold.reservation().equals(reservation.id()));
            }
            Instant horizon = horizon();
            for (Hold hold : done.holds()) {
                if (hold.account().equals(account) && hold.meter().equals(meter)) {
                    changed.removeIf(other -> other.reservation().equals(hold.reservation()));
                    if (!hold.expired() && (horizon == null || hold.expiresAt().isBefore(horizon))) {
                        changed.add(Ahead.of(hold));
                    }
                }
            }
            changed.sort(Comparator.comparing(Ahead::expiresAt));
            int most = Math.max(WorkingAccount.HOLDS_AHEAD, holds.size());
            return changed.size() > most ? new Next(changed.subList(0, most), false) : new Next(changed, complete);
        }
    }

    /**
     * A live hold of the account.
     *
     * @param units its units
     * @param due the charge of its expiry
     */
    public record Ahead(
            RequestId reservation, Meter meter, long units, long due, Instant reservedAt, Instant expiresAt) {

        /** Both instants and the names are required. */
        public Ahead {
            Objects.requireNonNull(reservation, "reservation");
            Objects.requireNonNull(meter, "meter");
            Objects.requireNonNull(reservedAt, "reservedAt");
            Objects.requireNonNull(expiresAt, "expiresAt");
        }

        private static Ahead of(Hold hold) {
            return new Ahead(
                    hold.reservation(), hold.meter(), hold.units(), hold.due(), hold.reservedAt(), hold.expiresAt());
        }
    }

    /** Returns the earliest expiry after the look-up of the meters asked for, or {@code null}. */
    public @Nullable Instant firstExpiry() {
        Instant first = null;
        for (Next ahead : next.values()) {
            Instant other = ahead.first();
            first = first == null || (other != null && other.isBefore(first)) ? other : first;
        }
        return first;
    }

    /** Returns the holds whose expiry charges something, or an empty list if this was not asked for. */
    public List<Hold> dues() {
        return due == null ? List.of() : due;
    }

    /** Returns whether they answer a question, as long as the holds have not changed since. */
    public boolean answers(Facts.HoldsOf asked) {
        if (asked.maxDue() > 0) {
            return tellExpired(asked.at(), asked.expiring());
        }
        for (Meter meter : asked.meters()) {
            Next ahead = next(meter, asked.at());
            if (ahead == null || (!ahead.complete() && ahead.holds().size() < asked.minNext())) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether they have the expired holds of these rows at an instant. */
    boolean tellExpired(Instant now, List<Facts.Expiring> expiring) {
        return now.equals(at) && due != null && expired.keySet().containsAll(expiring);
    }

    /**
     * Returns the holds of a meter that expire next after an instant. {@code null} if these were not asked for, or one of them
     * has expired since.
     */
    @Nullable
    Next next(Meter meter, Instant now) {
        Next ahead = next.get(meter);
        if (ahead == null || now.isBefore(at)) {
            return null;
        }
        Instant first = ahead.first();
        return first == null || now.isBefore(first) ? ahead : null;
    }

    /** Returns the holds that still expire next after a step. */
    public AccountHolds after(AccountId account, UnitOfWork done) {
        Map<Meter, Next> left = new HashMap<>();
        next.forEach((meter, ahead) -> {
            Next changed = ahead.after(account, meter, done);
            if (changed.complete() || !changed.holds().isEmpty()) {
                left.put(meter, changed);
            }
        });
        return new AccountHolds(at, Map.of(), null, left);
    }
}
