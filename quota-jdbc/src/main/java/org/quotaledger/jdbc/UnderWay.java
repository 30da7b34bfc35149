package org.quotaledger.jdbc;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The work on threads of the store, beside lanes: what hangs is ended. Thread-safe. */
final class UnderWay implements Watch.Watched {

    private final Set<TimedWork> all = ConcurrentHashMap.newKeySet();
    private final Connections connections;
    private final StoreThreads threads;
    private final Watch watch;

    UnderWay(Connections connections, StoreThreads threads, Watch watch) {
        this.connections = connections;
        this.threads = threads;
        this.watch = watch;
    }

    void add(TimedWork work) {
        all.add(work);
        watch.expect(work.nextLook(System.nanoTime(), connections.longestWait()));
    }

    void remove(TimedWork work) {
        all.remove(work);
    }

    @Override
    public long look(long now) {
        long next = now + Watch.IDLE;
        for (TimedWork work : List.copyOf(all)) {
            if (connections.waitsTooLong(work, now)) {
                work.abandon();
                all.remove(work);
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
