package org.quotaledger.accounting;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.accounting.JournalRow.Counted;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.history.Change;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.OnExcess;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Charged;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.HoldPeriod;
import org.quotaledger.reservation.Refunded;
import org.quotaledger.reservation.Released;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.RequestOrigin;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.reservation.ReservationState.Operation;
import org.quotaledger.reservation.ReservationState.Settlement;
import org.quotaledger.reservation.ReservationState.Terms;
import org.quotaledger.reservation.ReservationStatus;
import org.quotaledger.reservation.ReserveMode;
import org.quotaledger.reservation.Settled;
import org.quotaledger.reservation.UnbilledReason;

/** The rules by which a reservation ends and by which used changes: settle, release, expire, direct charge, refund. */
final class Settling {

    private Settling() {}

    static Answer<Settled> settle(Command.Settle command, UnitOfWork work) {
        return settle(command, work.known(), work, false);
    }

    /** @param told whether somebody was told already that it is settled: then no limit can refuse its excess any more */
    static Answer<Settled> settle(
            Command.Settle command, @Nullable ReservationState known, UnitOfWork work, boolean told) {
        Instant now = work.now();
        RequestId id = command.reservation();
        if (known == null) {
            return declined(work, new Declined.NotFound(id));
        }
        if (known.terms().operation() == Operation.CHARGE) {
            return declined(work, new Declined.Conflict(id, "operation", Operation.CHARGE.toString(), "SETTLE"));
        }
        Charge before = known.charged();
        boolean sameReason = command.unbilled() == null || command.unbilled() == known.unbilled();
        if (before != null && command.cost().equals(known.cost()) && sameReason) {
            return work.unchanged(Answer.done(settled(known, before, true)));
        }
        if (!Meters.canSettle(known.held(), command.cost(), command.unbilled())) {
            return declined(work, Meters.mismatch(id, known.held(), command.cost()));
        }
        ReservationStatus status = known.statusAt(now);
        if (status == ReservationStatus.SETTLED) {
            Declined.Conflict conflict = Conflicts.first(
                    id,
                    Conflicts.field("cost", known.cost(), command.cost()),
                    Conflicts.field("unbilled", known.unbilled(), command.unbilled()));
            return declined(work, Objects.requireNonNull(conflict));
        }
        if (status == ReservationStatus.RELEASED) {
            return declined(work, new Declined.WrongState(id, status));
        }
        boolean late = status == ReservationStatus.EXPIRED;
        Charge charged = chargeable(command.cost(), command.unbilled(), known, work, late || told);
        if (charged == null) {
            return declined(
                    work,
                    new Declined.ExcessRefused(
                            id, known.held().toString(), command.cost().toString()));
        }
        // One that was reserved as unbilled stays it, however it is settled.
        UnbilledReason reason = command.unbilled() != null ? command.unbilled() : known.unbilled();
        Expiring.expireHoldsThatOpen(work);
        ReservationState after = known.settled(settlement(command.cost(), charged, late), reason, now);
        if (late && known.status() == ReservationStatus.HELD) {
            work.publish(expired(known));
        }
        for (WorkingAccount account : work.accounts()) {
            for (Amount amount : charged.amounts()) {
                Hold live = live(work, account, amount.meter(), work.itsHolds());
                if (live != null) {
                    settleLive(work, account, live, amount.units());
                } else {
                    takeHold(work, account, amount.meter(), work.itsHolds(), after);
                    Counting.addUsed(
                            work,
                            account,
                            amount.meter(),
                            new Counting.Units(amount.units(), known.reservedAt(), now, id));
                }
            }
            journal(work, account, after, charged, now);
        }
        work.dropHolds();
        return work.done(Answer.done(settled(after, charged, false)), after);
    }

    /**
     * Journals on an account the charge of a settle. An unbilled request is counted by a row of its reason; its charge is in
     * rows with {@code times} 0.
     */
    static void journal(
            UnitOfWork work, WorkingAccount account, ReservationState settled, Charge charged, Instant settledAt) {
        UnbilledReason reason = settled.unbilled();
        for (Amount amount : charged.amounts()) {
            if (reason == null || amount.units() > 0) {
                long times = reason == null ? first(amount, charged) : 0;
                work.journal(row(settled, account, amount, times, settledAt, work.now()));
            }
        }
        if (reason != null) {
            work.journal(Journal.note(JournalKind.UNBILLED, settled, account.id(), work.now(), reason.name()));
        }
    }

    private static JournalRow row(
            ReservationState settled,
            WorkingAccount account,
            Amount amount,
            long times,
            Instant settledAt,
            Instant now) {
        long excess = Math.max(0, amount.units() - settled.held().units(amount.meter()));
        return Journal.row(
                JournalKind.SETTLE,
                settled,
                settled.id(),
                account.id(),
                new Counted(times, amount.meter(), amount.units(), excess),
                settledAt,
                now);
    }

    static Settlement settlement(Charge cost, Charge charged, boolean late) {
        return new Settlement(cost, charged, charged.zero(), late);
    }

    /** Of the rows of a charge, the first counts the request. */
    private static long first(Amount amount, Charge charge) {
        return amount.equals(charge.amounts().get(0)) ? 1 : 0;
    }

    static Settled settled(ReservationState state, Charge charged, boolean replayed) {
        return new Settled(charged, charged.minusOrZero(state.held()), state.late(), replayed);
    }

    /**
     * Returns what a settle charges, or {@code null} if a limit refuses it for being more than was held.
     *
     * @param unbilled why it is not billed, or {@code null}: then the cost is what it counts all the same
     * @param always whether there is no hold left to keep: then the usage is recorded
     */
    static @Nullable Charge chargeable(
            Charge cost, @Nullable UnbilledReason unbilled, ReservationState known, UnitOfWork work, boolean always) {
        return chargeable(unbilled == null ? cost : counted(cost, known), known, work, always);
    }

    /** One that was reserved as unbilled is charged its hold, unless the settle says otherwise. */
    private static Charge counted(Charge said, ReservationState known) {
        return said.isNone() && known.unbilled() != null
                ? known.held()
                : known.held().zero().plus(said);
    }

    private static @Nullable Charge chargeable(Charge cost, ReservationState known, UnitOfWork work, boolean always) {
        if (cost.fitsIn(known.held())) {
            return cost;
        }
        List<Amount> charged = new ArrayList<>(cost.amounts().size());
        for (Amount amount : cost.amounts()) {
            long held = known.held().units(amount.meter());
            if (amount.units() <= held) {
                charged.add(amount);
                continue;
            }
            switch (onExcess(work, amount.meter())) {
                case CHARGE -> charged.add(amount);
                case CAP -> charged.add(Amount.ofUnits(held, amount.meter()));
                case REFUSE -> {
                    if (!always) {
                        return null;
                    }
                    charged.add(amount);
                }
            }
        }
        return new Charge(charged);
    }

    /** A charge is one figure on every limit: the strictest choice counts for all. */
    private static OnExcess onExcess(UnitOfWork work, Meter meter) {
        OnExcess strictest = OnExcess.CHARGE;
        for (WorkingAccount account : work.accounts()) {
            for (LimitEntry entry : account.limits()) {
                OnExcess choice = entry.limit().onExcess();
                if (entry.limit().meter().equals(meter) && choice.compareTo(strictest) > 0) {
                    strictest = choice;
                }
            }
        }
        return strictest;
    }

    /** Returns the hold of a meter on an account that was not counted out, or {@code null}. */
    private static @Nullable Hold live(UnitOfWork work, WorkingAccount account, Meter meter, List<Hold> holds) {
        for (int i = 0; i < holds.size(); i++) {
            Hold before = holds.get(i);
            if (before.meter().equals(meter) && before.account().equals(account.id())) {
                Hold hold = work.latest(before);
                return hold.expired() ? null : hold;
            }
        }
        return null;
    }

    private static void settleLive(UnitOfWork work, WorkingAccount account, Hold hold, long units) {
        for (LimitEntry entry : account.limits()) {
            if (entry.limit().meter().equals(hold.meter())) {
                Counting.settle(work, account, entry, hold, units);
            }
        }
    }

    /** Takes what the reservation holds of a meter on an account away; what its expiry has charged is taken back. */
    private static void takeHold(
            UnitOfWork work, WorkingAccount account, Meter meter, List<Hold> holds, ReservationState reservation) {
        for (Hold before : holds) {
            if (!before.account().equals(account.id()) || !before.meter().equals(meter)) {
                continue;
            }
            Hold hold = work.latest(before);
            if (!hold.expired()) {
                for (LimitEntry entry : account.limits()) {
                    if (entry.limit().meter().equals(meter)) {
                        Counting.takeHeld(work, account, entry, hold);
                    }
                }
            } else if (hold.due() > 0) {
                Counting.addUsed(
                        work,
                        account,
                        meter,
                        new Counting.Units(-hold.due(), hold.reservedAt(), hold.expiresAt(), reservation.id()));
                work.journal(Journal.row(
                        JournalKind.EXPIRE_REVERSAL,
                        reservation,
                        reservation.id(),
                        hold.account(),
                        new Counted(hold.firstDue(holds) ? -1 : 0, meter, -hold.due(), 0),
                        hold.expiresAt(),
                        work.now()));
            }
        }
    }

    static Answer<Released> release(Command.Release command, UnitOfWork work) {
        ReservationState known = work.known();
        Instant now = work.now();
        RequestId id = command.reservation();
        if (known == null) {
            return declined(work, new Declined.NotFound(id));
        }
        ReservationStatus status = known.statusAt(now);
        if (status == ReservationStatus.RELEASED) {
            return work.unchanged(Answer.done(new Released(true)));
        }
        if (status != ReservationStatus.HELD) {
            return declined(work, new Declined.WrongState(id, status));
        }
        ReservationState after = known.ended(ReservationStatus.RELEASED, now);
        for (WorkingAccount account : work.accounts()) {
            for (Meter meter : known.held().meters()) {
                takeHold(work, account, meter, work.itsHolds(), after);
            }
        }
        work.dropHolds();
        return work.done(Answer.done(new Released(false)), after);
    }

    static Boolean expire(UnitOfWork work) {
        ReservationState known = work.known();
        Instant now = work.now();
        if (known == null
                || known.status() != ReservationStatus.HELD
                || known.statusAt(now) != ReservationStatus.EXPIRED) {
            return work.unchanged(false);
        }
        work.ranges().onlyFound();
        Expiring.expireHoldsThatOpen(work);
        for (WorkingAccount account : work.accounts()) {
            for (Hold before : work.itsHolds()) {
                Hold hold = work.latest(before);
                if (!hold.expired() && hold.account().equals(account.id())) {
                    Expiring.expire(work, account, hold, work.itsHolds());
                }
            }
        }
        work.publish(expired(known));
        return work.done(true, known.ended(ReservationStatus.EXPIRED, known.expiresAt()));
    }

    /** It is told by the step that finds the reservation still written down as held: there is one. */
    private static LedgerEvent expired(ReservationState known) {
        return new LedgerEvent.HoldExpired(
                LedgerEvent.id(LedgerEvent.Kind.HOLD_EXPIRED, known.id(), known.reservedAt()),
                known.account(),
                known.expiresAt(),
                known.id());
    }

    static Answer<Charged> charge(Command.DirectCharge command, UnitOfWork work) {
        ReservationState known = work.known();
        Instant now = work.now();
        RequestId id = command.reservation();
        if (known != null) {
            Declined.Conflict conflict = Conflicts.first(
                    id,
                    Conflicts.field("operation", known.terms().operation(), Operation.CHARGE),
                    Conflicts.field("account", known.account(), command.account()),
                    Conflicts.field("charge", known.requested(), command.charge()),
                    Conflicts.field("tags", known.tags(), command.tags()));
            return conflict != null
                    ? declined(work, conflict)
                    : work.unchanged(Answer.done(new Charged(command.charge(), true)));
        }
        if (work.accounts().isEmpty()) {
            return declined(work, new Declined.NoAccount(id, command.account().value()));
        }
        Expiring.expireHoldsThatOpen(work);
        ReservationState charged = chargedAt(command, work);
        ByHand byHand = command.byHand();
        for (WorkingAccount account : work.accounts()) {
            for (Amount amount : command.charge().amounts()) {
                Counting.addUsed(work, account, amount.meter(), new Counting.Units(amount.units(), now, now, id));
                Counted counted = new Counted(first(amount, command.charge()), amount.meter(), amount.units(), 0);
                JournalRow row = Journal.row(JournalKind.CHARGE, charged, id, account.id(), counted, now, now);
                work.journal(byHand == null ? row : row.byHand(byHand.reason()));
            }
        }
        work.note(Change.Kind.CHARGE, byHand, id);
        return work.done(Answer.done(new Charged(command.charge(), false)), charged);
    }

    private static ReservationState chargedAt(Command.DirectCharge command, UnitOfWork work) {
        Instant now = work.now();
        Terms terms = new Terms(
                new RequestOrigin(command.reservation(), command.account(), command.tags()),
                Operation.CHARGE,
                work.chain(),
                command.charge(),
                ReserveMode.ALL_OR_NOTHING,
                Duration.ZERO,
                null);
        Charge nothing = command.charge().zero();
        return new ReservationState(
                terms,
                nothing,
                new HoldPeriod(now, now),
                ReservationStatus.SETTLED,
                null,
                null,
                now,
                settlement(command.charge(), command.charge(), false));
    }

    static Answer<Refunded> refund(Command.Refund command, UnitOfWork work) {
        RefundState before = work.knownRefund();
        if (before != null) {
            Declined.Conflict conflict = Conflicts.first(
                    command.refund(),
                    Conflicts.field("reservation", before.reservation(), command.reservation()),
                    Conflicts.field("charge", before.charge(), command.charge()));
            return conflict != null
                    ? declined(work, conflict)
                    : work.unchanged(Answer.done(new Refunded(before.charge(), before.total(), true)));
        }
        ReservationState known = work.known();
        Instant now = work.now();
        RequestId id = command.reservation();
        if (known == null) {
            return declined(work, new Declined.NotFound(id));
        }
        Charge refund = command.charge();
        if (!known.held().meters().containsAll(refund.meters())) {
            return declined(work, Meters.mismatch(id, known.held(), refund));
        }
        Charge charged = known.charged();
        Instant settledAt = known.endedAt();
        if (charged == null || settledAt == null) {
            return declined(work, new Declined.WrongState(id, known.statusAt(now)));
        }
        Charge left = charged.minusOrZero(known.refunded());
        if (!refund.fitsIn(left)) {
            return declined(work, new Declined.RefundTooLarge(id, left.toString(), refund.toString()));
        }
        ReservationState after = known.refunded(known.refunded().plus(refund));
        ByHand byHand = command.byHand();
        for (WorkingAccount account : work.accounts()) {
            for (Amount amount : refund.amounts()) {
                Counting.addUsed(
                        work,
                        account,
                        amount.meter(),
                        new Counting.Units(-amount.units(), known.reservedAt(), settledAt, command.refund()));
                Counted counted = new Counted(first(amount, refund), amount.meter(), -amount.units(), 0);
                JournalRow row =
                        Journal.row(JournalKind.REFUND, after, command.refund(), account.id(), counted, settledAt, now);
                work.journal(byHand == null ? row : row.byHand(byHand.reason()));
            }
        }
        work.note(Change.Kind.REFUND, byHand, command.refund());
        RefundState refunded = new RefundState(command.refund(), id, refund, after.refunded(), now);
        work.refund(refunded);
        return work.done(Answer.done(new Refunded(refund, after.refunded(), false)), after);
    }

    static <T> Answer<T> declined(UnitOfWork work, Declined reason) {
        return work.unchanged(Answer.declined(reason));
    }
}
