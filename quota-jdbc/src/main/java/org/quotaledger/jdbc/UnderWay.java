package org.quotaledger.jdbc;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.quotaledger.spi.QuotaStoreException;

/** The work on threads of the store, beside lanes: what hangs is ended. Thread-safe. */
final class UnderWay implements Watch.Watched {

    /** With each, how its caller is failed. */
    private final Map<TimedWork, Consumer<QuotaStoreException>> all = new ConcurrentHashMap<>();

    private final Connections connections;
    private final StoreThreads threads;
    private final Watch watch;

    UnderWay(Connections connections, StoreThreads threads, Watch watch) {
        this.connections = connections;
        this.threads = threads;
        this.watch = watch;
        connections.whenDown(down -> all.keySet().forEach(work -> givesUp(work, down)));
    }

    /** @param fails fails its caller, if it is given up before it has a connection */
    void add(TimedWork work, Consumer<QuotaStoreException> fails) {
        all.put(work, fails);
        watch.expect(work.nextLook(System.nanoTime(), connections.longestWait()));
    }

    void remove(TimedWork work) {
        all.remove(work);
    }

    /** Fails the caller of work that waits for a connection; {@code false} if it does not, or has ended. */
    private boolean givesUp(TimedWork work, QuotaStoreException why) {
        Consumer<QuotaStoreException> fails = all.get(work);
        if (fails == null || !work.abandonIfConnecting()) {
            return false;
        }
        all.remove(work);
        fails.accept(why);
        return true;
    }

    @Override
    public long look(long now) {
        long next = now + Watch.IDLE;
        for (TimedWork work : all.keySet()) {
            if (connections.waitsTooLong(work, now)
                    && givesUp(work, QuotaStoreException.notApplied("no connection was had in time", null))) {
                continue;
            }
            if (work.abortIfOver(now, threads)) {
                connections.lost();
            }
            long look = work.nextLook(now, connections.longestWait());
            next = look - next < 0 ? look : next;
        }
        return next;
    }
}
