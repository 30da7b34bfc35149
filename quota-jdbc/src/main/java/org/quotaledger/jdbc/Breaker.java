package org.quotaledger.jdbc;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether the database is known to be down, and when to probe it. It opens when a connection could not be had. From then on
 * only a probe closes it: one at a time, the first after 100 ms and later ones up to a second apart. A connection that was
 * lost does not open it: it halves the time for which the next one is waited for. Thread-safe; times are those of one
 * ticker, in nanoseconds from any origin.
 */
final class Breaker {

    static final long FIRST_PAUSE = Duration.ofMillis(100).toNanos();
    static final long LONGEST_PAUSE = Duration.ofSeconds(1).toNanos();

    /** A probe that is not answered for so long is given up, and another one is due; twice as long each time. */
    static final long FIRST_PATIENCE = Duration.ofSeconds(2).toNanos();

    static final long LONGEST_PATIENCE = Duration.ofMinutes(1).toNanos();

    private final long longestWait;

    private @Nullable Throwable cause;
    private boolean suspected;
    private long pause;
    private long patience;
    private long nextProbe;

    /** @param timeout for how long a connection is waited for until it counts as not to be had */
    Breaker(Duration timeout) {
        this.longestWait = timeout.toNanos();
    }

    /** Returns why the database is known to be down, or {@code null} if it is not. */
    synchronized @Nullable Throwable cause() {
        return cause;
    }

    /** Notes that a connection could not be had; returns whether that is news. */
    synchronized boolean open(Throwable why, long now) {
        if (cause != null) {
            return false;
        }
        cause = why;
        pause = FIRST_PAUSE;
        patience = FIRST_PATIENCE;
        nextProbe = now + pause;
        return true;
    }

    /** Notes that a connection broke or hung: the database may be down. */
    synchronized void suspect() {
        suspected = true;
    }

    /** Notes that the database has answered. It stays open: that may have been the last answer. */
    synchronized void answered() {
        suspected = false;
    }

    /** Returns for how long a connection is waited for until it counts as not to be had. */
    synchronized long longestWait() {
        return suspected ? longestWait / 2 : longestWait;
    }

    /** Returns how long it is until a probe is due, zero or less if one is; {@code null} if it is closed. */
    synchronized @Nullable Long untilProbe(long now) {
        return cause == null ? null : (Long) (nextProbe - now);
    }

    /** Notes that a probe begins. */
    synchronized void probing(long now) {
        nextProbe = now + patience;
        patience = Math.min(LONGEST_PATIENCE, 2 * patience);
    }

    /** Notes that a probe failed. */
    synchronized void probeFailed(Throwable why, long now) {
        if (cause != null) {
            cause = why;
            pause = Math.min(LONGEST_PAUSE, 2 * pause);
            nextProbe = now + pause;
        }
    }

    /** Notes that a probe succeeded; returns whether that is news. */
    synchronized boolean close() {
        boolean news = cause != null;
        cause = null;
        suspected = false;
        return news;
    }
}
