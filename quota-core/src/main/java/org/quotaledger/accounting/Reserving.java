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
import org.quotaledger.reservation.LimitRefusal;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.Refused;
import org.quotaledger.reservation.ReservationState.Origin;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.reservation.ReservationStatus;
import org.quotaledger.reservation.ReserveMode;
import org.quotaledger.reservation.UnbilledReason;
import org.quotaledger.window.WindowSpan;

/** The rules of reserve and check. */
final class Reserving {

    private Reserving() {}

    static Step<Decision> reserve(Command.Reserve command, LedgerState state, Instant now) {
        ReservationState known = state.reservation();
        if (known != null) {
            return Step.unchanged(replay(command, known, now));
        }
        UnbilledReason unbilled = command.unbilled();
        Asked asked = new Asked(command.account(), command.charge(), unbilled != null);
        if (unbilled != null && command.charge().isNone()) {
            Refusal refused = byAccount(asked, state.chain(), now);
            return refused != null
                    ? Step.unchanged(unremembered(refused))
                    : passUnbilled(command, unbilled, new Draft(state, now));
        }
        Admissible admissible = admissible(asked, command.mode(), state, now);
        Refused refused = admissible.refused();
        if (refused != null) {
            return Step.unchanged(unbilled == null ? refused : unremembered(refused.refusal()));
        }
        return hold(command, admissible.charge(), admissible.observed(), admissible.draft());
    }

    static Step<CheckAnswer> check(Command.Check command, LedgerState state, Instant now) {
        Admissible admissible =
                admissible(new Asked(command.account(), command.charge(), false), command.mode(), state, now);
        return Step.unchanged(
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
        boolean suspendedBy(AccountState account) {
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
                Conflicts.field("operation", known.origin(), Origin.RESERVE),
                Conflicts.field("account", known.account(), command.account()),
                Conflicts.field("charge", known.requested(), command.charge()),
                Conflicts.field("mode", known.mode(), command.mode()),
                command.asksTimeToLive()
                        ? Conflicts.field("timeToLive", known.timeToLive(), command.timeToLive())
                        : null,
                Conflicts.field("tags", known.tags(), command.tags()),
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
    private static @Nullable Refusal byAccount(Asked asked, List<AccountState> chain, Instant now) {
        AccountId id = asked.account();
        if (chain.isEmpty()) {
            return new Refusal(RefusalCode.ACCOUNT_UNKNOWN, id, id, List.of(), now, null);
        }
        RefusalCode gravest = null;
        AccountId cause = id;
        for (AccountState account : chain) {
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
    private static @Nullable Instant resumesAt(Asked asked, Draft draft) {
        Instant latest = draft.now();
        for (AccountDraft account : draft.accounts()) {
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
    private static @Nullable Suspension suspension(Asked asked, AccountDraft account) {
        AccountState state = account.state();
        return asked.suspendedBy(state) ? state.entry().suspensionAt(account.now()) : null;
    }

    /** Returns the limits that have suspended the accounts; an account that a person suspended has none. */
    private static List<LimitRefusal> suspending(Asked asked, Draft draft) {
        List<LimitRefusal> limits = new ArrayList<>();
        for (AccountDraft account : draft.accounts()) {
            Suspension suspension = suspension(asked, account);
            LimitEntry cause = suspension == null ? null : Suspending.cause(account.state());
            if (suspension == null || cause == null) {
                continue;
            }
            Meter meter = cause.limit().meter();
            AccountDraft.Totals totals = account.totals(cause, account.rowAt(cause, draft.now()));
            WindowSpan open = account.openSpan(cause, suspension.since());
            limits.add(new LimitRefusal(
                    account.state().id(),
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

    private static Step<Decision> passUnbilled(Command.Reserve command, UnbilledReason reason, Draft draft) {
        Instant now = draft.now();
        ReservationState passed = reservation(command, Charge.NONE, null, draft, now)
                .settled(Charge.NONE, Charge.NONE, reason, now, false);
        note(draft, JournalKind.UNBILLED, passed, reason.name());
        return draft.step(new Decision.Held(passed, false, null), passed, true);
    }

    private static void note(Draft draft, JournalKind kind, ReservationState of, String reason) {
        for (AccountDraft account : draft.accounts()) {
            draft.journal(Journal.note(kind, of, account.state().id(), draft.now(), reason));
        }
    }

    private static Step<Decision> hold(
            Command.Reserve command, Charge charge, @Nullable Refusal observed, Draft draft) {
        ReservationState held = reservation(command, charge, observed, draft, draft.now());
        for (AccountDraft account : draft.accounts()) {
            for (Amount amount : charge.amounts()) {
                for (LimitEntry entry : account.state().limits()) {
                    if (entry.limit().meter().equals(amount.meter())) {
                        draft.addHeld(account, entry, amount.units(), held.reservedAt(), held.expiresAt());
                    }
                }
                draft.keep(new Hold(
                        held.id(),
                        account.state().id(),
                        held.account(),
                        held.chain().indexOf(account.state().id()),
                        held.tags(),
                        amount.meter(),
                        amount.units(),
                        0,
                        held.reservedAt(),
                        held.expiresAt(),
                        false));
            }
        }
        if (observed != null) {
            note(draft, JournalKind.OBSERVED, held, observed.code().text());
        }
        return draft.step(new Decision.Held(held, false, observed), held, false);
    }

    static ReservationState reservation(
            Command.Reserve command, Charge held, @Nullable Refusal observed, Draft draft, Instant reservedAt) {
        return new ReservationState(
                command.reservation(),
                Origin.RESERVE,
                command.account(),
                draft.chain(),
                command.charge(),
                held,
                command.mode(),
                command.timeToLive(),
                command.tags(),
                command.unbilled(),
                observed == null ? null : observed.code(),
                reservedAt,
                reservedAt.plus(command.timeToLive()),
                ReservationStatus.HELD,
                null,
                null,
                null,
                held.zero(),
                null,
                false);
    }

    /**
     * What accounts and limits let a reserve have, or why not.
     *
     * @param draft the accounts that are charged
     * @param charge what is granted
     * @param refused why it is refused, or {@code null}
     * @param observed what it would have been refused for, or {@code null}
     * @param overflowsTo the account that is charged instead, or {@code null}; it is refused then
     */
    private record Admissible(
            Draft draft,
            Charge charge,
            @Nullable Refused refused,
            @Nullable Refusal observed,
            @Nullable AccountId overflowsTo) {}

    /** Asks the account, and where its limits overflow the account that they overflow to: once, and no further. */
    private static Admissible admissible(Asked asked, ReserveMode mode, LedgerState state, Instant now) {
        Admissible own = onChain(asked, state.chain(), mode, state.facts(), now);
        AccountId to = own.overflowsTo();
        if (to == null) {
            return own;
        }
        List<AccountState> chain = state.facts().overflow(to);
        Instant seen = LedgerState.noEarlierThanSeen(chain, now);
        if (seen.isAfter(now)) {
            // All of a step is decided at one instant.
            return admissible(asked, mode, state, seen);
        }
        Admissible other = onChain(asked.of(to), chain, mode, state.facts(), now);
        if (other.refused() == null) {
            return other;
        }
        Refused first = Objects.requireNonNull(own.refused());
        Refused both = new Refused(
                first.refusal().joined(other.refused().refusal()),
                Standing.both(first.scope(), other.refused().scope()));
        return new Admissible(own.draft(), asked.charge(), both, null, null);
    }

    private static Admissible onChain(
            Asked asked, List<AccountState> chain, ReserveMode mode, Facts facts, Instant now) {
        Draft draft = new Draft(chain, facts, now);
        Refusal byAccount = byAccount(asked, chain, now);
        if (byAccount != null) {
            Refused refused = byAccount.code() == RefusalCode.ACCOUNT_SUSPENDED
                    ? bySuspension(byAccount, asked, mode, draft)
                    : new Refused(byAccount, Standing.byAccount(draft));
            return new Admissible(draft, asked.charge(), refused, null, null);
        }
        draft.expireHolds();
        return byLimits(draft, asked.charge(), mode);
    }

    /** It names the limits that suspended the accounts, and the instant at which the request would be admitted. */
    private static Refused bySuspension(Refusal byAccount, Asked asked, ReserveMode mode, Draft draft) {
        draft.expireHolds();
        Refusal refusal = byAccount.by(suspending(asked, draft)).retryAt(afterSuspension(draft, asked, mode));
        return new Refused(refusal, Standing.bySuspension(draft, asked.charge()));
    }

    /** Returns the earliest instant at which no suspension lasts and the limits have room, or {@code null}. */
    private static @Nullable Instant afterSuspension(Draft draft, Asked asked, ReserveMode mode) {
        Charge requested = asked.charge();
        Instant resumesAt = resumesAt(asked, draft);
        if (resumesAt == null) {
            return null;
        }
        if (mode == ReserveMode.OBSERVE) {
            return RoomTime.retryAt(draft, Charge.NONE, List.of(), resumesAt);
        }
        List<RoomTime.Lacking> all = new ArrayList<>();
        for (Amount amount : requested.amounts()) {
            for (AccountDraft account : draft.accounts()) {
                for (LimitEntry entry : account.state().limits()) {
                    boolean refuses = !entry.limit().onExhaustion().observes()
                            && entry.limit().onExhaustion().overflow().isEmpty();
                    if (refuses && amount.units() > 0 && entry.limit().meter().equals(amount.meter())) {
                        Usage row = account.rowAt(entry, draft.now());
                        all.add(new RoomTime.Lacking(account, entry, row, amount, wanted(amount, mode), null));
                    }
                }
            }
        }
        return RoomTime.retryAt(draft, requested, all, resumesAt);
    }

    /** How many units of an amount have to fit. */
    private static long wanted(Amount amount, ReserveMode mode) {
        return mode == ReserveMode.AT_MOST ? Math.min(1, amount.units()) : amount.units();
    }

    private static Admissible byLimits(Draft draft, Charge requested, ReserveMode mode) {
        List<RoomTime.Lacking> lacking = new ArrayList<>(0);
        List<Amount> granted = mode == ReserveMode.AT_MOST
                ? new ArrayList<>(requested.amounts().size())
                : List.of();
        for (Amount amount : requested.amounts()) {
            long fits = amount.units();
            for (AccountDraft account : draft.accounts()) {
                for (LimitEntry entry : account.state().limits()) {
                    if (entry.limit().meter().equals(amount.meter())) {
                        Usage row = account.rowAt(entry, draft.now());
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
        return byLacking(draft, requested, admitted, mode, lacking);
    }

    /** A limit that only observes refuses nothing, and one that overflows refuses only where another one refuses. */
    private static Admissible byLacking(
            Draft draft, Charge requested, Charge granted, ReserveMode mode, List<RoomTime.Lacking> lacking) {
        if (lacking.isEmpty()) {
            return new Admissible(draft, granted, null, null, null);
        }
        List<RoomTime.Lacking> inTheWay = mode == ReserveMode.OBSERVE
                ? List.of()
                : lacking.stream().filter(lack -> !lack.observed()).toList();
        if (inTheWay.isEmpty()) {
            RoomTime.Found found = RoomTime.refusal(draft, requested, lacking);
            return new Admissible(draft, granted, null, found.refusal(), null);
        }
        boolean overflows = inTheWay.stream().allMatch(lack -> lack.overflowsTo() != null);
        RoomTime.Found found = RoomTime.refusal(draft, requested, inTheWay);
        return new Admissible(
                draft,
                granted,
                new Refused(found.refusal(), Standing.byLimits(draft, requested, mode, found)),
                null,
                overflows ? inTheWay.get(0).overflowsTo() : null);
    }

    /**
     * Returns how much of {@code units} fits a limit beside a row of it. Nothing always fits.
     *
     * @param row the row it would count in; {@code null} if no span of the window is open: then nothing else fits
     */
    static long room(AccountDraft account, LimitEntry entry, @Nullable Usage row, long units) {
        if (units == 0 || row == null) {
            return 0;
        }
        AccountDraft.Totals totals = account.totals(entry, row);
        return entry.limit().boundary().room(entry.limit().amount().units(), totals.used(), totals.held(), units);
    }
}
