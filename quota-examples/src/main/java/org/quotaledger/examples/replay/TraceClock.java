package org.quotaledger.examples.replay;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;

/**
 * A clock that shows what it was set to: the time of the trace. A store may read it on a thread of its own, so it is
 * thread-safe.
 */
final class TraceClock extends Clock {

    private volatile Instant now;

    TraceClock(Instant now) {
        this.now = Objects.requireNonNull(now, "now");
    }

    void set(Instant instant) {
        now = Objects.requireNonNull(instant, "instant");
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("shows instants only");
    }
}
