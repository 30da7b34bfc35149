package org.quotaledger.examples.replay;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.quotaledger.memory.InMemoryQuotaStore;

/**
 * One store in memory for all nodes. It reads its clock on the thread that asks for something, so a clock that shows each
 * thread the time of its own node makes them nodes with clocks of their own, as on a database.
 */
final class MemoryStore implements SharedStore {

    @SuppressWarnings("ThreadLocalUsage") // A store of its own has clocks of its own; the threads end with the replay.
    private final ThreadLocal<TraceClock> clocks = new ThreadLocal<>();

    private final InMemoryQuotaStore store = new InMemoryQuotaStore(new ClockOfTheNode());

    @Override
    public Node open(Instant start) {
        TraceClock clock = new TraceClock(start);
        clocks.set(clock);
        return Node.over(store, clock);
    }

    @Override
    public void close() {
        store.close();
    }

    private final class ClockOfTheNode extends Clock {

        @Override
        public Instant instant() {
            TraceClock clock = clocks.get();
            if (clock == null) {
                throw new IllegalStateException(
                        "no node was opened on thread " + Thread.currentThread().getName());
            }
            return clock.instant();
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
}
