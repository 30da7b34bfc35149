package org.quotaledger.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;

/** Tickers that are moved by hand. */
final class Tickers {

    private static final Instant ORIGIN = Instant.parse("2026-01-01T00:00:00Z");

    private Tickers() {}

    /** Returns a ticker that runs as a clock does. */
    static LongSupplier of(Clock clock) {
        return () -> Duration.between(ORIGIN, clock.instant()).toNanos();
    }
}
