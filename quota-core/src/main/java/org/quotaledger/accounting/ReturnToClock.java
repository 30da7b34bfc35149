package org.quotaledger.accounting;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.policy.Suspension;
import org.quotaledger.reservation.HoldPeriod;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.reservation.ReservationStatus;
import org.quotaledger.window.WindowSpan;

/**
 * How accounts whose time ran ahead come back to the clock: every instant after the clock becomes the clock. That keeps the
 * order of all instants, so that whatever happened before something else still did. Units are never changed: each charge
 * stays in the journal once, and counts in the windows of the clock. Immutable and thread-safe.
 *
 * <p>Counters are not carried over. All limits of the accounts count anew, from the journal and the holds.
 *
 * @param clock the instant to come back to
 */
public record ReturnToClock(Instant clock) {

    /** Cuts the instant to the microsecond that stores keep. */
    public ReturnToClock {
        clock = clock.truncatedTo(ChronoUnit.MICROS);
    }

    /** Returns the instant, or the clock where it is later. */
    public Instant back(Instant at) {
        return at.isAfter(clock) ? clock : at;
    }

    private @Nullable Instant backOrNull(@Nullable Instant at) {
        return at == null ? null : back(at);
    }

    /** Since when the limits count anew: after all that was charged before. */
    private Instant since() {
        return clock.plus(1, ChronoUnit.MICROS);
    }

    /** Returns the account's next version, of which every limit counts anew. */
    public AccountEntry back(AccountEntry entry) {
        Map<String, Instant> resets = new HashMap<>(entry.resets());
        resets.replaceAll((limit, at) -> back(at));
        return new AccountEntry(
                entry.account(),
                entry.version() + 1,
                back(entry.createdAt()),
                backOrNull(entry.deletedAt()),
                back(entry.suspension()),
                since(),
                entry.overrides().stream()
                        .map(own -> new LimitEntry(own.limit(), since()))
                        .toList(),
                resets);
    }

    /** One by a limit is dropped: the limit suspends again, until the end of its window, where it is exhausted at the clock. */
    private @Nullable Suspension back(@Nullable Suspension suspension) {
        if (suspension == null || !suspension.since().isAfter(clock)) {
            return suspension;
        }
        return suspension.cause() == null ? new Suspension(clock, suspension.until(), null) : null;
    }

    /** Returns a policy, whose limits count since no later than the clock. */
    public PolicyEntry back(PolicyEntry entry) {
        return new PolicyEntry(
                entry.policy(),
                entry.version(),
                back(entry.changedAt()),
                entry.limits().stream()
                        .map(shared -> new LimitEntry(shared.limit(), back(shared.since())))
                        .toList());
    }

    /** Returns a row of the journal. */
    public JournalRow back(JournalRow row) {
        return new JournalRow(
                row.kind(),
                row.request(),
                row.operation(),
                row.account(),
                row.depth(),
                row.counted(),
                new JournalRow.When(back(row.reservedAt()), back(row.settledAt()), back(row.recordedAt()), row.late()),
                row.reason());
    }

    /**
     * Returns a reservation. One that still lives has its time to live again, from the clock on. One that expired in the time
     * ahead stays expired, because a sum may have given its units back.
     *
     * @param holds its holds
     * @param rows the usage rows of its accounts
     */
    public ReservationState back(ReservationState state, List<Hold> holds, List<Counter> rows) {
        return state.at(
                new HoldPeriod(back(state.reservedAt()), expiresAt(state, holds, rows)), backOrNull(state.endedAt()));
    }

    private Instant expiresAt(ReservationState state, List<Hold> holds, List<Counter> rows) {
        boolean expired = state.status() == ReservationStatus.EXPIRED
                || holds.stream().anyMatch(Hold::expired)
                || rows.stream().anyMatch(row -> !row.updatedAt().isBefore(state.expiresAt()));
        if (expired) {
            return back(state.expiresAt());
        }
        Instant latest = clock.plus(state.terms().timeToLive());
        return state.expiresAt().isAfter(latest) ? latest : state.expiresAt();
    }

    /** Returns a hold of a reservation that has come back. */
    public Hold back(Hold hold, ReservationState itsReservation) {
        return new Hold(
                hold.request(),
                hold.account(),
                hold.depth(),
                hold.meter(),
                hold.units(),
                hold.due(),
                new HoldPeriod(back(hold.reservedAt()), itsReservation.expiresAt()),
                hold.expired());
    }

    /**
     * Returns the usage rows of an account. Spans that begin after the clock are empty now, and are left out. A window that
     * opened with its first use in the time ahead opens at the clock, unless one is open then.
     */
    public List<Counter> back(List<Counter> rows) {
        List<Counter> kept = new ArrayList<>();
        for (Counter row : rows) {
            if (!row.span().startInclusive().isAfter(clock)) {
                kept.add(back(row, row.span()));
            }
        }
        for (Counter row : rows) {
            if (row.span().startInclusive().isAfter(clock)
                    && row.window().opensWithUse()
                    && kept.stream()
                            .noneMatch(
                                    other -> other.isOfSame(row) && other.span().contains(clock))) {
                kept.add(back(row, row.window().spanAt(clock)));
            }
        }
        return kept;
    }

    private Counter back(Counter row, WindowSpan span) {
        DebouncedAlerts debounced = row.debounced();
        return row.in(
                span,
                new Counter.Values(
                        row.used(),
                        row.held(),
                        row.peak(),
                        debounced == null ? null : new DebouncedAlerts(debounced.levels(), back(debounced.alertedAt())),
                        // An expiry that is too early is harmless: the step then finds nothing expired.
                        backOrNull(row.earliestExpiry()),
                        back(row.updatedAt())));
    }
}
