package org.quotaledger.accounting;

import java.time.Instant;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.reservation.Settled;

/** Decides on requests that were let through while the store could not be asked, once it can be. */
final class Recording {

    private Recording() {}

    static Answer<Settled> record(Command.RecordUse command, UnitOfWork work) {
        Command.Reserve asked = command.reserve();
        RequestId id = asked.reservation();
        ReservationState known = work.known();
        Instant now = work.now();
        work.ranges().onlyFound();
        if (known != null) {
            // Its reserve had come through after all, or this was recorded before.
            Declined.Conflict conflict = Reserving.conflict(asked, known);
            return conflict != null
                    ? Settling.declined(work, conflict)
                    : Settling.settle(
                            new Command.Settle(id, command.cost(), command.unbilled(), known.chain()),
                            holdingAsMuch(known, command.held()),
                            work,
                            true);
        }
        if (!Meters.canSettle(command.held(), command.cost(), command.unbilled())) {
            return Settling.declined(work, Meters.mismatch(id, command.held(), command.cost()));
        }
        if (work.accounts().isEmpty()) {
            return Settling.declined(
                    work, new Declined.NoAccount(id, asked.account().value()));
        }
        Expiring.expireHoldsThatOpen(work);
        Instant reservedAt = now.minus(command.reservedAgo());
        Instant settledAt = now.minus(command.settledAgo());
        if (!isOpenAt(work, asked.charge(), reservedAt, settledAt)) {
            reservedAt = now;
            settledAt = now;
        }
        ReservationState reserved = Reserving.reservation(asked, command.held(), null, work, reservedAt);
        Charge charged = Settling.chargeable(command.cost(), command.unbilled(), reserved, work, true);
        if (charged == null) {
            throw new IllegalStateException("the use of " + id + " did happen, and is not to be refused");
        }
        return work.done(
                Answer.done(new Settled(charged, charged.minusOrZero(command.held()), command.late(), false)),
                charge(work, reserved, command, charged, settledAt));
    }

    /**
     * Whoever let it through may have adjusted what it holds, which the store does not know: what was no excess there is
     * none here. One that is settled stays what it is.
     */
    private static ReservationState holdingAsMuch(ReservationState known, Charge held) {
        return known.charged() != null || held.fitsIn(known.held())
                ? known
                : known.changed(known.held().plus(held.minusOrZero(known.held())), known.expiresAt(), known.progress());
    }

    private static ReservationState charge(
            UnitOfWork work, ReservationState reserved, Command.RecordUse command, Charge charged, Instant settledAt) {
        ReservationState settled = reserved.settled(
                Settling.settlement(command.cost(), charged, command.late()), command.unbilled(), settledAt);
        for (WorkingAccount account : work.accounts()) {
            for (Amount amount : charged.amounts()) {
                Counting.addUsed(
                        work,
                        account,
                        amount.meter(),
                        new Counting.Units(amount.units(), settled.reservedAt(), settledAt, settled.id()));
            }
            Settling.journal(work, account, settled, charged, settledAt);
        }
        return settled;
    }

    /**
     * Whether every window that opens with its first use was open then. One that was not cannot be opened in the past,
     * where it might overlap the one that was open since: such a request counts, everywhere, as one of now.
     */
    private static boolean isOpenAt(UnitOfWork work, Charge charge, Instant reservedAt, Instant settledAt) {
        for (WorkingAccount account : work.accounts()) {
            for (LimitEntry entry : account.limits()) {
                boolean counts = charge.amount(entry.limit().meter()).isPresent()
                        && entry.limit().window().opensWithUse();
                Instant at = entry.limit().chargeTime() == ChargeTime.SETTLE ? settledAt : reservedAt;
                if (counts && account.openSpan(entry, at) == null) {
                    return false;
                }
            }
        }
        return true;
    }
}
