package org.quotaledger.jdbc;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that looks after everything with a deadline, and never waits for a database itself. It sleeps until the next
 * deadline that it knows of, so that an answer in time costs no timer. Thread-safe.
 */
final class Watch {

    private static final Logger LOG = LoggerFactory.getLogger(JdbcQuotaStore.class);

    /** It looks at least so often. */
    static final long IDLE = Duration.ofSeconds(10).toNanos();

    /** Something that it looks after. */
    interface Watched {
        /**
         * Does everything that is due.
         *
         * @param now the {@link System#nanoTime}
         * @return when to look again, at the latest
         */
        long look(long now);
    }

    private final List<Watched> watched = new CopyOnWriteArrayList<>();
    private final Thread thread;

    private final AtomicLong nextLook = new AtomicLong(System.nanoTime() + IDLE);
    private volatile boolean closed;

    Watch() {
        thread = new Thread(this::run, "quota-watch");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void add(Watched more) {
        watched.add(more);
    }

    /** Has it look no later than at this time. */
    void expect(long at) {
        for (long planned = nextLook.get(); at - planned < 0; planned = nextLook.get()) {
            if (nextLook.compareAndSet(planned, at)) {
                LockSupport.unpark(thread);
            }
        }
    }

    private void run() {
        while (!closed) {
            long now = System.nanoTime();
            long pause = nextLook.get() - now;
            if (pause > 0) {
                LockSupport.parkNanos(this, pause);
                continue;
            }
            // Before it looks: whatever is expected from here on wakes it again.
            nextLook.set(now + IDLE);
            for (Watched each : watched) {
                try {
                    expect(each.look(now));
                } catch (RuntimeException | Error bug) {
                    LOG.error("watch failed, and goes on", bug);
                }
            }
        }
    }

    void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
