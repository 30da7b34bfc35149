package org.quotaledger.memory.inplace;

import org.jspecify.annotations.Nullable;
import org.quotaledger.rule.ReservationRecord;

/** A reservation by its id, and its place among the live holds of its account. Guarded by the lock of that account. */
final class KnownReservation {

    final AccountInPlace account;

    private ReservationRecord record;

    /** Whether it is among the live holds. */
    boolean linked;

    @Nullable
    KnownReservation earlier;

    @Nullable
    KnownReservation later;

    KnownReservation(AccountInPlace account, ReservationRecord record) {
        this.account = account;
        this.record = record;
    }

    ReservationRecord record() {
        return record;
    }

    void change(ReservationRecord changed) {
        record = changed;
    }
}
