package org.quotaledger.rule;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Charge;

/**
 * The working copy that a command reads and changes: the accounts of its chain, nearest first, and the reservation of its
 * id. A store opens it, has a command decided, and persists the changes. Not thread-safe: confined to one step.
 */
public final class UnitOfWork {

    private static final int EXPIRED_AT_ONCE = 256;

    private final List<WorkingAccount> chain;
    private final List<AccountId> chainIds;
    private final Facts facts;
    private final ConcernedCounters counters = new ConcernedCounters();

    private @Nullable ReservationRecord reservation;

    /** Whether the reservation still counts on the accounts: an expired hold is taken off by whichever step finds it. */
    private boolean held;

    private boolean reservationChanged;

    /** Opens a unit of work over accounts, nearest first; none if the account is unknown. */
    public UnitOfWork(List<WorkingAccount> chain, Facts facts) {
        this.chain = List.copyOf(chain);
        this.chainIds = this.chain.stream().map(WorkingAccount::id).toList();
        this.facts = Objects.requireNonNull(facts, "facts");
    }

    /**
     * Begins the step of one command.
     *
     * @param stored the reservation of the command's id, or {@code null} if there is none
     * @param counts whether its hold is still part of the accounts' held units
     */
    public UnitOfWork begin(@Nullable ReservationRecord stored, boolean counts) {
        reservation = stored;
        held = counts;
        reservationChanged = false;
        return this;
    }

    /** Returns the reservation of the command's id, as this step leaves it; {@code null} if there is none. */
    public @Nullable ReservationRecord reservation() {
        return reservation;
    }

    /** Returns whether the step made, settled or released the reservation. */
    public boolean reservationChanged() {
        return reservationChanged;
    }

    int size() {
        return chain.size();
    }

    WorkingAccount account(int index) {
        return chain.get(index);
    }

    /** Returns the counters that a charge at an instant concerns; valid until this is called again. */
    ConcernedCounters counters(Charge charge, Instant at) {
        return counters.fill(chain, charge, at);
    }

    List<AccountId> chainIds() {
        return chainIds;
    }

    Facts facts() {
        return facts;
    }

    boolean holdCounts() {
        return held;
    }

    void put(ReservationRecord changed) {
        reservation = changed;
        reservationChanged = true;
    }

    /** Takes the holds off that have expired, so that no decision counts a dead one. */
    void expireHolds(Instant now) {
        for (int i = 0; i < chain.size(); i++) {
            if (chain.get(i).hasExpiredHolds(now)) {
                expireHolds(chain.get(i), now);
            }
        }
    }

    private void expireHolds(WorkingAccount account, Instant now) {
        List<ReservationRecord> expired;
        do {
            expired = facts.expiredHolds(account.id(), now, EXPIRED_AT_ONCE);
            for (ReservationRecord hold : expired) {
                ReservationRecord.Grant grant = hold.grant();
                counters.fill(List.of(account), grant.held(), grant.reservedAt())
                        .giveBack(grant.held());
            }
        } while (expired.size() == EXPIRED_AT_ONCE);
    }
}
