package org.quotaledger.accounting;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.OnExpiry;
import org.quotaledger.reservation.Adjusted;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.Extended;
import org.quotaledger.reservation.Progressed;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.reservation.ReservationStatus;
import org.quotaledger.reservation.ReserveMode;

/** The rules for a hold while it lives: extend, adjust, progress. */
final class Holding {

    private Holding() {}

    static Answer<Extended> extend(Command.Extend command, UnitOfWork work) {
        ReservationState known = work.known();
        Instant now = work.now();
        if (known == null) {
            return declined(work, new Declined.NotFound(command.reservation()));
        }
        if (known.statusAt(now) != ReservationStatus.HELD) {
            return declined(work, new Declined.WrongState(known.id(), known.statusAt(now)));
        }
        Instant expiresAt = now.plus(command.timeToLive());
        if (!expiresAt.isAfter(known.expiresAt())) {
            // A later instant extends it.
            work.ranges().onlyNow();
            return work.unchanged(Answer.done(new Extended(known.expiresAt())));
        }
        work.itsHolds().forEach(hold -> work.keep(hold.withExpiry(expiresAt)));
        return work.done(
                Answer.done(new Extended(expiresAt)), known.changed(known.held(), expiresAt, known.progress()));
    }

    static Answer<Adjusted> adjust(Command.Adjust command, UnitOfWork work) {
        ReservationState known = work.known();
        Instant now = work.now();
        RequestId id = command.reservation();
        if (known == null) {
            return declined(work, new Declined.NotFound(id));
        }
        Charge charge = command.charge();
        if (!charge.sameMeters(known.held())) {
            return declined(work, Meters.mismatch(id, known.held(), charge));
        }
        if (known.statusAt(now) != ReservationStatus.HELD) {
            return declined(work, new Declined.WrongState(id, known.statusAt(now)));
        }
        if (charge.equals(known.held())) {
            return work.unchanged(Answer.done(new Adjusted(charge)));
        }
        Expiring.expireHolds(work);
        List<RoomTime.Lacking> lacking = rehold(work, known, charge, work.itsHolds());
        if (!lacking.isEmpty()) {
            return declined(
                    work,
                    new Declined.NoRoom(
                            id, RoomTime.refusal(work, charge, lacking).refusal()));
        }
        return work.done(Answer.done(new Adjusted(charge)), known.changed(charge, known.expiresAt(), known.progress()));
    }

    /** Holds anew, and returns the limits that lack room for more than was held. */
    private static List<RoomTime.Lacking> rehold(
            UnitOfWork work, ReservationState known, Charge charge, List<Hold> holds) {
        List<RoomTime.Lacking> lacking = new ArrayList<>();
        for (WorkingAccount account : work.accounts()) {
            for (Hold hold : holds) {
                if (!hold.account().equals(account.id())) {
                    continue;
                }
                long units = charge.units(hold.meter());
                boolean needsMore = units > hold.units() && known.terms().mode() != ReserveMode.OBSERVE;
                for (LimitEntry entry : account.limits()) {
                    if (entry.limit().meter().equals(hold.meter())) {
                        boolean needsRoom =
                                needsMore && !entry.limit().onExhaustion().observes();
                        Counting.takeHeld(work, account, entry, hold);
                        boolean fits = !needsRoom || fits(work, account, entry, hold, units);
                        Counting.addHeld(
                                work, account, entry, fits ? units : hold.units(), hold.reservedAt(), hold.expiresAt());
                        if (!fits) {
                            Counter row = chargedRow(work, account, entry, hold);
                            Amount wanted = Amount.ofUnits(units, hold.meter());
                            lacking.add(new RoomTime.Lacking(account, entry, row, wanted, units, hold));
                        }
                    }
                }
                work.keep(hold.withUnits(units, due(work, hold.meter(), units, known.progress())));
            }
        }
        return lacking;
    }

    /** Whether a hold that was taken out of a limit's held could come back with so many units. */
    private static boolean fits(UnitOfWork work, WorkingAccount account, LimitEntry entry, Hold hold, long units) {
        Counter row = chargedRow(work, account, entry, hold);
        return row == null || Reserving.room(account, entry, row, units) >= units;
    }

    /**
     * The row that a settle of the hold would charge now. What was reserved before a reset charges none; growing, it has to
     * find room all the same in what is counted since, or a hold from before would be a way past the limit.
     */
    private static @Nullable Counter chargedRow(UnitOfWork work, WorkingAccount account, LimitEntry entry, Hold hold) {
        boolean byNow = entry.limit().chargeTime() == ChargeTime.SETTLE || !entry.counts(hold.reservedAt());
        return account.rowAt(entry, byNow ? work.now() : hold.reservedAt());
    }

    static Answer<Progressed> progress(Command.ReportProgress command, UnitOfWork work) {
        ReservationState known = work.known();
        Instant now = work.now();
        RequestId id = command.reservation();
        if (known == null) {
            return declined(work, new Declined.NotFound(id));
        }
        if (!command.delivered().sameMeters(known.held())) {
            return declined(work, Meters.mismatch(id, known.held(), command.delivered()));
        }
        if (known.statusAt(now) != ReservationStatus.HELD) {
            return declined(work, new Declined.WrongState(id, known.statusAt(now)));
        }
        Charge delivered = most(command.delivered(), known.progress());
        if (delivered.equals(known.progress())) {
            return work.unchanged(Answer.done(new Progressed(delivered)));
        }
        for (Hold hold : work.itsHolds()) {
            work.keep(hold.withUnits(hold.units(), due(work, hold.meter(), hold.units(), delivered)));
        }
        return work.done(
                Answer.done(new Progressed(delivered)), known.changed(known.held(), known.expiresAt(), delivered));
    }

    private static Charge most(Charge delivered, @Nullable Charge before) {
        return before == null
                ? delivered
                : new Charge(delivered.amounts().stream()
                        .map(amount ->
                                Amount.ofUnits(Math.max(amount.units(), before.units(amount.meter())), amount.meter()))
                        .toList());
    }

    /** What the expiry of a hold charges: one figure on every limit, by the choice that charges most. */
    private static long due(UnitOfWork work, Meter meter, long units, @Nullable Charge progress) {
        if (progress == null) {
            return 0;
        }
        OnExpiry choice = null;
        for (WorkingAccount account : work.accounts()) {
            for (LimitEntry entry : account.limits()) {
                OnExpiry other = entry.limit().onExpiry();
                if (entry.limit().meter().equals(meter) && (choice == null || other.compareTo(choice) > 0)) {
                    choice = other;
                }
            }
        }
        return switch (choice == null ? OnExpiry.PROGRESS : choice) {
            case NOTHING -> 0;
            case PROGRESS -> progress.units(meter);
            case HOLD -> Math.max(units, progress.units(meter));
        };
    }

    private static <T> Answer<T> declined(UnitOfWork work, Declined reason) {
        return work.unchanged(Answer.declined(reason));
    }
}
