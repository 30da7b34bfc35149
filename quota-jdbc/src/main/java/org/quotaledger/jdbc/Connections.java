package org.quotaledger.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.quotaledger.spi.QuotaStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where connections come from, and whether any can be had. Thread-safe. */
final class Connections implements Watch.Watched {

    private static final Logger LOG = LoggerFactory.getLogger(JdbcQuotaStore.class);

    private final DataSource dataSource;
    private final Breaker breaker;
    private final Executor probes;
    private final LongConsumer expect;
    private final List<Consumer<QuotaStoreException>> whenDown = new CopyOnWriteArrayList<>();

    /**
     * @param timeout for how long a connection is waited for until it counts as not to be had
     * @param probes runs what finds out that the database is back
     * @param expect has it, and what waits for a connection, looked after no later than at a {@link System#nanoTime}
     */
    Connections(DataSource dataSource, Duration timeout, Executor probes, LongConsumer expect) {
        this.dataSource = dataSource;
        this.breaker = new Breaker(timeout);
        this.probes = probes;
        this.expect = expect;
    }

    /** Returns a source of connections for one use, without probes: once a connection could not be had, none can. */
    static Connections unwatched(DataSource dataSource) {
        return new Connections(dataSource, Duration.ofDays(1), never -> {}, at -> {});
    }

    DataSource dataSource() {
        return dataSource;
    }

    /** Adds a listener, which is called when the database turns out to be down. */
    void whenDown(Consumer<QuotaStoreException> listener) {
        whenDown.add(listener);
    }

    /** Throws at once if the database is known to be down. */
    void requireUp() {
        Throwable cause = breaker.cause();
        if (cause != null) {
            throw down(cause);
        }
    }

    private static QuotaStoreException down(Throwable cause) {
        return QuotaStoreException.notApplied("database cannot be reached: " + cause.getMessage(), cause);
    }

    /**
     * Returns a connection for some work.
     *
     * @throws NotConnectedException if none could be had: then the database counts as down; at once if it does already
     */
    Connection get(TimedWork work) throws SQLException {
        Throwable down = breaker.cause();
        if (down != null) {
            throw new NotConnectedException(String.valueOf(down.getMessage()), down);
        }
        work.connecting();
        Connection got;
        try {
            got = dataSource.getConnection();
        } catch (SQLException failure) {
            if (work.connected(null)) {
                isDown(failure);
            }
            throw new NotConnectedException(String.valueOf(failure.getMessage()), failure);
        } catch (RuntimeException | Error bug) {
            work.connected(null);
            throw bug;
        }
        if (!work.connected(got)) {
            Discard.close(got);
            throw new NotConnectedException("given up", new SQLException("connection came too late"));
        }
        return got;
    }

    /** Notes that a connection was lost or hangs. */
    void lost() {
        breaker.suspect();
        expect.accept(System.nanoTime() + breaker.longestWait());
    }

    /** Notes that a connection has done its work. */
    void answered() {
        breaker.answered();
    }

    /** Returns whether some work has waited for a connection for so long that none is to be had. */
    boolean waitsTooLong(TimedWork work, long now) {
        long waits = work.connectingFor(now);
        boolean tooLong = waits > 0 && waits >= breaker.longestWait();
        if (tooLong) {
            isDown(new SQLTransientConnectionException(
                    "no connection within " + Duration.ofNanos(waits).toMillis() + " ms"));
        }
        return tooLong;
    }

    long longestWait() {
        return breaker.longestWait();
    }

    private void isDown(SQLException why) {
        if (breaker.open(why, System.nanoTime())) {
            LOG.warn("database cannot be reached: calls fail at once until it is back", why);
            QuotaStoreException failure = down(why);
            whenDown.forEach(each -> each.accept(failure));
            expect.accept(System.nanoTime() + Breaker.FIRST_PAUSE);
        }
    }

    /** Has the database probed when that is due. */
    @Override
    public long look(long now) {
        Long until = breaker.untilProbe(now);
        if (until != null && until <= 0) {
            breaker.probing(now);
            probes.execute(this::probe);
            until = breaker.untilProbe(now);
        }
        return until == null ? now + Watch.IDLE : now + until;
    }

    private void probe() {
        @Nullable Throwable failed = null;
        try (Connection connection = dataSource.getConnection()) {
            if (!connection.isValid(
                    (int) Duration.ofNanos(Breaker.FIRST_PATIENCE).toSeconds())) {
                failed = new SQLException("connection is not valid");
            }
        } catch (SQLException | RuntimeException failure) {
            failed = failure;
        }
        if (failed != null) {
            breaker.probeFailed(failed, System.nanoTime());
            expect.accept(System.nanoTime() + Breaker.FIRST_PAUSE);
        } else if (breaker.close()) {
            LOG.info("database is back");
        }
    }
}
