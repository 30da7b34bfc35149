package org.quotaledger.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work on a thread of the store, the time that it has, and the connection that it uses meanwhile. Another thread can see
 * that it hangs, and end the connection. Thread-safe.
 */
final class TimedWork {

    private static final Logger LOG = LoggerFactory.getLogger(JdbcQuotaStore.class);

    /** Whoever waits is answered in time; a connection that is busy a little longer is left in peace. */
    private static final long GRACE = Duration.ofSeconds(1).toNanos();

    private final long started = System.nanoTime();
    private final long until;
    private final Commit commit;

    private @Nullable Connection connection;
    private long connectingSince;
    private boolean connecting;
    private boolean aborted;
    private boolean abandoned;
    private long abortedAt;

    /** A check right before a commit. */
    interface Commit {
        /** Checks that it may take place; an exception rolls the transaction back. */
        void begins() throws SQLException;
    }

    private TimedWork(long until, Commit commit) {
        this.until = until;
        this.commit = commit;
    }

    /** @param until the {@link System#nanoTime} until which it has time */
    static TimedWork until(long until, Commit commit) {
        return new TimedWork(until, commit);
    }

    /** Returns work that has all the time, a year. */
    static TimedWork unlimited() {
        return new TimedWork(System.nanoTime() + Duration.ofDays(365).toNanos(), () -> {});
    }

    long remaining(long now) {
        return until - now;
    }

    boolean isOver() {
        return remaining(System.nanoTime()) <= 0;
    }

    synchronized void connecting() throws SQLException {
        if (abandoned) {
            throw new NotConnectedException("given up", new SQLException("another thread does the work"));
        }
        connecting = true;
        connectingSince = System.nanoTime();
    }

    /** Takes the connection that was waited for; {@code false} if it came too late. */
    synchronized boolean connected(@Nullable Connection got) {
        connecting = false;
        if (!abandoned) {
            connection = got;
        }
        return !abandoned;
    }

    synchronized void disconnected() {
        connection = null;
    }

    void commitBegins() throws SQLException {
        commit.begins();
    }

    /** Returns for how long it has waited for a connection, or zero if it does not. */
    synchronized long connectingFor(long now) {
        return connecting ? Math.max(1, now - connectingSince) : 0;
    }

    /** Returns when it is to be looked at again, as long as it is under way. */
    synchronized long nextLook(long now, long longestWait) {
        long look = aborted ? abortedAt + GRACE : earliestAbort();
        if (connecting && connectingSince + longestWait - look < 0) {
            look = connectingSince + longestWait;
        }
        return look - now > 0 ? look : now + GRACE;
    }

    private long earliestAbort() {
        return (started - until > 0 ? started : until) + GRACE;
    }

    /** Ends the connection if the time is over, so that the thread comes back; returns whether that was done now. */
    boolean abortIfOver(long now, Executor aborting) {
        return earliestAbort() - now <= 0 && abort(aborting);
    }

    /** Ends the connection, if there is one; returns whether that was done now. */
    boolean abort(Executor aborting) {
        Connection hangs;
        synchronized (this) {
            hangs = connection;
            if (aborted || hangs == null) {
                return false;
            }
            aborted = true;
            abortedAt = System.nanoTime();
        }
        // A driver may ask the server first: not on the thread that watches.
        aborting.execute(() -> {
            try {
                hangs.abort(Runnable::run);
            } catch (SQLException | RuntimeException broken) {
                LOG.debug("connection could not be aborted", broken);
            }
        });
        return true;
    }

    /** Returns whether its connection was ended and the thread did not come back. */
    synchronized boolean outlivesAbort(long now) {
        return aborted && now - abortedAt > GRACE;
    }

    /** Gives it up: a connection that it gets later goes back at once. */
    synchronized void abandon() {
        abandoned = true;
    }

    /** Gives it up if it waits for a connection, so that it does nothing more; returns whether it does. */
    synchronized boolean abandonIfConnecting() {
        abandoned |= connecting;
        return connecting;
    }
}
