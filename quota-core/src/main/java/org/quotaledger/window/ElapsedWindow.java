package org.quotaledger.window;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * A custom length of elapsed time: boundaries at the anchor plus and minus whole multiples of the length, exact to the
 * nanosecond. No zone and no calendar: a span is always as long as the length says.
 *
 * @param length how long each span lasts, one second to 3653 days
 * @param anchor one boundary; a phase only
 */
record ElapsedWindow(Duration length, Instant anchor) implements QuotaWindow {

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** Seconds whose nanoseconds a {@code long} still holds, with a second to spare: 292 years. */
    private static final long NANOS_FIT_SECONDS = Long.MAX_VALUE / NANOS_PER_SECOND - 1;

    /**
     * @throws IllegalArgumentException if {@code length} is not one second to 3653 days, or {@code anchor} is not of
     *     the years 1 to 9999
     */
    ElapsedWindow {
        Objects.requireNonNull(length, "length");
        Objects.requireNonNull(anchor, "anchor");
        WindowLength.check(length);
        SupportedYears.check("anchor", anchor);
    }

    @Override
    public WindowSpan spanAt(Instant instant) {
        return spanAt(instant, anchor, length);
    }

    /** Returns the span of {@code length}, a whole number of lengths from {@code anchor}, that contains an instant. */
    static WindowSpan spanAt(Instant instant, Instant anchor, Duration length) {
        SupportedYears.check("instant", instant);
        if (length.getNano() != 0) {
            Instant start = instant.minusNanos(nanosSinceStart(instant, anchor, length));
            return new WindowSpan(start, start.plus(length));
        }
        // A length of whole seconds: every boundary has the anchor's nanoseconds, and only seconds are divided.
        long seconds = instant.getEpochSecond() - anchor.getEpochSecond();
        if (instant.getNano() < anchor.getNano()) {
            seconds--;
        }
        long start = anchor.getEpochSecond() + seconds - Math.floorMod(seconds, length.getSeconds());
        return new WindowSpan(
                Instant.ofEpochSecond(start, anchor.getNano()),
                Instant.ofEpochSecond(start + length.getSeconds(), anchor.getNano()));
    }

    private static long nanosSinceStart(Instant instant, Instant anchor, Duration length) {
        long lengthNanos = length.toNanos();
        long seconds = instant.getEpochSecond() - anchor.getEpochSecond();
        int nanos = instant.getNano() - anchor.getNano();
        if (Math.abs(seconds) < NANOS_FIT_SECONDS) {
            return Math.floorMod(seconds * NANOS_PER_SECOND + nanos, lengthNanos);
        }
        return BigInteger.valueOf(seconds)
                .multiply(BigInteger.valueOf(NANOS_PER_SECOND))
                .add(BigInteger.valueOf(nanos))
                .mod(BigInteger.valueOf(lengthNanos))
                .longValueExact();
    }

    @Override
    public String toString() {
        return "every " + length + " from " + anchor;
    }
}
