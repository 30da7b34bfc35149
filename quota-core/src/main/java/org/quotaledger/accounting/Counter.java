package org.quotaledger.accounting;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.window.QuotaWindow;
import org.quotaledger.window.WindowSpan;

/**
 * The used and held units of one limit of one account in one window span. It can be recounted from the journal and the holds.
 * Only the rule changes it, in a {@link UnitOfWork} that can undo the change. Not thread-safe: confined to a step, or guarded
 * by the lock of its account.
 */
public final class Counter {

    /**
     * Stands for a sum of more than a {@code long} holds. It stays until the counter is recounted, and exhausts every limit.
     */
    public static final long UNCOUNTABLE = Long.MAX_VALUE;

    private final AccountId account;
    private final String limit;
    private final QuotaWindow window;
    private final Meter meter;
    private final WindowSpan span;

    private long used;
    private long held;
    private long peak;
    private @Nullable DebouncedAlerts debounced;
    private @Nullable Instant earliestExpiry;
    private Instant updatedAt;

    /** The step under way that has changed this counter: its values before are below. */
    private @Nullable UnitOfWork changedBy;

    private long usedBefore;
    private long heldBefore;
    private long peakBefore;
    private @Nullable DebouncedAlerts debouncedBefore;
    private @Nullable Instant earliestExpiryBefore;
    private Instant updatedAtBefore;

    /**
     * The values of a counter. Immutable and thread-safe.
     *
     * @param used settled units
     * @param held units in holds that are not settled, released, or found expired
     * @param peak the most that was used since alerts were last armed: thresholds up to it were crossed
     * @param debounced those of them that are still to be published, or {@code null} if all were: the usual case
     * @param earliestExpiry no live hold in this counter, of however little, expires earlier; {@code null} if there is none.
     *     May be too early: finding nothing expired then is harmless. A hold that expires earlier and is not marked expired
     *     was subtracted as part of a sum
     * @param updatedAt the instant of the last change: time never runs backwards from it
     */
    public record Values(
            long used,
            long held,
            long peak,
            @Nullable DebouncedAlerts debounced,
            @Nullable Instant earliestExpiry,
            Instant updatedAt) {

        /** @throws IllegalArgumentException if an amount is negative */
        public Values {
            Objects.requireNonNull(updatedAt, "updatedAt");
            if (used < 0 || held < 0 || peak < 0) {
                throw new IllegalArgumentException(
                        "counter is negative: used " + used + ", held " + held + ", peak " + peak);
            }
        }

        /** Returns values of which every threshold that was crossed has alerted. */
        public static Values of(long used, long held, @Nullable Instant earliestExpiry, Instant updatedAt) {
            return new Values(used, held, used, null, earliestExpiry, updatedAt);
        }
    }

    /**
     * Creates a counter.
     *
     * @param account the account of the limit
     * @param limit the limit's name
     * @param window the limit's window: a counter of a window that was changed since is not mistaken for the new one's
     * @param meter the meter that it counts
     * @param span the window's span; a rolling limit has one counter a bucket
     */
    public Counter(AccountId account, String limit, QuotaWindow window, Meter meter, WindowSpan span, Values values) {
        this.account = Objects.requireNonNull(account, "account");
        this.limit = Objects.requireNonNull(limit, "limit");
        this.window = Objects.requireNonNull(window, "window");
        this.meter = Objects.requireNonNull(meter, "meter");
        this.span = Objects.requireNonNull(span, "span");
        this.updatedAt = values.updatedAt();
        this.updatedAtBefore = updatedAt;
        set(values);
    }

    /** Remembers its values before a step changes them; returns whether it did not yet. */
    @SuppressWarnings("ReferenceEquality") // A step is its identity.
    boolean remember(UnitOfWork step) {
        if (changedBy == step) {
            return false;
        }
        changedBy = step;
        usedBefore = used;
        heldBefore = held;
        peakBefore = peak;
        debouncedBefore = debounced;
        earliestExpiryBefore = earliestExpiry;
        updatedAtBefore = updatedAt;
        return true;
    }

    /** Returns its values before a step. */
    @SuppressWarnings("ReferenceEquality") // A step is its identity.
    Values valuesBefore(UnitOfWork step) {
        return changedBy != step
                ? values()
                : new Values(
                        usedBefore, heldBefore, peakBefore, debouncedBefore, earliestExpiryBefore, updatedAtBefore);
    }

    /** Takes back the changes of a step. */
    @SuppressWarnings("ReferenceEquality") // A step is its identity.
    void undo(UnitOfWork step) {
        if (changedBy != step) {
            return;
        }
        used = usedBefore;
        held = heldBefore;
        peak = peakBefore;
        debounced = debouncedBefore;
        earliestExpiry = earliestExpiryBefore;
        updatedAt = updatedAtBefore;
        forget();
    }

    /** Forgets its values before the step under way. */
    void forget() {
        changedBy = null;
        debouncedBefore = null;
        earliestExpiryBefore = null;
    }

    /** Returns a counter in which nothing was used or held. */
    static Counter unused(AccountId account, QuotaLimit limit, WindowSpan span, Instant now) {
        return new Counter(
                account, limit.name(), limit.window(), limit.meter(), span, new Values(0, 0, 0, null, null, now));
    }

    /** Returns a counter of the same limit and span with the same values, which changes by itself. */
    public Counter copy() {
        return new Counter(account, limit, window, meter, span, values());
    }

    /** Returns a counter with these values in a span of the same limit. */
    Counter in(WindowSpan another, Values values) {
        return new Counter(account, limit, window, meter, another, values);
    }

    /** Returns the account of the limit. */
    public AccountId account() {
        return account;
    }

    /** Returns the limit's name. */
    public String limit() {
        return limit;
    }

    /** Returns the limit's window, as it was when this was counted. */
    public QuotaWindow window() {
        return window;
    }

    /** Returns the meter that it counts. */
    public Meter meter() {
        return meter;
    }

    /** Returns the span that it counts in. */
    public WindowSpan span() {
        return span;
    }

    /** Returns the used units, or {@link #UNCOUNTABLE}. */
    public long used() {
        return used;
    }

    /** Returns the held units, or {@link #UNCOUNTABLE}. */
    public long held() {
        return held;
    }

    /** Returns the most that was used since alerts were last armed. */
    public long peak() {
        return peak;
    }

    /** Returns the thresholds up to the peak that are still to be published, or {@code null} if all were. */
    public @Nullable DebouncedAlerts debounced() {
        return debounced;
    }

    /** Returns an instant before which no live hold of this counter expires, or {@code null} if there is none. */
    public @Nullable Instant earliestExpiry() {
        return earliestExpiry;
    }

    /** Returns the instant of the last change. */
    public Instant updatedAt() {
        return updatedAt;
    }

    /** Returns all that can change. */
    public Values values() {
        return new Values(used, held, peak, debounced, earliestExpiry, updatedAt);
    }

    /** Returns a sum as a counter has it: {@link #UNCOUNTABLE} where it is more than a {@code long} holds. */
    public static long counted(BigInteger sum) {
        return sum.bitLength() < Long.SIZE ? sum.longValue() : UNCOUNTABLE;
    }

    /** Returns whether both sums are less than {@link #UNCOUNTABLE}. */
    public boolean countable() {
        return used != UNCOUNTABLE && held != UNCOUNTABLE;
    }

    /** Returns a count with more of it, or less where {@code units} are negative. */
    static long plus(long count, long units) {
        if (count == UNCOUNTABLE) {
            return UNCOUNTABLE;
        }
        return units > UNCOUNTABLE - count ? UNCOUNTABLE : count + units;
    }

    /** Returns the instant until which its used units count. */
    public Instant countedUntil() {
        return window.countedUntil(span);
    }

    /** Returns whether it is one of a limit, as that limit counts now. */
    public boolean isOf(QuotaLimit of) {
        return limit.equals(of.name()) && window.equals(of.window()) && meter.equals(of.meter());
    }

    /** Returns whether both are of one limit, counted alike. */
    boolean isOfSame(Counter other) {
        return limit.equals(other.limit) && window.equals(other.window) && meter.equals(other.meter);
    }

    /** Returns whether both have the place of one limit and span, of which an account has one counter. */
    public boolean isAt(Counter other) {
        return limit.equals(other.limit) && span.equals(other.span);
    }

    /** Returns whether its used units count at an instant. */
    boolean counts(Instant now) {
        return !span.startInclusive().isAfter(now) && now.isBefore(countedUntil());
    }

    /**
     * Returns whether it counts a hold that was reserved in it and is not marked expired. The sum of those that expire before
     * the earliest expiry was subtracted: their units are no longer held. Where the limit charges at the reserve, the charge
     * of their expiry is used, though their journal rows are still to come.
     */
    boolean counts(Hold hold) {
        return earliestExpiry != null && !hold.expiresAt().isBefore(earliestExpiry);
    }

    void set(Values values) {
        used = values.used;
        held = values.held;
        peak = values.peak;
        debounced = values.debounced;
        earliestExpiry = values.earliestExpiry;
        updatedAt = values.updatedAt;
    }

    /** Counts nothing any more: all of it was used or held before a reset. */
    void clear() {
        set(new Values(0, 0, 0, null, null, updatedAt));
    }

    void touch(Instant now) {
        updatedAt = now;
    }

    /** @param released how much less is held at once */
    void addUsed(long units, long newPeak, long released, Instant now) {
        long usedAfter = plus(used, units);
        long heldAfter = minusHeld(released);
        if (usedAfter < 0) {
            throw negative(usedAfter, heldAfter);
        }
        used = usedAfter;
        held = heldAfter;
        peak = newPeak;
        updatedAt = now;
    }

    /** @throws ArithmeticException if the sum is more than a {@code long} holds */
    void addHeld(long units, Instant expiresAt, Instant now) {
        held = held == UNCOUNTABLE ? held : Math.addExact(held, units);
        expireBy(expiresAt);
        updatedAt = now;
    }

    /** Another hold may be left that holds nothing and has something due: the earliest expiry stays. */
    void releaseHeld(long units, Instant now) {
        held = minusHeld(units);
        updatedAt = now;
    }

    private long minusHeld(long units) {
        long after = held == UNCOUNTABLE ? UNCOUNTABLE : held - units;
        if (after < 0) {
            throw negative(used, after);
        }
        return after;
    }

    private IllegalArgumentException negative(long usedAfter, long heldAfter) {
        return new IllegalArgumentException("counter of " + account + "/" + limit + " in " + span
                + " would be negative: used " + usedAfter + ", held " + heldAfter);
    }

    /** Sets an earliest expiry no later than this; {@code null} is never. */
    void expireBy(@Nullable Instant expiresAt) {
        if (expiresAt != null && (earliestExpiry == null || expiresAt.isBefore(earliestExpiry))) {
            earliestExpiry = expiresAt;
        }
    }

    void earliestExpiry(@Nullable Instant earliest) {
        earliestExpiry = earliest;
    }

    void peak(long crossed) {
        peak = crossed;
    }

    void debounced(@Nullable DebouncedAlerts alerts) {
        debounced = alerts;
    }

    @Override
    public String toString() {
        return account + "/" + limit + " in " + span + ": used " + used + ", held " + held;
    }
}
