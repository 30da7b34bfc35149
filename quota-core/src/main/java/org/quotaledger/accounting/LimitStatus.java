package org.quotaledger.accounting;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.window.WindowSpan;

/**
 * What is used and held of one limit at an instant. Immutable and thread-safe.
 *
 * @param account whose limit it is
 * @param limit the limit
 * @param span the span of now; a rolling limit's newest bucket
 * @param used what is used of what counts now
 * @param held what live holds set aside
 */
public record LimitStatus(AccountId account, QuotaLimit limit, WindowSpan span, Amount used, Amount held) {

    /** All are required. */
    public LimitStatus {
        Objects.requireNonNull(account, "account");
        Objects.requireNonNull(limit, "limit");
        Objects.requireNonNull(span, "span");
        Objects.requireNonNull(used, "used");
        Objects.requireNonNull(held, "held");
    }

    /**
     * Returns whether use and holds can be counted: {@code false} where one is as much as a {@code long} holds or more. It is
     * given as {@link Counter#UNCOUNTABLE} units then, which may be too little, and the limit has no room.
     */
    public boolean countable() {
        return used.units() != Counter.UNCOUNTABLE && held.units() != Counter.UNCOUNTABLE;
    }

    /** Returns what a strict reserve could have of it now. */
    public Amount remaining() {
        return limit.amount().minusOrZero(used).minusOrZero(held);
    }

    /** Returns whether all of it is used: exactly reaching the amount exhausts it. */
    public boolean exhausted() {
        return used.compareTo(limit.amount()) >= 0;
    }

    /** Returns when what is counted in the span of now stops counting, or empty if that never happens. */
    public Optional<Instant> countedUntil() {
        Instant until = limit.window().countedUntil(span);
        return until.equals(WindowSpan.LATEST) ? Optional.empty() : Optional.of(until);
    }

    /**
     * Returns when all that counts now will have stopped counting at once: the end of the span. Empty for a rolling window,
     * of which use stops counting bit by bit, and where the span never ends.
     */
    public Optional<Instant> nextReset() {
        return limit.window().countsOneSpan() ? countedUntil() : Optional.empty();
    }

    /**
     * Returns how much of the amount is used, in percent, to two decimals and never rounded up: it is 100.00 or more only if
     * the limit is exhausted. Of a limit of nothing it is 100.00.
     */
    public BigDecimal percentUsed() {
        BigDecimal amount = BigDecimal.valueOf(limit.amount().units());
        return amount.signum() == 0
                ? BigDecimal.valueOf(100_00, 2)
                : BigDecimal.valueOf(used.units()).movePointRight(2).divide(amount, 2, RoundingMode.DOWN);
    }

    /**
     * Returns when all of the limit is used if it goes on as it did since its window began: {@code now} if all is used
     * already. Empty if it is not used up before the window ends, and where the pace says nothing: nothing is used yet, or
     * the window rolls, so that as much stops counting as is added.
     *
     * @param now the instant at which this was told
     */
    public Optional<Instant> reachedAt(Instant now) {
        return reachedAt(span.startInclusive(), now);
    }

    /**
     * Returns the same at the pace since another instant, as for a lifetime budget, whose window may have begun long before
     * anybody could use it.
     *
     * @param since since when it can have been used, such as {@link org.quotaledger.policy.AccountEntry#createdAt}
     */
    public Optional<Instant> reachedAt(Instant since, Instant now) {
        if (exhausted()) {
            return Optional.of(now);
        }
        if (used.isZero() || !now.isAfter(since) || !limit.window().countsOneSpan()) {
            return Optional.empty();
        }
        // Micros since the start, times how often what is used goes into the amount, rounded up: nothing is told too
        // early.
        BigInteger elapsed = micros(since, now);
        BigInteger usedUnits = BigInteger.valueOf(used.units());
        BigInteger micros = elapsed.multiply(BigInteger.valueOf(limit.amount().units()))
                .add(usedUnits)
                .subtract(BigInteger.ONE)
                .divide(usedUnits);
        BigInteger left = micros(since, limit.window().countedUntil(span));
        return micros.compareTo(left) < 0
                ? Optional.of(since.plus(micros.longValueExact(), ChronoUnit.MICROS))
                : Optional.empty();
    }

    /** Ten thousand years are more nanoseconds than a {@code long} holds, and {@code ChronoUnit} counts those. */
    private static BigInteger micros(Instant from, Instant to) {
        Duration between = Duration.between(from, to);
        return BigInteger.valueOf(between.getSeconds())
                .multiply(BigInteger.valueOf(1_000_000))
                .add(BigInteger.valueOf(between.getNano() / 1_000));
    }

    /** Returns what of the limit can be had now. */
    public State state() {
        if (exhausted()) {
            return State.EXHAUSTED;
        }
        return remaining().isZero() ? State.FULL : State.OPEN;
    }

    /** What of a limit can be had. */
    public enum State {
        /** There is room for something. */
        OPEN,
        /** What is not used is held: there is room again when holds end with less than they hold. */
        FULL,
        /** All of it is used. */
        EXHAUSTED
    }

    static List<LimitStatus> of(UnitOfWork work) {
        Instant now = work.now();
        Expiring.expireHolds(work);
        List<LimitStatus> statuses = new ArrayList<>();
        for (WorkingAccount account : work.accounts()) {
            for (LimitEntry entry : account.limits()) {
                QuotaLimit limit = entry.limit();
                Counter counter = account.rowAt(entry, now);
                WorkingAccount.Totals totals = account.totals(entry, null);
                statuses.add(new LimitStatus(
                        account.id(),
                        limit,
                        counter == null ? limit.window().spanAt(now) : counter.span(),
                        Amount.ofUnits(totals.used(), limit.meter()),
                        Amount.ofUnits(totals.held(), limit.meter())));
            }
        }
        return work.unchanged(List.copyOf(statuses));
    }
}
