package org.quotaledger.accounting;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.policy.Boundary;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.LimitRefusal;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.window.WindowSpan;

/**
 * When a limit that lacks room will have it, if nothing else happens: what is used goes when its span stops counting,
 * what is held goes when its hold expires, or turns into use as far as its expiry is charged.
 */
final class RoomTime {

    private RoomTime() {}

    /**
     * A limit that lacks room.
     *
     * @param row the row that the charge would count in, or {@code null} if no span of the window is open
     * @param requested what was asked of it
     * @param wanted how many units would do
     * @param own the hold that asks for more and is no obstacle to itself, or {@code null}
     */
    record Lacking(
            AccountDraft account,
            LimitEntry entry,
            @Nullable Usage row,
            Amount requested,
            long wanted,
            @Nullable Hold own) {

        /** Whether the limit refuses nothing for it. */
        boolean observed() {
            return entry.limit().onExhaustion().observes();
        }

        /** The account that is charged instead, or {@code null} if it is refused. */
        @Nullable
        AccountId overflowsTo() {
            return entry.limit().onExhaustion().overflow().orElse(null);
        }

        /** Whether the hold that asks for more is counted already. */
        boolean countsOwn() {
            return own != null && entry.counts(own.reservedAt());
        }
    }

    /** Units that no longer count from an instant on. */
    private record Freed(Instant at, long units) {}

    /**
     * Returns the refusal that names all limits that lack room; the draft may then need holds to tell when.
     *
     * @param charge all that was asked for
     */
    static @Nullable Refusal refusal(Draft draft, Charge charge, List<Lacking> lacking) {
        List<LimitRefusal> refusals = new ArrayList<>();
        for (Lacking lack : lacking) {
            refusals.add(limitRefusal(draft, lack));
        }
        if (draft.lacksSomething()) {
            return null;
        }
        RefusalCode code = refusals.stream()
                .map(LimitRefusal::code)
                .min(Comparator.naturalOrder())
                .orElseThrow();
        AccountId asked = draft.accounts().get(0).state().id();
        AccountId cause = draft.accounts().stream()
                .map(account -> account.state().id())
                .filter(id -> refusals.stream()
                        .anyMatch(refusal ->
                                refusal.code() == code && refusal.account().equals(id)))
                .findFirst()
                .orElseThrow();
        return new Refusal(code, asked, cause, refusals, draft.now(), retryAt(draft, charge, refusals, draft.now()));
    }

    private static LimitRefusal limitRefusal(Draft draft, Lacking lack) {
        QuotaLimit limit = lack.entry().limit();
        Usage row = lack.row();
        AccountDraft.Totals totals = lack.account().totals(lack.entry(), row);
        WindowSpan span = row == null ? limit.window().spanAt(draft.now()) : row.span();
        RefusalCode code = code(limit, totals.used(), lack.wanted());
        return new LimitRefusal(
                lack.account().state().id(),
                limit,
                code,
                lack.requested(),
                Amount.ofUnits(totals.used(), limit.meter()),
                Amount.ofUnits(totals.held(), limit.meter()),
                span,
                code == RefusalCode.QUOTA_NEVER_FITS ? null : roomAt(draft.now(), lack, totals, span));
    }

    private static RefusalCode code(QuotaLimit limit, long used, long wanted) {
        long amount = limit.amount().units();
        boolean neverFits = limit.boundary() == Boundary.STRICT ? wanted > amount : amount == 0;
        if (neverFits) {
            return RefusalCode.QUOTA_NEVER_FITS;
        }
        return used >= amount ? RefusalCode.QUOTA_EXHAUSTED : RefusalCode.QUOTA_INSUFFICIENT;
    }

    /** Returns the earliest instant at which the limit has room, or {@code null} if that never comes by itself. */
    private static @Nullable Instant roomAt(Instant now, Lacking lack, AccountDraft.Totals totals, WindowSpan span) {
        QuotaLimit limit = lack.entry().limit();
        if (lack.row() == null) {
            // A lifetime that has not begun or is over.
            return now.isBefore(span.startInclusive()) ? span.startInclusive() : null;
        }
        if (!lack.row().counts(now)) {
            return null; // A hold of a span that is over: nothing changes in that any more.
        }
        List<Hold> holds = totals.held() > 0 ? lack.account().holds() : List.of();
        long free = limit.amount().units() - Math.addExact(totals.used(), totals.held());
        List<Freed> all = freed(lack, holds, now);
        for (int i = 0; i < all.size(); i++) {
            Instant at = all.get(i).at();
            free = Math.addExact(free, all.get(i).units());
            boolean allOfInstant = i + 1 == all.size() || !all.get(i + 1).at().equals(at);
            if (allOfInstant && (limit.boundary() == Boundary.STRICT ? lack.wanted() <= free : free > 0)) {
                return isOpen(limit, at) && (lack.own() == null || asksStill(lack.own(), lack.row(), limit, at))
                        ? at
                        : null;
            }
        }
        return null;
    }

    /** Whether a hold lives until then and counts where it does now. */
    private static boolean asksStill(Hold own, Usage row, QuotaLimit limit, Instant at) {
        return at.isBefore(own.expiresAt())
                && (limit.chargeTime() == ChargeTime.SETTLE || at.isBefore(row.countedUntil()));
    }

    private static List<Freed> freed(Lacking lack, List<Hold> holds, Instant now) {
        QuotaLimit limit = lack.entry().limit();
        List<Freed> all = new ArrayList<>();
        if (lack.own() != null && lack.countsOwn()) {
            all.add(new Freed(now, lack.own().units()));
        }
        for (Usage row : lack.account().rows()) {
            if (row.isOf(limit) && row.counts(now)) {
                all.add(new Freed(row.countedUntil(), row.used()));
            }
        }
        for (Hold hold : holds) {
            boolean own =
                    lack.own() != null && hold.reservation().equals(lack.own().reservation());
            if (hold.meter().equals(limit.meter()) && now.isBefore(hold.expiresAt()) && !own) {
                free(all, lack, hold, now);
            }
        }
        all.sort(Comparator.comparing(Freed::at));
        return all;
    }

    private static void free(List<Freed> all, Lacking lack, Hold hold, Instant now) {
        QuotaLimit limit = lack.entry().limit();
        Usage row =
                lack.entry().counts(hold.reservedAt()) ? lack.account().rowAt(lack.entry(), hold.reservedAt()) : null;
        if (row == null) {
            return;
        }
        if (limit.chargeTime() == ChargeTime.SETTLE) {
            // It is held whatever span is open, and its expiry is charged to the span of that instant.
            Usage charged = lack.account().rowAt(lack.entry(), hold.expiresAt());
            if (charged == null) {
                all.add(new Freed(hold.expiresAt(), hold.units()));
            } else {
                all.add(new Freed(hold.expiresAt(), hold.units() - hold.due()));
                all.add(new Freed(charged.countedUntil(), hold.due()));
            }
            return;
        }
        if (row.counts(now)) {
            Instant spanOver = row.countedUntil();
            boolean expiresFirst = hold.expiresAt().isBefore(spanOver);
            all.add(new Freed(expiresFirst ? hold.expiresAt() : spanOver, hold.units() - hold.due()));
            all.add(new Freed(spanOver, hold.due()));
        }
    }

    /**
     * All of them have room at the latest of their instants, unless a lifetime or an account is over by then.
     *
     * @param from not before this instant
     */
    static @Nullable Instant retryAt(Draft draft, Charge charge, List<LimitRefusal> refusals, Instant from) {
        Instant latest = from;
        for (LimitRefusal refusal : refusals) {
            Instant at = refusal.retryAt();
            if (at == null) {
                return null;
            }
            latest = at.isAfter(latest) ? at : latest;
        }
        for (AccountDraft account : draft.accounts()) {
            Instant expiresAt = account.state().entry().account().expiresAt().orElse(null);
            if (expiresAt != null && latest.isAfter(expiresAt)) {
                return null;
            }
            for (LimitEntry entry : account.state().limits()) {
                if (charge.units(entry.limit().meter()) > 0 && !isOpen(entry.limit(), latest)) {
                    return null;
                }
            }
        }
        return latest;
    }

    /** Whether a span of the limit's window contains the instant: a lifetime can be over. */
    private static boolean isOpen(QuotaLimit limit, Instant at) {
        return at.isBefore(WindowSpan.LATEST) && limit.window().spanAt(at).contains(at);
    }
}
