package org.quotaledger.accounting;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
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
import org.quotaledger.reservation.RefusalScope.Range;
import org.quotaledger.window.WindowSpan;

/**
 * When a limit that lacks room will have it, if nothing else happens: what is used goes when its span stops counting,
 * what is held goes when its hold expires, or turns into use as far as its expiry is charged. Where more holds have to
 * expire than a step looks at, it is the expiry of the last of those: no room comes earlier.
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
            WorkingAccount account,
            LimitEntry entry,
            @Nullable Counter row,
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

    /**
     * What is found out of limits that lack room.
     *
     * @param sameFor of each, in their order, which units wanted have the same answer
     */
    record Found(Refusal refusal, List<Range> sameFor) {}

    /**
     * When a limit has room.
     *
     * @param at that instant, or {@code null} if it never comes by itself
     * @param least how many units wanted have the same answer at the least
     * @param most how many at the most
     */
    private record Room(@Nullable Instant at, long least, long most) {

        Room within(long lowest, long highest) {
            return new Room(at, Math.max(least, lowest), Math.min(most, highest));
        }
    }

    /** Units that no longer count from an instant on. */
    private record Freed(Instant at, long units) {}

    /**
     * Returns the refusal that names all limits that lack room.
     *
     * @param charge all that was asked for
     */
    static Found refusal(UnitOfWork work, Charge charge, List<Lacking> lacking) {
        work.ranges().onlyFound();
        List<LimitRefusal> refusals = new ArrayList<>();
        List<Range> sameFor = new ArrayList<>();
        for (Lacking lack : lacking) {
            refuse(work, lack, refusals, sameFor);
        }
        RefusalCode code = refusals.stream()
                .map(LimitRefusal::code)
                .min(Comparator.naturalOrder())
                .orElseThrow();
        AccountId asked = work.accounts().get(0).id();
        AccountId cause = work.accounts().stream()
                .map(account -> account.id())
                .filter(id -> refusals.stream()
                        .anyMatch(refusal ->
                                refusal.code() == code && refusal.account().equals(id)))
                .findFirst()
                .orElseThrow();
        Instant latest = latest(refusals, work.now());
        // A hold grows whatever becomes of its account; a reserve needs one that may reserve then, and open limits.
        boolean grows = lacking.get(0).own() != null;
        Instant retryAt = latest == null || grows || admits(work, charge, latest) ? latest : null;
        return new Found(new Refusal(code, asked, cause, refusals, work.now(), retryAt), sameFor);
    }

    private static void refuse(UnitOfWork work, Lacking lack, List<LimitRefusal> refusals, List<Range> sameFor) {
        QuotaLimit limit = lack.entry().limit();
        Counter row = lack.row();
        WorkingAccount.Totals totals = lack.account().totals(lack.entry(), row);
        WindowSpan span = row == null ? limit.window().spanAt(work.now()) : row.span();
        RefusalCode code = code(limit, totals.used(), lack.wanted());
        Room room = code == RefusalCode.QUOTA_NEVER_FITS ? tooMuch(limit) : room(work.now(), lack, totals, span);
        sameFor.add(new Range(limit.meter(), room.least(), room.most()));
        refusals.add(new LimitRefusal(
                lack.account().id(),
                limit,
                code,
                lack.requested(),
                Amount.ofUnits(totals.used(), limit.meter()),
                Amount.ofUnits(totals.held(), limit.meter()),
                span,
                room.at()));
    }

    private static Room tooMuch(QuotaLimit limit) {
        boolean strict = limit.boundary() == Boundary.STRICT;
        return new Room(null, strict ? Math.addExact(limit.amount().units(), 1) : 1, Long.MAX_VALUE);
    }

    /** Returns when the limit has room for what can ever fit, and for which units that is so. */
    private static Room room(Instant now, Lacking lack, WorkingAccount.Totals totals, WindowSpan span) {
        QuotaLimit limit = lack.entry().limit();
        return roomAt(now, lack, totals, span)
                .within(1, limit.boundary() == Boundary.STRICT ? limit.amount().units() : Long.MAX_VALUE);
    }

    private static RefusalCode code(QuotaLimit limit, long used, long wanted) {
        if (neverFits(limit, wanted)) {
            return RefusalCode.QUOTA_NEVER_FITS;
        }
        return used >= limit.amount().units() ? RefusalCode.QUOTA_EXHAUSTED : RefusalCode.QUOTA_INSUFFICIENT;
    }

    private static boolean neverFits(QuotaLimit limit, long wanted) {
        long amount = limit.amount().units();
        return limit.boundary() == Boundary.STRICT ? wanted > amount : amount == 0;
    }

    /** Returns the earliest instant at which the limit has room; the more is wanted, the more must have been freed. */
    private static Room roomAt(Instant now, Lacking lack, WorkingAccount.Totals totals, WindowSpan span) {
        if (lack.row() == null) {
            // A lifetime that has not begun or is over.
            return new Room(now.isBefore(span.startInclusive()) ? span.startInclusive() : null, 1, Long.MAX_VALUE);
        }
        Room room = roomAt(now, lack, lack.row(), totals, ahead(lack), false);
        return room != null
                ? room
                : Objects.requireNonNull(roomAt(now, lack, lack.row(), totals, farAhead(lack), true));
    }

    /**
     * Returns the same by some of the holds.
     *
     * @param ends whether the expiry of the last of them is the answer where they are not enough: room comes no earlier.
     *     Otherwise the answer is {@code null} then
     */
    private static @Nullable Room roomAt(
            Instant now,
            Lacking lack,
            Counter row,
            WorkingAccount.Totals totals,
            AccountHolds.Next ahead,
            boolean ends) {
        QuotaLimit limit = lack.entry().limit();
        Instant horizon = ahead.horizon();
        BigInteger free = free(limit, totals);
        boolean strict = limit.boundary() == Boundary.STRICT;
        BigInteger least = BigInteger.valueOf(strict ? lack.wanted() : 1);
        BigInteger notEnough = free.max(BigInteger.ZERO);
        List<Freed> all = freed(lack, row, ahead.holds(), now);
        for (int i = 0; i < all.size(); i++) {
            Instant at = all.get(i).at();
            if (horizon != null && !at.isBefore(horizon)) {
                break;
            }
            free = free.add(BigInteger.valueOf(all.get(i).units()));
            boolean allOfInstant = i + 1 == all.size() || !all.get(i + 1).at().equals(at);
            if (allOfInstant && free.compareTo(least) >= 0) {
                return strict
                        ? new Room(stillAsked(lack, at) ? at : null, moreThan(notEnough), units(free))
                        : new Room(stillAsked(lack, at) ? at : null, 1, Long.MAX_VALUE);
            }
            notEnough = allOfInstant ? notEnough.max(free) : notEnough;
        }
        if (horizon != null && !ends) {
            return null;
        }
        Instant at = horizon != null && stillAsked(lack, horizon) ? horizon : null;
        return new Room(at, strict ? moreThan(notEnough) : 1, Long.MAX_VALUE);
    }

    private static boolean stillAsked(Lacking lack, Instant at) {
        Hold own = lack.own();
        return own == null ? isOpen(lack.entry().limit(), at) : at.isBefore(own.expiresAt());
    }

    /** The live holds that can stand in the way, as far as a step looks at them. */
    private static AccountHolds.Next ahead(Lacking lack) {
        return lack.account().canHold(lack.entry())
                ? lack.account().next(lack.entry().limit().meter())
                : AccountHolds.Next.NONE;
    }

    /** As far as they can be looked at, where fewer were not enough. */
    private static AccountHolds.Next farAhead(Lacking lack) {
        return lack.account().nextAsFarAsCanBe(lack.entry().limit().meter());
    }

    /** Used and held can be more than a long holds together. */
    private static BigInteger free(QuotaLimit limit, WorkingAccount.Totals totals) {
        return BigInteger.valueOf(limit.amount().units())
                .subtract(BigInteger.valueOf(totals.used()))
                .subtract(BigInteger.valueOf(totals.held()));
    }

    /**
     * Returns the earliest instant from {@code from} on at which a limit has room, whether or not it has room now: a hold
     * that expires meanwhile can charge more than it held. {@code null} if that never comes by itself.
     */
    private static @Nullable Instant roomFrom(Instant now, Lacking asked, Instant from) {
        QuotaLimit limit = asked.entry().limit();
        Counter row = asked.row();
        if (neverFits(limit, asked.wanted())) {
            return null;
        }
        if (row == null) {
            Instant start = limit.window().spanAt(now).startInclusive();
            return start.isAfter(from) ? start : isOpen(limit, from) ? from : null;
        }
        AccountHolds.Next ahead = ahead(asked);
        Instant at = roomFrom(now, asked, row, from, ahead);
        if (at == null && ahead.horizon() != null) {
            AccountHolds.Next far = farAhead(asked);
            at = roomFrom(now, asked, row, from, far);
            Instant horizon = far.horizon();
            at = at != null || horizon == null ? at : horizon.isAfter(from) ? horizon : from;
        }
        return at != null && isOpen(limit, at) ? at : null;
    }

    /** Returns the same by some of the holds, or {@code null} if they are not enough. */
    private static @Nullable Instant roomFrom(
            Instant now, Lacking asked, Counter row, Instant from, AccountHolds.Next ahead) {
        QuotaLimit limit = asked.entry().limit();
        Instant horizon = ahead.horizon();
        BigInteger least = BigInteger.valueOf(limit.boundary() == Boundary.STRICT ? asked.wanted() : 1);
        BigInteger free = free(limit, asked.account().totals(asked.entry(), row));
        Instant at = from;
        for (Freed next : freed(asked, row, ahead.holds(), now)) {
            if (horizon != null && !next.at().isBefore(horizon)) {
                break;
            }
            if (next.at().isAfter(at)) {
                if (free.compareTo(least) >= 0) {
                    break;
                }
                at = next.at();
            }
            free = free.add(BigInteger.valueOf(next.units()));
        }
        boolean told = horizon == null || at.isBefore(horizon);
        return told && free.compareTo(least) >= 0 ? at : null;
    }

    private static long moreThan(BigInteger units) {
        return units(units.add(BigInteger.ONE));
    }

    private static long units(BigInteger units) {
        return units.min(BigInteger.valueOf(Long.MAX_VALUE)).longValueExact();
    }

    /** @param ahead the holds that expire next, in the order of expiry, not necessarily all */
    private static List<Freed> freed(Lacking lack, Counter asked, List<AccountHolds.Ahead> ahead, Instant now) {
        QuotaLimit limit = lack.entry().limit();
        Hold own = lack.own();
        List<Freed> all = new ArrayList<>();
        if (own != null && lack.countsOwn()) {
            all.add(new Freed(now, own.units()));
        }
        List<AccountHolds.Ahead> others = ahead.stream()
                .filter(hold -> own == null || !hold.reservation().equals(own.reservation()))
                .toList();
        boolean bySettle = limit.chargeTime() == ChargeTime.SETTLE;
        for (Counter row : lack.account().counters()) {
            if (row.isOf(limit) && countsBeside(asked, row, now)) {
                Instant over = countedUntil(lack, asked, row);
                if (bySettle) {
                    all.add(new Freed(over, row.used()));
                } else {
                    freeByReserve(all, lack, row, others, over);
                }
            }
        }
        if (bySettle) {
            freeBySettle(all, lack, others);
        }
        all.sort(Comparator.comparing(Freed::at));
        return all;
    }

    /** A hold frees its units less its due as it expires; the rest of a row is freed when the row no longer counts. */
    private static void freeByReserve(
            List<Freed> all, Lacking lack, Counter row, List<AccountHolds.Ahead> holds, Instant over) {
        long held = row.held();
        Hold own = lack.own();
        if (own != null && lack.countsOwn() && row.span().contains(own.reservedAt())) {
            held -= own.units();
        }
        for (AccountHolds.Ahead hold : holds) {
            boolean counted =
                    lack.entry().counts(hold.reservedAt()) && row.span().contains(hold.reservedAt());
            if (counted && hold.expiresAt().isBefore(over)) {
                all.add(new Freed(hold.expiresAt(), hold.units() - hold.due()));
                all.add(new Freed(over, hold.due()));
                held -= hold.units();
            }
        }
        all.add(new Freed(over, row.used()));
        all.add(new Freed(over, held));
    }

    /**
     * They are held whatever span is open, and the expiry of each is charged to the span of that instant: a window that
     * opens with its first use is opened by the first of them that falls in no span.
     *
     * @param holds in the order of their expiry
     */
    private static void freeBySettle(List<Freed> all, Lacking lack, List<AccountHolds.Ahead> holds) {
        Counter opened = null;
        for (AccountHolds.Ahead hold : holds) {
            if (!lack.entry().counts(hold.reservedAt())) {
                continue;
            }
            long held = lack.account().rowAt(lack.entry(), hold.reservedAt()) == null ? 0 : hold.units();
            boolean isOpened = opened != null && opened.span().contains(hold.expiresAt());
            Counter charged = isOpened ? opened : lack.account().rowAt(lack.entry(), hold.expiresAt());
            if (charged == null || hold.due() == 0) {
                all.add(new Freed(hold.expiresAt(), held));
            } else {
                all.add(new Freed(hold.expiresAt(), held - hold.due()));
                all.add(new Freed(charged.countedUntil(), hold.due()));
                opened = charged;
            }
        }
    }

    /** As {@link WorkingAccount#totals} counts: everything that counts now, or a row that counts no more by itself. */
    private static boolean countsBeside(Counter asked, Counter row, Instant now) {
        return asked.counts(now) ? row.counts(now) : row.span().equals(asked.span());
    }

    /**
     * A hold that grows is charged in its span for ever: that does not end for it, and the others do no later. One from before a
     * reset is charged in none.
     */
    private static Instant countedUntil(Lacking lack, Counter asked, Counter row) {
        if (!lack.countsOwn() || lack.entry().limit().chargeTime() == ChargeTime.SETTLE) {
            return row.countedUntil();
        }
        if (row.span().equals(asked.span())) {
            return WindowSpan.LATEST;
        }
        return row.countedUntil().isBefore(asked.countedUntil()) ? row.countedUntil() : asked.countedUntil();
    }

    /**
     * Returns the earliest instant at which an account that is suspended until {@code resumesAt} admits the charge, or
     * {@code null}.
     *
     * @param asked every limit that can refuse it, whether or not it has room now
     */
    static @Nullable Instant retryAt(UnitOfWork work, Charge charge, List<Lacking> asked, Instant resumesAt) {
        Instant latest = resumesAt;
        for (Lacking limit : asked) {
            Instant at = roomFrom(work.now(), limit, resumesAt);
            if (at == null) {
                return null;
            }
            latest = at.isAfter(latest) ? at : latest;
        }
        return admits(work, charge, latest) ? latest : null;
    }

    /** All of them have room at the latest of their instants, or never if one of them has none. */
    private static @Nullable Instant latest(List<LimitRefusal> refusals, Instant from) {
        Instant latest = from;
        for (LimitRefusal refusal : refusals) {
            Instant at = refusal.retryAt();
            if (at == null) {
                return null;
            }
            latest = at.isAfter(latest) ? at : latest;
        }
        return latest;
    }

    /** Whether no account and no lifetime is over by then. */
    private static boolean admits(UnitOfWork work, Charge charge, Instant at) {
        for (WorkingAccount account : work.accounts()) {
            Instant expiresAt = account.entry().account().expiresAt().orElse(null);
            if (expiresAt != null && at.isAfter(expiresAt)) {
                return false;
            }
            for (LimitEntry entry : account.limits()) {
                boolean refuses = !entry.limit().onExhaustion().observes();
                if (refuses && charge.units(entry.limit().meter()) > 0 && !isOpen(entry.limit(), at)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Whether a span of the limit's window contains the instant: a lifetime can be over. */
    private static boolean isOpen(QuotaLimit limit, Instant at) {
        return at.isBefore(WindowSpan.LATEST) && limit.window().spanAt(at).contains(at);
    }
}
