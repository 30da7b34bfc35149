package org.quotaledger.accounting;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
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
 * @param overflows the chains of accounts that a request overflows to, as far as they were looked up: the account and its
 *     parents, nearest first, empty if it was never created. An account that stands in the chain too is the same there
 */
public record LedgerState(
        List<AccountState> chain,
        @Nullable ReservationState reservation,
        List<Hold> holds,
        @Nullable RefundState refund,
        Map<AccountId, List<AccountState>> overflows) {

    /** All but the reservation and the refund are required. */
    public LedgerState {
        Objects.requireNonNull(chain, "chain");
        chain = List.copyOf(chain);
        holds = List.copyOf(holds);
        overflows = Map.copyOf(overflows);
    }

    /** A state in which no overflow was looked up. */
    public LedgerState(
            List<AccountState> chain,
            @Nullable ReservationState reservation,
            List<Hold> holds,
            @Nullable RefundState refund) {
        this(chain, reservation, holds, refund, Map.of());
    }

    /** Returns the state in which nothing is known of the account or the id. */
    public static LedgerState unknown() {
        return new LedgerState(List.of(), null, List.of(), null);
    }

    /** Returns the accounts of all the chains, each once. */
    public List<AccountId> accountIds() {
        if (overflows.isEmpty()) {
            return chain.stream().map(AccountState::id).toList();
        }
        return Stream.concat(chain.stream(), overflows.values().stream().flatMap(List::stream))
                .map(AccountState::id)
                .distinct()
                .toList();
    }

    /** Returns the same with the chain of an account that the request overflows to. */
    public LedgerState withOverflow(AccountId to, List<AccountState> itsChain) {
        Map<AccountId, List<AccountState>> more = new HashMap<>(overflows);
        more.put(to, itsChain);
        return new LedgerState(chain, reservation, holds, refund, more);
    }

    /** Returns the same with another state of the reservation. */
    LedgerState withReservation(ReservationState changed) {
        return new LedgerState(chain, changed, holds, refund, overflows);
    }

    private LedgerState withEach(AccountId account, UnaryOperator<AccountState> change) {
        Map<AccountId, List<AccountState>> changed = new HashMap<>(overflows);
        changed.replaceAll((to, itsChain) -> withEach(itsChain, account, change));
        return new LedgerState(withEach(chain, account, change), reservation, holds, refund, changed);
    }

    private static List<AccountState> withEach(
            List<AccountState> accounts, AccountId account, UnaryOperator<AccountState> change) {
        return accounts.stream()
                .map(state -> state.id().equals(account) ? change.apply(state) : state)
                .toList();
    }

    /** Returns the same with the holds of an account looked up. */
    public LedgerState withHolds(AccountId account, AccountHolds holdsOfAccount) {
        return withEach(account, state -> state.withHolds(holdsOfAccount));
    }

    /**
     * Returns the same with a recomputed usage row in the place of the one of its limit and span. The thresholds that
     * were crossed in it stay so, which the journal does not know, unless the limit was reset since.
     */
    public LedgerState withUsage(Usage row) {
        return withEach(row.account(), state -> withUsage(state, row));
    }

    /**
     * Returns the same with the alerts of a limit looked up.
     *
     * @param levels the texts of the levels at which it alerted, each with the last instant
     */
    public LedgerState withAlerts(Step.AlertsOf asked, Map<String, Instant> levels) {
        return withEach(asked.account(), state -> state.withAlerts(asked.limit(), levels));
    }

    private static AccountState withUsage(AccountState state, Usage recounted) {
        List<Usage> usage = new ArrayList<>(state.usage().size() + 1);
        Usage row = recounted;
        for (Usage other : state.usage()) {
            if (!other.limit().equals(row.limit()) || !other.span().equals(row.span())) {
                usage.add(other);
            } else if (other.window().equals(row.window()) && other.meter().equals(row.meter())) {
                if (!resetSince(state, other)) {
                    row = row.withPeak(Math.max(row.peak(), other.peak())).withDebounced(other.debounced());
                }
                row = row.expiringBy(other.earliestExpiry());
            }
        }
        usage.add(row);
        return state.withUsage(usage);
    }

    private static boolean resetSince(AccountState state, Usage row) {
        return state.limits().stream().anyMatch(entry -> row.isOf(entry.limit()) && !entry.counts(row.updatedAt()));
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
        now = noEarlierThanSeen(chain, now);
        return overflows.isEmpty() ? now : noEarlierThanSeenByOverflows(now);
    }

    /**
     * Returns the account that is furthest ahead of a clock, or {@code null} if none is by more than a bound. Steps of such an
     * account are decided at the instant that it has seen, until the clock comes there.
     */
    public @Nullable Ahead ahead(Instant clock, Duration bound) {
        Ahead furthest = null;
        for (AccountState account : chain) {
            Instant seen = noEarlierThanSeen(List.of(account), clock);
            boolean further = furthest == null || seen.isAfter(furthest.seen());
            furthest = further && seen.isAfter(clock.plus(bound)) ? new Ahead(account.id(), seen) : furthest;
        }
        return furthest;
    }

    /**
     * An account that is ahead of the clock.
     *
     * @param seen the latest instant that it has seen
     */
    public record Ahead(AccountId account, Instant seen) {}

    private Instant noEarlierThanSeenByOverflows(Instant clock) {
        Instant now = clock;
        for (List<AccountState> overflow : overflows.values()) {
            now = noEarlierThanSeen(overflow, now);
        }
        return now;
    }

    private static Instant noEarlierThanSeen(List<AccountState> accounts, Instant clock) {
        Instant now = clock;
        for (AccountState account : accounts) {
            for (Usage row : account.usage()) {
                now = later(now, row.updatedAt());
            }
            for (LimitEntry entry : account.limits()) {
                now = later(now, entry.countedSince());
            }
        }
        return now;
    }

    private static Instant later(Instant one, Instant another) {
        return another.isAfter(one) ? another : one;
    }
}
