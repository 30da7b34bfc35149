package org.quotaledger.rule;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.account.AccountStatus;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.LimitRefusal;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.Tags;
import org.quotaledger.window.WindowSpan;

/**
 * Sets a charge aside on an account and its parents, if every limit has room. Immutable and thread-safe.
 *
 * @param id the request id; the same request again is a replay
 * @param account the account that is asked for
 * @param charge the units to hold, of one meter or more
 * @param timeToLive how long the hold lives
 * @param tags the request's tags
 */
public record Reserve(RequestId id, AccountId account, Charge charge, Duration timeToLive, Tags tags)
        implements RuleCommand<Reserve.Answer> {

    /** @throws IllegalArgumentException if the charge names no meter */
    public Reserve {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(account, "account");
        Objects.requireNonNull(timeToLive, "timeToLive");
        Objects.requireNonNull(tags, "tags");
        if (charge.isNone()) {
            throw new IllegalArgumentException("reserve names no meter: expected one or more");
        }
    }

    /** The answer to a reserve. */
    public sealed interface Answer {

        /**
         * The charge is held.
         *
         * @param replayed whether an earlier call held it; the reservation may have ended since
         */
        record Held(ReservationRecord reservation, boolean replayed) implements Answer {}

        /** A limit had no room, or the account may not reserve. */
        record Refused(Refusal refusal) implements Answer {}

        /** The id was used by another request. */
        record Conflict(Declined.Conflict conflict) implements Answer {}
    }

    @Override
    public Answer decide(UnitOfWork work, Instant now) {
        ReservationRecord known = work.reservation();
        if (known != null) {
            return replay(known);
        }
        Refusal byStatus = byStatus(work, now);
        if (byStatus != null) {
            return new Answer.Refused(byStatus);
        }
        work.expireHolds(now);
        ConcernedCounters asked = work.counters(charge, now);
        Refusal byLimits = byLimits(work, asked, now);
        if (byLimits != null) {
            return new Answer.Refused(byLimits);
        }
        asked.hold(charge);
        ReservationRecord held = new ReservationRecord(
                this, new ReservationRecord.Grant(work.chainIds(), charge, now, now.plus(timeToLive)), null);
        work.put(held);
        return new Answer.Held(held, false);
    }

    private Answer replay(ReservationRecord known) {
        Declined.Conflict conflict = conflict(known.request());
        return conflict == null ? new Answer.Held(known, true) : new Answer.Conflict(conflict);
    }

    private Declined.@Nullable Conflict conflict(Reserve earlier) {
        if (!earlier.account.equals(account)) {
            return conflict("account", earlier.account, account);
        }
        if (!earlier.charge.equals(charge)) {
            return conflict("charge", earlier.charge, charge);
        }
        if (!earlier.timeToLive.equals(timeToLive)) {
            return conflict("timeToLive", earlier.timeToLive, timeToLive);
        }
        return earlier.tags.equals(tags) ? null : conflict("tags", earlier.tags, tags);
    }

    private Declined.Conflict conflict(String field, Object earlier, Object now) {
        return new Declined.Conflict(id, field, earlier.toString(), now.toString());
    }

    /** The status of an account comes before its limits. Of several at fault the gravest is named. */
    private @Nullable Refusal byStatus(UnitOfWork work, Instant now) {
        if (work.size() == 0) {
            return new Refusal(RefusalCode.ACCOUNT_UNKNOWN, account, account, List.of(), now, null);
        }
        RefusalCode gravest = null;
        AccountId cause = account;
        for (int i = 0; i < work.size(); i++) {
            RefusalCode code = code(work.account(i).entry().statusAt(now));
            if (code != null && (gravest == null || code.compareTo(gravest) < 0)) {
                gravest = code;
                cause = work.account(i).id();
            }
        }
        return gravest == null ? null : new Refusal(gravest, account, cause, List.of(), now, null);
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

    /** Asks every limit of the chain and checks every sum, so that what follows cannot fail. */
    private @Nullable Refusal byLimits(UnitOfWork work, ConcernedCounters asked, Instant now) {
        List<LimitRefusal> refusals = null;
        for (int i = 0; i < asked.size(); i++) {
            long units = asked.units(i, charge);
            if (asked.limit(i).admits(asked.counter(i), units)) {
                asked.counter(i).checkAdd(0, units);
            } else {
                refusals = refusals == null ? new ArrayList<>(2) : refusals;
                refusals.add(refused(work, asked.account(i), asked.limit(i), asked.counter(i), units));
            }
        }
        return refusals == null ? null : refusal(refusals, now);
    }

    private static LimitRefusal refused(
            UnitOfWork work, WorkingAccount account, WorkingLimit limit, Counter counter, long units) {
        QuotaLimit definition = limit.limit();
        boolean exhausted = counter.hasReached(limit.amount());
        boolean neverFits = definition.boundary().room(limit.amount(), 0, 0, units) < units;
        return new LimitRefusal(
                account.id(),
                definition,
                neverFits
                        ? RefusalCode.QUOTA_NEVER_FITS
                        : exhausted ? RefusalCode.QUOTA_EXHAUSTED : RefusalCode.QUOTA_INSUFFICIENT,
                Amount.ofUnits(units, definition.meter()),
                Amount.ofUnits(counter.used(), definition.meter()),
                Amount.ofUnits(counter.held(), definition.meter()),
                counter.span(),
                neverFits ? null : roomAt(work, account, limit, counter, units));
    }

    /** Returns when there will be room: once enough holds have expired, or with the next span. */
    private static @Nullable Instant roomAt(
            UnitOfWork work, WorkingAccount account, WorkingLimit limit, Counter counter, long units) {
        Instant end = counter.span().endExclusive();
        Instant freed = null;
        if (counter.held() > 0 && counter.used() < limit.amount()) {
            long lacking = counter.held() - Math.max(0, limit.amount() - counter.used() - units);
            freed = work.facts().freedByExpiry(account.id(), limit.limit(), counter, lacking);
        }
        Instant first = freed != null && freed.isBefore(end) ? freed : end;
        return first.equals(WindowSpan.LATEST) ? null : first;
    }

    /** Names the gravest of the limits, and the latest of their instants: by then all of them have room. */
    private Refusal refusal(List<LimitRefusal> limits, Instant now) {
        LimitRefusal gravest = limits.get(0);
        Instant retryAt = now;
        for (LimitRefusal limit : limits) {
            gravest = limit.code().compareTo(gravest.code()) < 0 ? limit : gravest;
            Instant roomAt = limit.retryAt();
            retryAt = retryAt == null || roomAt == null ? null : roomAt.isAfter(retryAt) ? roomAt : retryAt;
        }
        return new Refusal(gravest.code(), account, gravest.account(), limits, now, retryAt);
    }
}
