package org.quotaledger.window;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The time just gone by: use counts while less than {@code length} has passed since.
 *
 * <p>Use is kept in buckets of {@code resolution}, aligned to 1970-01-01T00:00:00Z. A bucket counts whole until its
 * youngest possible use is too old, that is until its end plus the length: a limit can refuse up to one resolution
 * early, and never admits more than its amount in any interval of the length.
 *
 * @param length how long use counts, one second to 3653 days
 * @param resolution how long a bucket is, a thousandth of the length to the length
 */
record RollingWindow(Duration length, Duration resolution) implements QuotaWindow {

    private static final int MOST_BUCKETS = 1000;
    private static final int BUCKETS_UNLESS_GIVEN = 60;

    /**
     * @throws IllegalArgumentException if {@code length} is not one second to 3653 days, or {@code resolution} is
     *     longer than it or less than a thousandth of it
     */
    RollingWindow {
        Objects.requireNonNull(length, "length");
        Objects.requireNonNull(resolution, "resolution");
        WindowLength.check(length);
        // Compared before it is multiplied: a resolution near the end of Duration would overflow.
        if (resolution.compareTo(length) > 0
                || resolution.isNegative()
                || resolution.multipliedBy(MOST_BUCKETS).compareTo(length) < 0) {
            throw new IllegalArgumentException("resolution is " + resolution + ": expected at most the length " + length
                    + " and at least a thousandth of it");
        }
    }

    static RollingWindow of(Duration length) {
        Objects.requireNonNull(length, "length");
        WindowLength.check(length);
        Duration part = length.dividedBy(BUCKETS_UNLESS_GIVEN);
        boolean whole =
                part.getNano() == 0 && part.multipliedBy(BUCKETS_UNLESS_GIVEN).equals(length);
        return new RollingWindow(length, Duration.ofSeconds(whole ? part.getSeconds() : part.getSeconds() + 1));
    }

    /** Returns the bucket that a use at {@code instant} is kept in. */
    @Override
    public WindowSpan spanAt(Instant instant) {
        return ElapsedWindow.spanAt(instant, Instant.EPOCH, resolution);
    }

    @Override
    public Instant countedUntil(WindowSpan span) {
        return span.endExclusive().plus(length);
    }

    @Override
    public boolean countsOneSpan() {
        return false;
    }

    @Override
    public List<WindowSpan> countedSpans(Instant at, Instant begunBy) {
        List<WindowSpan> spans = new ArrayList<>();
        WindowSpan span = spanAt(begunBy);
        while (at.isBefore(countedUntil(span))) {
            spans.add(span);
            span = spanAt(span.startInclusive().minusNanos(1));
        }
        return spans;
    }

    @Override
    public String toString() {
        return "rolling " + length + " by " + resolution;
    }
}
