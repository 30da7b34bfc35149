package org.quotaledger.accounting;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.account.AccountStatus;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.Suspension;
import org.quotaledger.reservation.CheckAnswer;
import org.quotaledger.reservation.Decision;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.Refused;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.reservation.ReservationState.Origin;
import org.quotaledger.reservation.ReservationStatus;
import org.quotaledger.reservation.ReserveMode;
import org.quotaledger.reservation.UnbilledReason;

/** The rules of reserve and check. */
final class Reserving {

    private Reserving() {}

    static Step<Decision> reserve(Command.Reserve command, LedgerState state, Instant now) {
        ReservationState known = state.reservation();
        if (known != null) {
            return Step.Done.unchanged(replay(command, known));
        }
        UnbilledReason unbilled = command.unbilled();
        Refusal byAccount = refusedByAccount(command.account(), state, now, unbilled != null);
        if (byAccount != null) {
            // What is not billed is refused for less than what is: that is not remembered.
            return Step.Done.unchanged(
                    new Refused(byAccount, unbilled == null ? Standing.byAccount(state, now) : null));
        }
        Draft draft = new Draft(state, now);
        if (unbilled != null) {
            return passUnbilled(command, unbilled, draft);
        }
        draft.expireHolds();
        Admissible admissible = admissible(draft, command.charge(), command.mode());
        if (draft.lacksSomething()) {
            return draft.needs();
        }
        Refused refused = admissible.refused();
        if (refused != null && command.mode() != ReserveMode.OBSERVE) {
            return Step.Done.unchanged(refused);
        }
        return hold(command, admissible.charge(), refused == null ? null : refused.refusal(), draft);
    }

    static Step<CheckAnswer> check(Command.Check command, LedgerState state, Instant now) {
        Refusal byAccount = refusedByAccount(command.account(), state, now, false);
        if (byAccount != null) {
            return Step.Done.unchanged(new Refused(byAccount, Standing.byAccount(state, now)));
        }
        Draft draft = new Draft(state, now);
        draft.expireHolds();
        Admissible admissible = admissible(draft, command.charge(), command.mode());
        if (draft.lacksSomething()) {
            return draft.needs();
        }
        Refused refused = admissible.refused();
        return Step.Done.unchanged(
                refused != null && command.mode() != ReserveMode.OBSERVE
                        ? refused
                        : new CheckAnswer.Admissible(admissible.charge()));
    }

    private static Decision replay(Command.Reserve command, ReservationState known) {
        Declined.Conflict conflict = Conflicts.first(
                command.reservation(),
                Conflicts.field("operation", known.origin(), Origin.RESERVE),
                Conflicts.field("account", known.account(), command.account()),
                Conflicts.field("charge", known.requested(), command.charge()),
                Conflicts.field("mode", known.mode(), command.mode()),
                command.asksTimeToLive()
                        ? Conflicts.field("timeToLive", known.timeToLive(), command.timeToLive())
                        : null,
                Conflicts.field("tags", known.tags(), command.tags()),
                // A settle can have found that a request cannot be billed which was reserved to be: that is no
                // conflict.
                command.charge().isNone() ? Conflicts.field("unbilled", known.unbilled(), command.unbilled()) : null);
        return conflict != null ? conflict : new Decision.Held(known, true, null);
    }

    /**
     * The state of the accounts comes before every limit. Of several at fault the gravest is named, of equally grave ones
     * the nearest. A suspension is about quota, which what is not billed does not touch.
     */
    private static @Nullable Refusal refusedByAccount(
            AccountId asked, LedgerState state, Instant now, boolean unbilled) {
        if (state.chain().isEmpty()) {
            return new Refusal(RefusalCode.ACCOUNT_UNKNOWN, asked, asked, List.of(), now, null);
        }
        RefusalCode gravest = null;
        AccountId cause = asked;
        for (AccountState account : state.chain()) {
            AccountEntry entry = unbilled ? account.entry().withoutSuspension() : account.entry();
            RefusalCode code = code(entry.statusAt(now));
            if (code != null && (gravest == null || code.compareTo(gravest) < 0)) {
                gravest = code;
                cause = account.id();
            }
        }
        if (gravest == null) {
            return null;
        }
        Instant retryAt = gravest == RefusalCode.ACCOUNT_SUSPENDED ? resumesAt(state, now) : null;
        return new Refusal(gravest, asked, cause, List.of(), now, retryAt);
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

    /** Returns when the last suspension ends by itself, or {@code null} if the accounts may not reserve then either. */
    private static @Nullable Instant resumesAt(LedgerState state, Instant now) {
        Instant latest = now;
        for (AccountState account : state.chain()) {
            Suspension suspension = account.entry().suspension();
            Instant until = suspension == null ? null : suspension.until();
            latest = until != null && until.isAfter(latest) ? until : latest;
        }
        for (AccountState account : state.chain()) {
            if (account.entry().statusAt(latest) != AccountStatus.ACTIVE) {
                return null;
            }
        }
        return latest;
    }

    private static Step<Decision> passUnbilled(Command.Reserve command, UnbilledReason reason, Draft draft) {
        Instant now = draft.now();
        ReservationState passed =
                reservation(command, Charge.NONE, null, draft).settled(Charge.NONE, Charge.NONE, reason, now, false);
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
        ReservationState held = reservation(command, charge, observed, draft);
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

    private static ReservationState reservation(
            Command.Reserve command, Charge held, @Nullable Refusal observed, Draft draft) {
        Instant now = draft.now();
        return new ReservationState(
                command.reservation(),
                Origin.RESERVE,
                draft.accounts().stream().map(account -> account.state().id()).toList(),
                command.charge(),
                held,
                command.mode(),
                command.timeToLive(),
                command.tags(),
                command.unbilled(),
                observed == null ? null : observed.code(),
                now,
                now.plus(command.timeToLive()),
                ReservationStatus.HELD,
                null,
                null,
                null,
                held.zero(),
                null,
                false);
    }

    /** What limits let a reserve have, or why not. */
    private record Admissible(Charge charge, @Nullable Refused refused) {}

    private static Admissible admissible(Draft draft, Charge requested, ReserveMode mode) {
        List<RoomTime.Lacking> lacking = new ArrayList<>();
        List<Amount> granted = new ArrayList<>(requested.amounts().size());
        for (Amount amount : requested.amounts()) {
            long fits = amount.units();
            for (AccountDraft account : draft.accounts()) {
                for (LimitEntry entry : account.state().limits()) {
                    if (entry.limit().meter().equals(amount.meter())) {
                        Usage row = account.rowAt(entry, draft.now());
                        long room = room(account, entry, row, amount.units());
                        fits = Math.min(fits, room);
                        long wanted = mode == ReserveMode.AT_MOST ? Math.min(1, amount.units()) : amount.units();
                        if (room < wanted) {
                            lacking.add(new RoomTime.Lacking(account, entry, row, amount, wanted, null));
                        }
                    }
                }
            }
            granted.add(mode == ReserveMode.AT_MOST ? Amount.ofUnits(fits, amount.meter()) : amount);
        }
        RoomTime.Found found =
                lacking.isEmpty() || draft.lacksSomething() ? null : RoomTime.refusal(draft, requested, lacking);
        Refused refused =
                found == null ? null : new Refused(found.refusal(), Standing.byLimits(draft, requested, mode, found));
        return new Admissible(new Charge(granted), refused);
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
