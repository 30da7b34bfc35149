package org.quotaledger.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.quotaledger.jdbc.Transactions.Work;
import org.quotaledger.spi.QuotaStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commit, rollback and retry, in one place. Thread-safe.
 *
 * <p>Work that writes runs at READ COMMITTED and takes row locks, or has the database to itself; work that only reads
 * runs on a snapshot. Every transaction has a connection of its own, which goes back as it came.
 */
final class Tx {

    private static final Logger LOG = LoggerFactory.getLogger(JdbcQuotaStore.class);

    private static final int MOST_ATTEMPTS = 50;

    /** As many as a pool of usual size may have that broke with its server; one that cannot be had ends it at once. */
    private static final int MOST_LOST_CONNECTIONS = 10;

    /** As many as a pool may have of before its server became a standby. */
    private static final int MOST_READ_ONLY = 10;

    private static final long LONGEST_PAUSE_MICROS = 20_000;

    private final Connections connections;
    private final Dialect dialect;
    private final TableNames names;

    /** The isolation levels to ask for, {@code null} where connections come at them. */
    private final @Nullable Integer writeIsolation;

    private final @Nullable Integer snapshotIsolation;

    /** Where one can write at a time, this node's writers wait here: in turn, and without asking again and again. */
    private final @Nullable Lock writer;

    /**
     * @param usualIsolation the level at which connections come, {@link Connection#TRANSACTION_NONE} if they can come at
     *     any
     */
    Tx(Connections connections, TableNames names, int usualIsolation) {
        this.connections = connections;
        this.dialect = names.dialect();
        this.names = names;
        this.writeIsolation = usualIsolation == dialect.writeIsolation() ? null : (Integer) dialect.writeIsolation();
        this.snapshotIsolation =
                usualIsolation == dialect.snapshotIsolation() ? null : (Integer) dialect.snapshotIsolation();
        this.writer = dialect.hasOneWriter() ? new ReentrantLock(true) : null;
    }

    Dialect dialect() {
        return dialect;
    }

    TableNames names() {
        return names;
    }

    /**
     * Runs work in a transaction; again, if others came between or a connection was lost before the commit, while it has
     * time. What the work throws undoes it.
     *
     * @throws QuotaStoreException if the database failed
     */
    <T> T write(Work<T> work, TimedWork timed) {
        if (writer == null) {
            return untilDone(() -> once(work, writeIsolation, timed), timed);
        }
        Work<T> alone = session -> {
            dialect.beginWrite(session);
            return work.in(session);
        };
        awaitTurn(writer, timed);
        try {
            return untilDone(() -> once(alone, writeIsolation, timed), timed);
        } finally {
            writer.unlock();
        }
    }

    private static void awaitTurn(Lock writer, TimedWork timed) {
        boolean first;
        try {
            first = writer.tryLock(Math.max(1, timed.remaining(System.nanoTime())), TimeUnit.NANOSECONDS);
        } catch (InterruptedException nobodyDoesThat) {
            Thread.currentThread().interrupt();
            first = false;
        }
        if (!first) {
            throw QuotaStoreException.notApplied("other commands write to the database", null);
        }
    }

    /**
     * Runs one statement, which is a transaction of its own, and does not run it again.
     *
     * @throws NotConnectedException if no connection could be had
     * @throws SQLException if it was not applied
     * @throws QuotaStoreException if the connection was lost and the outcome is unknown
     */
    <T> T atOnce(Work<T> statement, TimedWork timed) throws SQLException {
        Connection connection = connections.get(timed);
        try {
            return atOnce(connection, statement);
        } finally {
            timed.disconnected();
        }
    }

    private <T> T atOnce(Connection connection, Work<T> statement) throws SQLException {
        Usual usual;
        try {
            usual = new Usual(connection.getAutoCommit(), null);
            if (!usual.autoCommit()) {
                connection.setAutoCommit(true);
            }
        } catch (SQLException | RuntimeException | Error failure) {
            Discard.discard(connection, connections.dataSource());
            throw failure;
        }
        T result;
        try {
            result = statement.in(new Session(connection, dialect, names));
        } catch (SQLException failure) {
            if (SqlFailure.of(failure).endsSession()) {
                Discard.discard(connection, connections.dataSource());
            } else {
                giveBack(connection, usual);
            }
            if (SqlFailure.isUnknown(failure)) {
                connections.lost();
                throw QuotaStoreException.outcomeUnknown("statement failed: " + failure.getMessage(), failure);
            }
            throw failure;
        } catch (RuntimeException | Error failure) {
            giveBack(connection, usual);
            throw failure;
        }
        giveBack(connection, usual);
        connections.answered();
        return result;
    }

    /** Runs work that makes the tables, as {@link #write} does, but which cannot count on any of them. */
    <T> T define(Work<T> work) {
        TimedWork timed = TimedWork.unlimited();
        return untilDone(() -> once(work, writeIsolation, timed), timed);
    }

    /** Runs work that only reads, all of it as it is at one instant; again, as {@link #write} does. */
    <T> T read(Work<T> work, TimedWork timed) {
        return untilDone(() -> once(work, snapshotIsolation, timed), timed);
    }

    /** Runs work that only reads, and that must not be run again. */
    <T> T readOnce(Work<T> work, TimedWork timed) {
        try {
            return once(work, snapshotIsolation, timed);
        } catch (SQLException failure) {
            throw failed(failure);
        }
    }

    private interface Attempt<T> {
        T run() throws SQLException;
    }

    private <T> T untilDone(Attempt<T> attempt, TimedWork timed) {
        int lost = 0;
        int readOnly = 0;
        for (int attempts = 1; ; attempts++) {
            try {
                return attempt.run();
            } catch (NotConnectedException failure) {
                throw failed(failure);
            } catch (SQLException failure) {
                SqlFailure what = SqlFailure.of(failure);
                if (what == SqlFailure.CONNECTION_LOST) {
                    connections.lost();
                }
                boolean again = switch (what) {
                    case CAME_BETWEEN -> attempts < MOST_ATTEMPTS;
                    case CONNECTION_LOST -> ++lost <= MOST_LOST_CONNECTIONS;
                    case READ_ONLY -> ++readOnly <= MOST_READ_ONLY;
                    case OTHER -> false;
                };
                if (!again || timed.isOver()) {
                    throw failed(failure);
                }
                LOG.debug("transaction is run again", failure);
                pause(attempts);
            }
        }
    }

    static QuotaStoreException failed(SQLException failure) {
        return QuotaStoreException.notApplied(SqlFailure.message(failure), failure);
    }

    /** Two that keep meeting part by pausing for different times. */
    private static void pause(int attempts) {
        long most = Math.min(LONGEST_PAUSE_MICROS, 200L << Math.min(attempts, 10));
        LockSupport.parkNanos(
                TimeUnit.MICROSECONDS.toNanos(ThreadLocalRandom.current().nextLong(most)));
    }

    private <T> T once(Work<T> work, @Nullable Integer isolation, TimedWork timed) throws SQLException {
        // Not in a try with resources: what fails after a commit must not make it look like a failure.
        Connection connection = connections.get(timed);
        try {
            return once(connection, work, isolation, timed);
        } finally {
            timed.disconnected();
        }
    }

    private <T> T once(Connection connection, Work<T> work, @Nullable Integer isolation, TimedWork timed)
            throws SQLException {
        Usual usual;
        try {
            usual = begin(connection, isolation);
        } catch (SQLException | RuntimeException | Error failure) {
            Discard.discard(connection, connections.dataSource());
            throw failure;
        }
        T result;
        try {
            result = committed(connection, work, timed);
        } catch (SQLException | RuntimeException | Error failure) {
            // Rolled back in any case: that frees its locks at once.
            if (rolledBack(connection, failure) && !SqlFailure.endsSession(failure)) {
                giveBack(connection, usual);
            } else {
                Discard.discard(connection, connections.dataSource());
            }
            throw failure;
        }
        giveBack(connection, usual);
        connections.answered();
        return result;
    }

    /**
     * How a connection came.
     *
     * @param isolation its isolation level, or {@code null} if that is not changed
     */
    private record Usual(boolean autoCommit, @Nullable Integer isolation) {}

    private Usual begin(Connection connection, @Nullable Integer isolation) throws SQLException {
        Integer isolationBefore = null;
        if (isolation != null && !dialect.isolatesTransactions()) {
            isolationBefore = connection.getTransactionIsolation();
            connection.setTransactionIsolation(isolation);
        }
        boolean autoCommit = connection.getAutoCommit();
        if (autoCommit) {
            connection.setAutoCommit(false);
        }
        if (isolation != null && dialect.isolatesTransactions()) {
            dialect.isolate(connection, isolation);
        }
        return new Usual(autoCommit, isolationBefore);
    }

    private <T> T committed(Connection connection, Work<T> work, TimedWork timed) throws SQLException {
        T result = work.in(new Session(connection, dialect, names));
        timed.commitBegins();
        try {
            dialect.commit(connection);
        } catch (SQLException failure) {
            if (SqlFailure.isRolledBack(failure)) {
                throw failure;
            }
            connections.lost();
            throw QuotaStoreException.outcomeUnknown("commit failed: " + failure.getMessage(), failure);
        }
        return result;
    }

    private boolean rolledBack(Connection connection, Throwable failure) {
        try {
            dialect.rollBack(connection);
            return true;
        } catch (SQLException alsoFailed) {
            failure.addSuppressed(alsoFailed);
            return false;
        }
    }

    /**
     * The outcome stands whether or not this works: a connection that cannot be reset is discarded.
     */
    private void giveBack(Connection connection, Usual usual) {
        try {
            if (connection.getAutoCommit() != usual.autoCommit()) {
                connection.setAutoCommit(usual.autoCommit());
            }
            if (usual.isolation() != null) {
                connection.setTransactionIsolation(usual.isolation());
            }
        } catch (SQLException broken) {
            LOG.debug("connection could not be reset", broken);
            Discard.discard(connection, connections.dataSource());
            return;
        }
        Discard.close(connection);
    }
}
