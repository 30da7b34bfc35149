package org.quotaledger.accounting;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.account.AccountStatus;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.Suspension;
import org.quotaledger.reservation.CheckAnswer;
import org.quotaledger.reservation.Decision;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.HoldPeriod;
import org.quotaledger.reservation.LimitRefusal;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.Refused;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.reservation.ReservationState.Operation;
import org.quotaledger.reservation.ReservationState.Terms;
import org.quotaledger.reservation.ReservationStatus;
import org.quotaledger.reservation.ReserveMode;
import org.quotaledger.reservation.UnbilledReason;
import org.quotaledger.window.WindowSpan;

/** The rules of reserve and check. */
final class Reserving {

    private Reserving() {}

    static Decision reserve(Command.Reserve command, UnitOfWork work) {
        ReservationState known = work.known();
        if (known != null) {
            return work.unchanged(replay(command, known, work.now()));
        }
        UnbilledReason unbilled = command.unbilled();
        Asked asked = new Asked(command.account(), command.charge(), unbilled != null);
        if (unbilled != null && command.charge().isNone()) {
            Refusal refused = byAccount(asked, work);
            return refused != null ? work.unchanged(unremembered(refused)) : passUnbilled(command, unbilled, work);
        }
        Admissible admissible = admissible(asked, command.mode(), work);
        Refused refused = admissible.refused();
        if (refused != null) {
            return work.unchanged(unbilled == null ? refused : unremembered(refused.refusal()));
        }
        return hold(command, admissible.charge(), admissible.observed(), work);
    }

    static CheckAnswer check(Command.Check command, UnitOfWork work) {
        Admissible admissible = admissible(new Asked(command.account(), command.charge(), false), command.mode(), work);
        return work.unchanged(
                admissible.refused() != null ? admissible.refused() : new CheckAnswer.Admissible(admissible.charge()));
    }

    /** What is not billed is refused for less than what is: that is not remembered. */
    private static Refused unremembered(Refusal refusal) {
        return new Refused(refusal, null);
    }

    /**
     * The question of a reserve or a check.
     *
     * @param charge the amounts asked for; of an unbilled request those that still count
     */
    private record Asked(AccountId account, Charge charge, boolean unbilled) {

        Asked of(AccountId another) {
            return new Asked(another, charge, unbilled);
        }

        /**
         * Whether a suspension of that account refuses it, if there is one. A suspension is about quota: it refuses an
         * unbilled request only if its limit is on a meter that the request counts.
         */
        boolean suspendedBy(WorkingAccount account) {
            LimitEntry cause = unbilled ? Suspending.cause(account) : null;
            return !unbilled
                    || (cause != null && charge.amount(cause.limit().meter()).isPresent());
        }
    }

    private static Decision replay(Command.Reserve command, ReservationState known, Instant now) {
        Declined.Conflict conflict = conflict(command, known);
        return conflict != null ? conflict : new Decision.Held(known.at(now), true, null);
    }

    /** Returns what tells a reserve from the one that has used its id, or {@code null} if it is the same. */
    static Declined.@Nullable Conflict conflict(Command.Reserve command, ReservationState known) {
        return Conflicts.first(
                command.reservation(),
                Conflicts.field("operation", known.terms().operation(), Operation.RESERVE),
                Conflicts.field("account", known.account(), command.account()),
                Conflicts.field("charge", known.requested(), command.charge()),
                Conflicts.field("mode", known.terms().mode(), command.mode()),
                command.asksTimeToLive()
                        ? Conflicts.field("timeToLive", known.terms().timeToLive(), command.timeToLive())
                        : null,
                Conflicts.field("tags", known.tags(), command.request().tags()),
                // A settle can have found that a request cannot be billed which was reserved to be, or for another
                // reason: that is no conflict.
                command.charge().isNone() || known.status() != ReservationStatus.SETTLED
                        ? Conflicts.field("unbilled", known.unbilled(), command.unbilled())
                        : null);
    }

    /**
     * The state of the accounts comes before every limit. Of several at fault the gravest is named, of equally grave ones
     * the nearest. What ends a suspension, and when, is not told yet: that depends on the limits.
     */
    private static @Nullable Refusal byAccount(Asked asked, UnitOfWork work) {
        List<WorkingAccount> chain = work.accounts();
        Instant now = work.now();
        AccountId id = asked.account();
        if (chain.isEmpty()) {
            return new Refusal(RefusalCode.ACCOUNT_UNKNOWN, id, id, List.of(), now, null);
        }
        RefusalCode gravest = null;
        AccountId cause = id;
        for (WorkingAccount account : chain) {
            AccountEntry entry = account.entry();
            RefusalCode code =
                    code(asked.suspendedBy(account) ? entry.statusAt(now) : entry.statusUnlessSuspended(now));
            if (code != null && (gravest == null || code.compareTo(gravest) < 0)) {
                gravest = code;
                cause = account.id();
            }
        }
        return gravest == null ? null : new Refusal(gravest, id, cause, List.of(), now, null);
    }

    private static @Nullable RefusalCode code(AccountStatus status) {
        return switch (status) {
            case ACTIVE -> null;
            case DISABLED -> RefusalCode.ACCOUNT_DISABLED;
            case SUSPENDED -> RefusalCode.ACCOUNT_SUSPENDED;
            case EXPIRED -> RefusalCode.ACCOUNT_EXPIRED;
            case DELETED -> RefusalCode.ACCOUNT_UNKNOWN;
        };
    }

    /** Returns when the last suspension ends by itself, or {@code null} if one does not. */
    private static @Nullable Instant resumesAt(Asked asked, UnitOfWork work) {
        Instant latest = work.now();
        for (WorkingAccount account : work.accounts()) {
            Suspension suspension = suspension(asked, account);
            if (suspension != null && suspension.until() == null) {
                return null;
            }
            Instant until = suspension == null ? null : suspension.until();
            latest = until != null && until.isAfter(latest) ? until : latest;
        }
        return latest;
    }

    /** Returns the suspension of an account that refuses the request, or {@code null}. */
    private static @Nullable Suspension suspension(Asked asked, WorkingAccount account) {
        return asked.suspendedBy(account) ? account.entry().suspensionAt(account.now()) : null;
    }

    /** Returns the limits that have suspended the accounts; an account that a person suspended has none. */
    private static List<LimitRefusal> suspending(Asked asked, UnitOfWork work) {
        List<LimitRefusal> limits = new ArrayList<>();
        for (WorkingAccount account : work.accounts()) {
            Suspension suspension = suspension(asked, account);
            LimitEntry cause = suspension == null ? null : Suspending.cause(account);
            if (suspension == null || cause == null) {
                continue;
            }
            Meter meter = cause.limit().meter();
            WorkingAccount.Totals totals = account.totals(cause, account.rowAt(cause, work.now()));
            WindowSpan open = account.openSpan(cause, suspension.since());
            limits.add(new LimitRefusal(
                    account.id(),
                    cause.limit(),
                    RefusalCode.ACCOUNT_SUSPENDED,
                    Amount.ofUnits(asked.charge().units(meter), meter),
                    Amount.ofUnits(totals.used(), meter),
                    Amount.ofUnits(totals.held(), meter),
                    open != null ? open : cause.limit().window().spanAt(suspension.since()),
                    suspension.until()));
        }
        return limits;
    }

    private static Decision passUnbilled(Command.Reserve command, UnbilledReason reason, UnitOfWork work) {
        Instant now = work.now();
        ReservationState passed = reservation(command, Charge.NONE, null, work, now)
                .settled(Settling.settlement(Charge.NONE, Charge.NONE, false), reason, now);
        note(work, JournalKind.UNBILLED, passed, reason.name());
        work.dropHolds();
        return work.done(new Decision.Held(passed, false, null), passed);
    }

    private static void note(UnitOfWork work, JournalKind kind, ReservationState of, String reason) {
        for (WorkingAccount account : work.accounts()) {
            work.journal(Journal.note(kind, of, account.id(), work.now(), reason));
        }
    }

    private static Decision hold(Command.Reserve command, Charge charge, @Nullable Refusal observed, UnitOfWork work) {
        ReservationState held = reservation(command, charge, observed, work, work.now());
        for (WorkingAccount account : work.accounts()) {
            for (Amount amount : charge.amounts()) {
                for (LimitEntry entry : account.limits()) {
                    if (entry.limit().meter().equals(amount.meter())) {
                        Counting.addHeld(work, account, entry, amount.units(), held.reservedAt(), held.expiresAt());
                    }
                }
                work.keep(new Hold(
                        held.terms().request(),
                        account.id(),
                        held.chain().indexOf(account.id()),
                        amount.meter(),
                        amount.units(),
                        0,
                        held.period(),
                        false));
            }
        }
        if (observed != null) {
            note(work, JournalKind.OBSERVED, held, observed.code().text());
        }
        return work.done(new Decision.Held(held, false, observed), held);
    }

    static ReservationState reservation(
            Command.Reserve command, Charge held, @Nullable Refusal observed, UnitOfWork work, Instant reservedAt) {
        Terms terms = new Terms(
                command.request(),
                Operation.RESERVE,
                work.chain(),
                command.charge(),
                command.mode(),
                command.timeToLive(),
                observed == null ? null : observed.code());
        return new ReservationState(
                terms,
                held,
                new HoldPeriod(reservedAt, reservedAt.plus(command.timeToLive())),
                ReservationStatus.HELD,
                null,
                command.unbilled(),
                null,
                null);
    }

    /**
     * What accounts and limits let a reserve have, or why not.
     *
     * @param charge what is granted
     * @param refused why it is refused, or {@code null}
     * @param observed what it would have been refused for, or {@code null}
     * @param overflowsTo the account that is charged instead, or {@code null}; it is refused then
     */
    private record Admissible(
            Charge charge,
            @Nullable Refused refused,
            @Nullable Refusal observed,
            @Nullable AccountId overflowsTo) {}

    /** Asks the account, and where its limits overflow the account that they overflow to: once, and no further. */
    private static Admissible admissible(Asked asked, ReserveMode mode, UnitOfWork work) {
        Admissible own = onChain(asked, mode, work);
        AccountId to = own.overflowsTo();
        if (to == null) {
            return own;
        }
        List<WorkingAccount> chain = work.facts().overflow(to);
        Instant seen = UnitOfWork.noEarlierThanSeen(chain, work.now());
        if (seen.isAfter(work.now())) {
            // All of a step is decided at one instant.
            work.begin(seen);
            return admissible(asked, mode, work);
        }
        work.overflowTo(chain);
        Admissible other = onChain(asked.of(to), mode, work);
        if (other.refused() == null) {
            return other;
        }
        Refused first = Objects.requireNonNull(own.refused());
        Refused both = new Refused(
                first.refusal().joined(other.refused().refusal()),
                Standing.both(first.scope(), other.refused().scope()));
        return new Admissible(asked.charge(), both, null, null);
    }

    private static Admissible onChain(Asked asked, ReserveMode mode, UnitOfWork work) {
        Refusal byAccount = byAccount(asked, work);
        if (byAccount != null) {
            Refused refused = byAccount.code() == RefusalCode.ACCOUNT_SUSPENDED
                    ? bySuspension(byAccount, asked, mode, work)
                    : new Refused(byAccount, Standing.byAccount(work));
            return new Admissible(asked.charge(), refused, null, null);
        }
        Expiring.expireHolds(work);
        return byLimits(work, asked.charge(), mode);
    }

    /** It names the limits that suspended the accounts, and the instant at which the request would be admitted. */
    private static Refused bySuspension(Refusal byAccount, Asked asked, ReserveMode mode, UnitOfWork work) {
        work.ranges().onlyFound();
        Expiring.expireHolds(work);
        Refusal refusal = byAccount.by(suspending(asked, work)).retryAt(afterSuspension(work, asked, mode));
        return new Refused(refusal, Standing.bySuspension(work, asked.charge()));
    }

    /** Returns the earliest instant at which no suspension lasts and the limits have room, or {@code null}. */
    private static @Nullable Instant afterSuspension(UnitOfWork work, Asked asked, ReserveMode mode) {
        Charge requested = asked.charge();
        Instant resumesAt = resumesAt(asked, work);
        if (resumesAt == null) {
            return null;
        }
        if (mode == ReserveMode.OBSERVE) {
            return RoomTime.retryAt(work, Charge.NONE, List.of(), resumesAt);
        }
        List<RoomTime.Lacking> all = new ArrayList<>();
        for (Amount amount : requested.amounts()) {
            for (WorkingAccount account : work.accounts()) {
                for (LimitEntry entry : account.limits()) {
                    boolean refuses = !entry.limit().onExhaustion().observes()
                            && entry.limit().onExhaustion().overflow().isEmpty();
                    if (refuses && amount.units() > 0 && entry.limit().meter().equals(amount.meter())) {
                        Counter row = account.rowAt(entry, work.now());
                        all.add(new RoomTime.Lacking(account, entry, row, amount, wanted(amount, mode), null));
                    }
                }
            }
        }
        return RoomTime.retryAt(work, requested, all, resumesAt);
    }

    /** How many units of an amount have to fit. */
    private static long wanted(Amount amount, ReserveMode mode) {
        return mode == ReserveMode.AT_MOST ? Math.min(1, amount.units()) : amount.units();
    }

    private static Admissible byLimits(UnitOfWork work, Charge requested, ReserveMode mode) {
        List<RoomTime.Lacking> lacking = new ArrayList<>(0);
        List<Amount> granted = mode == ReserveMode.AT_MOST
                ? new ArrayList<>(requested.amounts().size())
                : List.of();
        for (Amount amount : requested.amounts()) {
            long fits = amount.units();
            for (WorkingAccount account : work.accounts()) {
                for (LimitEntry entry : account.limits()) {
                    if (entry.limit().meter().equals(amount.meter())) {
                        Counter row = account.rowAt(entry, work.now());
                        long room = room(account, entry, row, amount.units());
                        long wanted = wanted(amount, mode);
                        if (room < wanted) {
                            lacking.add(new RoomTime.Lacking(account, entry, row, amount, wanted, null));
                        }
                        if (!entry.limit().onExhaustion().observes()) {
                            fits = Math.min(fits, room);
                        }
                    }
                }
            }
            if (mode == ReserveMode.AT_MOST) {
                granted.add(Amount.ofUnits(fits, amount.meter()));
            }
        }
        Charge admitted = mode == ReserveMode.AT_MOST ? new Charge(granted) : requested;
        return byLacking(work, requested, admitted, mode, lacking);
    }

    /** A limit that only observes refuses nothing, and one that overflows refuses only where another one refuses. */
    private static Admissible byLacking(
            UnitOfWork work, Charge requested, Charge granted, ReserveMode mode, List<RoomTime.Lacking> lacking) {
        if (lacking.isEmpty()) {
            return new Admissible(granted, null, null, null);
        }
        List<RoomTime.Lacking> inTheWay = mode == ReserveMode.OBSERVE
                ? List.of()
                : lacking.stream().filter(lack -> !lack.observed()).toList();
        if (inTheWay.isEmpty()) {
            RoomTime.Found found = RoomTime.refusal(work, requested, lacking);
            return new Admissible(granted, null, found.refusal(), null);
        }
        boolean overflows = inTheWay.stream().allMatch(lack -> lack.overflowsTo() != null);
        RoomTime.Found found = RoomTime.refusal(work, requested, inTheWay);
        return new Admissible(
                granted,
                new Refused(found.refusal(), Standing.byLimits(work, requested, mode, found)),
                null,
                overflows ? inTheWay.get(0).overflowsTo() : null);
    }

    /**
     * Returns how much of {@code units} fits a limit beside a row of it. Nothing always fits.
     *
     * @param row the row it would count in; {@code null} if no span of the window is open: then nothing else fits
     */
    static long room(WorkingAccount account, LimitEntry entry, @Nullable Counter row, long units) {
        if (units == 0 || row == null) {
            return 0;
        }
        WorkingAccount.Totals totals = account.totals(entry, row);
        long amount = entry.limit().amount().units();
        long room = entry.limit().boundary().room(amount, totals.used(), totals.held(), units);
        account.ranges().room(entry.limit(), row, units, room == units);
        return room;
    }
}
