package org.quotaledger.jdbc;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the clock of the database shows, as far as this node can tell without asking: the time that it told last, and what
 * has gone by since on the machine's own monotonic clock. It is a little behind the true one, and is meant to be: what is
 * decided by it is checked against the true one where it is written. Thread-safe.
 */
final class DatabaseTime {

    /** No two clocks run equally fast. One in ten thousand is more than any machine's is off. */
    private static final long SLOWER_BY = 10_000;

    private volatile @Nullable Told told;

    /** A time, and what the machine's clock showed when it was told. */
    record Told(Instant at, long nanoTime) {}

    /** Notes what the database has just told. */
    void tell(Instant at) {
        tell(new Told(at, System.nanoTime()));
    }

    /** Notes what the database told a while ago. */
    void tell(Told before) {
        told = before;
    }

    /** Returns the time now, or {@code null} if the database has not told any yet. */
    @Nullable
    Instant now() {
        Told last = told;
        if (last == null) {
            return null;
        }
        long gone = System.nanoTime() - last.nanoTime();
        return last.at().plusNanos(gone - gone / SLOWER_BY).truncatedTo(ChronoUnit.MICROS);
    }
}
