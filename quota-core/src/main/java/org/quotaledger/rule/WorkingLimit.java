package org.quotaledger.rule;

import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.amount.Amount;
import org.quotaledger.policy.Boundary;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.window.WindowSpan;

/**
 * One limit of an account in a step: its definition and its counters, of the current span and of the earlier ones that live
 * holds were reserved in. Mutable; confined to one step at a time.
 */
public final class WorkingLimit {

    private static final Counter[] NONE = {};

    private final LimitEntry entry;
    private final long amount;
    private @Nullable Counter current;
    private Counter[] earlier = NONE;

    /** @param current the counter of the latest span, or {@code null} if the limit was never used */
    public WorkingLimit(LimitEntry entry, @Nullable Counter current) {
        this.entry = Objects.requireNonNull(entry, "entry");
        this.amount = entry.limit().amount().units();
        this.current = current;
    }

    /** Returns the limit's definition. */
    public QuotaLimit limit() {
        return entry.limit();
    }

    /** Returns the counter of the latest span; {@code null} if the limit was never used. */
    public @Nullable Counter current() {
        return current;
    }

    boolean counts(Amount of) {
        return entry.limit().meter().equals(of.meter());
    }

    long amount() {
        return amount;
    }

    /** Returns the counter of the span that contains an instant; of a new span an unused one. */
    Counter at(Instant instant) {
        Counter latest = current;
        return latest != null && latest.span().contains(instant) ? latest : notCurrent(instant, latest);
    }

    private Counter notCurrent(Instant instant, @Nullable Counter latest) {
        for (Counter counter : earlier) {
            if (counter.span().contains(instant)) {
                return counter;
            }
        }
        WindowSpan span = entry.limit().window().spanAt(instant);
        Counter unused = Counter.unused(span);
        if (latest == null || latest.span().endExclusive().isAfter(span.startInclusive())) {
            current = latest == null ? unused : latest;
        } else {
            keepWhileHeld(latest);
            current = unused;
        }
        return unused;
    }

    /** Of the spans that have ended, only those with live holds will change again before they are read from a store. */
    private void keepWhileHeld(Counter ended) {
        Counter[] held =
                Arrays.stream(earlier).filter(counter -> counter.held() > 0).toArray(Counter[]::new);
        earlier = ended.held() == 0 ? held : Arrays.copyOf(held, held.length + 1);
        if (ended.held() > 0) {
            earlier[held.length] = ended;
        }
    }

    /** Returns whether a request for {@code units} may pass, as the limit's boundary says. Nothing always passes. */
    boolean admits(Counter counter, long units) {
        if (units == 0) {
            return true;
        }
        return entry.limit().boundary() == Boundary.STRICT ? counter.fits(units, amount) : counter.isBelow(amount);
    }
}
