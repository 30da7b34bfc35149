package org.quotaledger.window;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * A half-open range of time: it contains its start and not its end, which belongs to the next span.
 *
 * <p>Never empty. Immutable and thread-safe.
 *
 * @param startInclusive the first instant of the span
 * @param endExclusive the first instant after it
 */
public record WindowSpan(Instant startInclusive, Instant endExclusive) {

    /** The first instant that windows know, 0001-01-01T00:00:00Z: where a lifetime without a start starts. */
    public static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

    /**
     * Where a lifetime without an end ends, 9999-12-31T23:59:59.999999Z. Its six decimals are what SQL databases keep
     * of an instant; one more would be rounded into the year 10000.
     */
    public static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");

    /** @throws IllegalArgumentException if the start is not before the end */
    public WindowSpan {
        Objects.requireNonNull(startInclusive, "startInclusive");
        Objects.requireNonNull(endExclusive, "endExclusive");
        if (!startInclusive.isBefore(endExclusive)) {
            throw new IllegalArgumentException(
                    "span starts at " + startInclusive + ", which is not before its end " + endExclusive);
        }
    }

    /** Returns whether {@code instant} is at or after the start and before the end. */
    public boolean contains(Instant instant) {
        return startInclusive.compareTo(instant) <= 0 && endExclusive.compareTo(instant) > 0;
    }

    /** Returns the elapsed time from start to end, always positive. */
    public Duration length() {
        return Duration.between(startInclusive, endExclusive);
    }

    /** Returns start and end as an ISO 8601 interval, such as {@code 2026-01-01T00:00:00Z/2026-01-02T00:00:00Z}. */
    @Override
    public String toString() {
        return startInclusive + "/" + endExclusive;
    }
}
