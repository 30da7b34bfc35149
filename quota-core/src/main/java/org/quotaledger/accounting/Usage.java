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
 * What is used and held of one limit of one account in one window span: the counter, which can be recomputed from the
 * journal and the holds. Immutable and thread-safe.
 *
 * @param account whose limit it is
 * @param limit the limit's name
 * @param window the limit's window: usage of a window that was changed since is not mistaken for the new one's
 * @param meter what is counted
 * @param span the window's span; a rolling limit has one row a bucket
 * @param used settled units
 * @param held units in holds that are not settled, released, or found expired
 * @param peak the most that was used since alerts were last armed: thresholds up to it were crossed
 * @param debounced those of them that are still to be published, or {@code null} if all were: the usual case
 * @param earliestExpiry no live hold in this row, of however little, expires earlier; {@code null} if there is none.
 *     May be earlier than the earliest, or told where there is none: finding nothing expired then is harmless. A hold
 *     that expires earlier and is not marked expired was subtracted as part of a sum
 * @param updatedAt when the row last changed: time never runs backwards from it
 */
public record Usage(
        AccountId account,
        String limit,
        QuotaWindow window,
        Meter meter,
        WindowSpan span,
        long used,
        long held,
        long peak,
        @Nullable DebouncedAlerts debounced,
        @Nullable Instant earliestExpiry,
        Instant updatedAt) {

    /**
     * Stands for a sum of more than a {@code long} holds. It stays until the row is recomputed, and exhausts every limit.
     */
    public static final long UNCOUNTABLE = Long.MAX_VALUE;

    /** Makes a row in which every threshold that was crossed has alerted. */
    public Usage(
            AccountId account,
            String limit,
            QuotaWindow window,
            Meter meter,
            WindowSpan span,
            long used,
            long held,
            long peak,
            @Nullable Instant earliestExpiry,
            Instant updatedAt) {
        this(account, limit, window, meter, span, used, held, peak, null, earliestExpiry, updatedAt);
    }

    /** @throws IllegalArgumentException if an amount is negative */
    public Usage {
        Objects.requireNonNull(account, "account");
        Objects.requireNonNull(limit, "limit");
        Objects.requireNonNull(window, "window");
        Objects.requireNonNull(meter, "meter");
        Objects.requireNonNull(span, "span");
        Objects.requireNonNull(updatedAt, "updatedAt");
        if (used < 0 || held < 0 || peak < 0) {
            throw new IllegalArgumentException("usage of " + account + "/" + limit + " in " + span
                    + " is negative: used " + used + ", held " + held + ", peak " + peak);
        }
    }

    /** Returns a row in which nothing was used or held. */
    static Usage unused(AccountId account, QuotaLimit limit, WindowSpan span, Instant now) {
        return new Usage(account, limit.name(), limit.window(), limit.meter(), span, 0, 0, 0, null, now);
    }

    /** Returns a sum as a row counts it: {@link #UNCOUNTABLE} where it is more than a {@code long} holds. */
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

    private static long minus(long count, long units) {
        return count == UNCOUNTABLE ? UNCOUNTABLE : count - units;
    }

    /** Returns until when use in this row counts. */
    public Instant countedUntil() {
        return window.countedUntil(span);
    }

    /** Returns whether the row is one of {@code of}, as that limit counts now. */
    public boolean isOf(QuotaLimit of) {
        return limit.equals(of.name()) && window.equals(of.window()) && meter.equals(of.meter());
    }

    /** Returns whether both are of one limit, counted alike. */
    boolean isOfSame(Usage other) {
        return limit.equals(other.limit) && window.equals(other.window) && meter.equals(other.meter);
    }

    /** Returns whether use in this row counts at {@code now}. */
    boolean counts(Instant now) {
        return !span.startInclusive().isAfter(now) && now.isBefore(countedUntil());
    }

    /**
     * Returns whether the row counts a hold that was reserved in it and is not marked expired. The sum of those that expire
     * before the row's earliest expiry was subtracted: their units are no longer held. Where the limit charges at the
     * reserve, the charge of their expiry is used, though their journal rows are still to come.
     */
    boolean counts(Hold hold) {
        return earliestExpiry != null && !hold.expiresAt().isBefore(earliestExpiry);
    }

    /** Returns the row in which nothing counts that was used or held. */
    Usage cleared() {
        return new Usage(account, limit, window, meter, span, 0, 0, 0, null, updatedAt);
    }

    Usage touched(Instant now) {
        return new Usage(account, limit, window, meter, span, used, held, peak, debounced, earliestExpiry, now);
    }

    /** @param released how much less is held at once */
    Usage plusUsed(long units, long newPeak, long released, Instant now) {
        return new Usage(
                account,
                limit,
                window,
                meter,
                span,
                plus(used, units),
                minus(held, released),
                newPeak,
                debounced,
                earliestExpiry,
                now);
    }

    Usage plusHeld(long units, Instant expiresAt, Instant now) {
        long more = held == UNCOUNTABLE ? held : Math.addExact(held, units);
        Instant earliest = expiresEarlier(expiresAt) ? expiresAt : earliestExpiry;
        return new Usage(account, limit, window, meter, span, used, more, peak, debounced, earliest, now);
    }

    /** Returns the row with an earliest expiry no later than this; {@code null} is never. */
    Usage expiringBy(@Nullable Instant expiresAt) {
        return expiresEarlier(expiresAt) ? withEarliestExpiry(expiresAt) : this;
    }

    private boolean expiresEarlier(@Nullable Instant expiresAt) {
        return expiresAt != null && (earliestExpiry == null || expiresAt.isBefore(earliestExpiry));
    }

    Usage minusHeld(long units, Instant now) {
        // Another hold may be left that holds nothing and has something due: the expiry stays until that is looked up.
        return new Usage(
                account, limit, window, meter, span, used, minus(held, units), peak, debounced, earliestExpiry, now);
    }

    Usage withPeak(long crossed) {
        return new Usage(
                account, limit, window, meter, span, used, held, crossed, debounced, earliestExpiry, updatedAt);
    }

    Usage withDebounced(@Nullable DebouncedAlerts alerts) {
        return Objects.equals(alerts, debounced)
                ? this
                : new Usage(account, limit, window, meter, span, used, held, peak, alerts, earliestExpiry, updatedAt);
    }

    Usage withEarliestExpiry(@Nullable Instant earliest) {
        return new Usage(account, limit, window, meter, span, used, held, peak, debounced, earliest, updatedAt);
    }
}
