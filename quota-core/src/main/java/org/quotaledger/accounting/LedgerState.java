package org.quotaledger.accounting;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
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
 * @param facts answers for state that is seldom needed
 */
public record LedgerState(
        List<AccountState> chain,
        @Nullable ReservationState reservation,
        List<Hold> holds,
        @Nullable RefundState refund,
        Facts facts) {

    /** All but the reservation and the refund are required. */
    public LedgerState {
        Objects.requireNonNull(chain, "chain");
        chain = List.copyOf(chain);
        holds = List.copyOf(holds);
        Objects.requireNonNull(facts, "facts");
    }

    /** Returns the ids of the accounts of the chain. */
    public List<AccountId> accountIds() {
        return chain.stream().map(AccountState::id).toList();
    }

    /** Returns the same with rows of the chain recounted, and other facts. */
    LedgerState with(List<Usage> recounted, Facts others) {
        return new LedgerState(withRecounted(chain, recounted), reservation, holds, refund, others);
    }

    static List<AccountState> withRecounted(List<AccountState> accounts, List<Usage> recounted) {
        return accounts.stream()
                .map(account -> {
                    AccountState changed = account;
                    for (Usage row : recounted) {
                        changed = row.account().equals(account.id()) ? changed.withRecounted(row) : changed;
                    }
                    return changed;
                })
                .toList();
    }

    /** Returns the same with another state of the reservation. */
    LedgerState withReservation(ReservationState changed) {
        return new LedgerState(chain, changed, holds, refund, facts);
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
        return noEarlierThanSeen(chain, now);
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

    /** Returns the later of an instant and what accounts have seen. */
    static Instant noEarlierThanSeen(List<AccountState> accounts, Instant clock) {
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
