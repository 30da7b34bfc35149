package org.quotaledger.window;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One span and no other, for a budget that is given once.
 *
 * @param span from {@link WindowSpan#EARLIEST} if there is no start, and to {@link WindowSpan#LATEST} if there is no end
 */
record LifetimeWindow(WindowSpan span) implements QuotaWindow {

    static final LifetimeWindow UNBOUNDED = new LifetimeWindow(new WindowSpan(WindowSpan.EARLIEST, WindowSpan.LATEST));

    /**
     * @throws IllegalArgumentException if the span reaches beyond {@link WindowSpan#EARLIEST} or
     *     {@link WindowSpan#LATEST}
     */
    LifetimeWindow {
        Objects.requireNonNull(span, "span");
        if (span.startInclusive().isBefore(WindowSpan.EARLIEST)
                || span.endExclusive().isAfter(WindowSpan.LATEST)) {
            throw new IllegalArgumentException("lifetime is " + span + ": expected a span between "
                    + WindowSpan.EARLIEST + " and " + WindowSpan.LATEST);
        }
    }

    /** Returns the one span, which need not contain {@code instant}. */
    @Override
    public WindowSpan spanAt(Instant instant) {
        Objects.requireNonNull(instant, "instant");
        return span;
    }

    @Override
    public boolean recurs() {
        return false;
    }

    @Override
    public @Nullable WindowSpan openSpan(Instant instant) {
        return span.contains(instant) ? span : null;
    }

    @Override
    public String toString() {
        String from = span.startInclusive().equals(WindowSpan.EARLIEST) ? "" : " from " + span.startInclusive();
        String until = span.endExclusive().equals(WindowSpan.LATEST) ? "" : " until " + span.endExclusive();
        return "lifetime" + from + until;
    }
}
