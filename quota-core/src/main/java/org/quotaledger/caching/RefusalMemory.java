package org.quotaledger.caching;

import com.github.benmanes.caffeine.cache.Cache;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.reservation.LimitRefusal;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.RefusalScope;
import org.quotaledger.reservation.Refused;
import org.quotaledger.reservation.ReserveMode;
import org.quotaledger.spi.Applied;

/**
 * The latest refusals of each account. Thread-safe.
 *
 * <p>Unknown accounts have a place of their own: who tries keys at random pushes out other unknown ones, not those of
 * customers.
 */
final class RefusalMemory {

    /** So many kinds of requests of one account are told apart: those of other meters, modes or amounts. */
    private static final int MOST_OF_ACCOUNT = 4;

    private final Changes changes;
    private final Place known;
    private final Place unknown;

    /** Where refusals are kept, and how long they are served at most. */
    record Place(Cache<AccountId, List<Moment<Remembered>>> cache, Duration lasts) {}

    /** What was refused, and the answer as a store would give it. */
    record Remembered(ReserveMode mode, Charge charge, RefusalScope scope, Applied<Refused> answer) {

        boolean answers(ReserveMode otherMode, Charge otherCharge) {
            // Where the account itself is at fault, no mode helps.
            return (mode == otherMode || scope.ranges().isEmpty()) && scope.covers(otherCharge);
        }

        Applied<Refused> answerTo(Charge otherCharge) {
            Refusal refusal = answer.answer().refusal();
            if (refusal.limits().isEmpty() || charge.equals(otherCharge)) {
                return answer;
            }
            List<LimitRefusal> limits = new ArrayList<>(refusal.limits().size());
            for (LimitRefusal limit : refusal.limits()) {
                limits.add(asked(limit, otherCharge));
            }
            Refusal other = new Refusal(
                    refusal.code(), refusal.account(), refusal.cause(), limits, refusal.at(), refusal.retryAt());
            return new Applied<>(new Refused(other, scope), List.of(), answer.accounts());
        }

        private static LimitRefusal asked(LimitRefusal limit, Charge charge) {
            Amount requested = limit.requested();
            return new LimitRefusal(
                    limit.account(),
                    limit.limit(),
                    limit.code(),
                    Amount.ofUnits(charge.units(requested.meter()), requested.meter()),
                    limit.used(),
                    limit.held(),
                    limit.span(),
                    limit.retryAt());
        }
    }

    RefusalMemory(Changes changes, Place known, Place unknown) {
        this.changes = changes;
        this.known = known;
        this.unknown = unknown;
    }

    /** Returns the answer to a question that is known to be refused, or {@code null}. */
    @Nullable
    Applied<Refused> find(Question question) {
        List<Moment<Remembered>> moments = known.cache().getIfPresent(question.account());
        if (moments == null) {
            moments = unknown.cache().getIfPresent(question.account());
        }
        if (moments == null) {
            return null;
        }
        for (int i = 0; i < moments.size(); i++) {
            Moment<Remembered> moment = moments.get(i);
            if (moment.value().answers(question.mode(), question.charge())
                    && moment.holds(changes, question.askedNanos())) {
                return moment.value().answerTo(question.charge());
            }
        }
        return null;
    }

    /** Remembers what the answer of the store is, if it is known for how long. */
    void remember(Question question, Applied<Refused> applied) {
        Refusal refusal = applied.answer().refusal();
        RefusalScope scope = applied.answer().scope();
        if (scope == null) {
            return;
        }
        Applied<Refused> answer = new Applied<>(applied.answer(), List.of(), applied.accounts());
        Place place = refusal.code() == RefusalCode.ACCOUNT_UNKNOWN ? unknown : known;
        Moment<Remembered> moment = new Moment<>(
                new Remembered(question.mode(), question.charge(), scope, answer),
                answer.accounts(),
                question.count(),
                question.askedNanos(),
                lasts(Duration.between(refusal.at(), scope.until()), place.lasts()));
        List<Moment<Remembered>> before = place.cache().getIfPresent(refusal.account());
        // Two that remember at once may lose one of the two: it is asked for again.
        place.cache()
                .put(refusal.account(), before == null ? List.of(moment) : with(moment, before, question.askedNanos()));
    }

    private static long lasts(Duration untilOther, Duration atMost) {
        return untilOther.compareTo(atMost) < 0 ? Math.max(0, untilOther.toNanos()) : atMost.toNanos();
    }

    private List<Moment<Remembered>> with(Moment<Remembered> latest, List<Moment<Remembered>> before, long now) {
        List<Moment<Remembered>> moments = new ArrayList<>(MOST_OF_ACCOUNT);
        moments.add(latest);
        for (Moment<Remembered> moment : before) {
            boolean told =
                    latest.value().answers(moment.value().mode(), moment.value().charge());
            if (moments.size() < MOST_OF_ACCOUNT && !told && moment.holds(changes, now)) {
                moments.add(moment);
            }
        }
        return List.copyOf(moments);
    }
}
