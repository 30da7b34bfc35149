package org.quotaledger.memory.inplace;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.rule.Counter;
import org.quotaledger.rule.Facts;
import org.quotaledger.rule.ReservationRecord;
import org.quotaledger.rule.UnitOfWork;
import org.quotaledger.rule.WorkingAccount;

/**
 * An account whose counters the rule changes in place, its live holds in the order of their expiry, and the records that
 * ended on it. Guarded by its lock.
 */
final class AccountInPlace implements Facts {

    final ReentrantLock lock = new ReentrantLock();

    /** Reused by every step of this account alone. */
    final UnitOfWork work;

    private final WorkingAccount account;
    private final List<ReservationRecord> journal = new ArrayList<>(0);
    private @Nullable KnownReservation firstHold;
    private @Nullable KnownReservation lastHold;

    AccountInPlace(WorkingAccount account) {
        this.account = account;
        this.work = new UnitOfWork(List.of(account), this);
    }

    /** Adds a hold. Times to live are mostly alike, so its place is near the end. */
    void link(KnownReservation hold) {
        Instant expiresAt = hold.record().grant().expiresAt();
        KnownReservation before = lastHold;
        while (before != null && before.record().grant().expiresAt().isAfter(expiresAt)) {
            before = before.earlier;
        }
        KnownReservation after = before == null ? firstHold : before.later;
        hold.earlier = before;
        hold.later = after;
        hold.linked = true;
        if (before == null) {
            firstHold = hold;
        } else {
            before.later = hold;
        }
        if (after == null) {
            lastHold = hold;
        } else {
            after.earlier = hold;
        }
        noteEarliest();
    }

    void unlink(KnownReservation hold) {
        KnownReservation before = hold.earlier;
        KnownReservation after = hold.later;
        if (before == null) {
            firstHold = after;
        } else {
            before.later = after;
        }
        if (after == null) {
            lastHold = before;
        } else {
            after.earlier = before;
        }
        hold.earlier = null;
        hold.later = null;
        hold.linked = false;
        noteEarliest();
    }

    private void noteEarliest() {
        KnownReservation first = firstHold;
        account.setEarliestExpiry(first == null ? null : first.record().grant().expiresAt());
    }

    void journal(ReservationRecord settled) {
        journal.add(settled);
    }

    List<ReservationRecord> journal() {
        return journal;
    }

    WorkingAccount account() {
        return account;
    }

    @Override
    public List<ReservationRecord> expiredHolds(AccountId id, Instant now, int max) {
        List<ReservationRecord> expired = new ArrayList<>();
        for (KnownReservation hold = firstHold; hold != null && expired.size() < max; hold = firstHold) {
            if (now.isBefore(hold.record().grant().expiresAt())) {
                break;
            }
            expired.add(hold.record());
            unlink(hold);
        }
        return expired;
    }

    @Override
    public @Nullable Instant freedByExpiry(AccountId id, QuotaLimit limit, Counter counter, long units) {
        long freed = 0;
        for (KnownReservation hold = firstHold; hold != null; hold = hold.later) {
            ReservationRecord.Grant grant = hold.record().grant();
            if (counter.span().contains(grant.reservedAt())) {
                freed += grant.held().units(limit.meter());
                if (freed >= units) {
                    return grant.expiresAt();
                }
            }
        }
        return null;
    }
}
