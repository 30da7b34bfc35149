package org.quotaledger.accounting;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.reservation.ReservationState;

/**
 * What one command is decided on, as it is in one atomic step of a store. Immutable and thread-safe.
 *
 * @param chain the accounts concerned: of a reserve, check or direct charge the account asked for and its parents,
 *     nearest first, empty if it was never created; of everything else those of the reservation, in its order
 * @param reservation the reservation or direct charge of the command's id, or {@code null}
 * @param holds the holds of that reservation, those counted out too
 * @param refund the refund of the command's id, or {@code null}
 */
public record LedgerState(
        List<AccountState> chain,
        @Nullable ReservationState reservation,
        List<Hold> holds,
        @Nullable RefundState refund) {

    /** All but the reservation and the refund are required. */
    public LedgerState {
        Objects.requireNonNull(chain, "chain");
        chain = List.copyOf(chain);
        holds = List.copyOf(holds);
    }

    /** Returns the state in which nothing is known of the account or the id. */
    public static LedgerState unknown() {
        return new LedgerState(List.of(), null, List.of(), null);
    }

    /** Returns the same with the holds of an account looked up. */
    public LedgerState withHolds(AccountId account, List<Hold> holdsOfAccount) {
        return with(account, state -> state.withHolds(holdsOfAccount));
    }

    /**
     * Returns the same with a recomputed usage row in the place of the one of its limit and span. The thresholds that
     * were told in it stay told, which the journal does not know.
     */
    public LedgerState withUsage(Usage row) {
        return with(row.account(), state -> withUsage(state, row));
    }

    /**
     * Returns the same with the alerts of a limit looked up.
     *
     * @param levels the texts of the levels at which it alerted
     */
    public LedgerState withAlerts(Step.AlertsOf asked, Set<String> levels) {
        return with(asked.account(), state -> state.withAlerts(asked.limit(), levels));
    }

    private LedgerState with(AccountId account, UnaryOperator<AccountState> change) {
        List<AccountState> accounts = chain.stream()
                .map(state -> state.id().equals(account) ? change.apply(state) : state)
                .toList();
        return new LedgerState(accounts, reservation, holds, refund);
    }

    private static AccountState withUsage(AccountState state, Usage recounted) {
        List<Usage> usage = new ArrayList<>(state.usage().size() + 1);
        Usage row = recounted;
        for (Usage other : state.usage()) {
            if (!other.limit().equals(row.limit()) || !other.span().equals(row.span())) {
                usage.add(other);
            } else if (other.window().equals(row.window()) && other.meter().equals(row.meter())) {
                row = row.withPeak(Math.max(row.peak(), other.peak())).expiringBy(other.earliestExpiry());
            }
        }
        usage.add(row);
        return state.withUsage(usage);
    }

    /**
     * Time never runs backwards for an account: the later of {@code clock} and what the state has seen, which is its
     * rows, its reservation, and the changes of its limits.
     */
    Instant noEarlierThanSeen(Instant clock) {
        Instant now = clock;
        if (reservation != null) {
            Instant endedAt = reservation.endedAt();
            now = later(now, endedAt == null ? reservation.reservedAt() : endedAt);
        }
        for (AccountState account : chain) {
            for (Usage row : account.usage()) {
                now = later(now, row.updatedAt());
            }
            for (LimitEntry entry : account.limits()) {
                now = later(now, entry.since());
            }
        }
        return now;
    }

    private static Instant later(Instant one, Instant another) {
        return another.isAfter(one) ? another : one;
    }
}
