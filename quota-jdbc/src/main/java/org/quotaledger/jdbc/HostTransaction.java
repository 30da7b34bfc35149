package org.quotaledger.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.function.Consumer;
import org.quotaledger.spi.QuotaStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transaction of a host: work is done in the middle of it, and neither committed nor rolled back. A savepoint before
 * each piece of work lets one that failed leave nothing behind. As thread-safe as the connection: not.
 */
final class HostTransaction implements Transactions {

    private static final Logger LOG = LoggerFactory.getLogger(JdbcQuotaStore.class);

    /** Few: the locks that the host holds do not go away by waiting. */
    private static final int MOST_ATTEMPTS = 5;

    private final Connection connection;
    private final Dialect dialect;
    private final Session session;

    /** Whether the database has rolled all of it back, what the host did too. */
    private boolean rolledBack;

    private HostTransaction(Connection connection, TableNames names) {
        this.connection = connection;
        this.dialect = names.dialect();
        this.session = new Session(connection, dialect, names);
    }

    /**
     * Returns the transaction that is open on a connection.
     *
     * @throws IllegalStateException if it is not such that the ledger can take part in it; the message says what to change
     * @throws QuotaStoreException if the database failed
     */
    static HostTransaction on(Connection connection, TableNames names) {
        HostTransaction transaction = new HostTransaction(connection, names);
        try {
            transaction.requireUsable();
        } catch (SQLException failure) {
            throw Tx.failed(failure);
        }
        return transaction;
    }

    private void requireUsable() throws SQLException {
        Dialect leadsTo = Dialect.of(connection.getMetaData());
        if (leadsTo != dialect) {
            throw new IllegalStateException(
                    "connection leads to " + leadsTo + ": expected " + dialect + ", where the ledger is");
        }
        requireOpen();
        int isolation = connection.getTransactionIsolation();
        // On a snapshot of its own a step would decide on what others have changed since.
        if (!dialect.hasOneWriter() && isolation != dialect.writeIsolation()) {
            throw new IllegalStateException("transaction isolation of the connection is " + name(isolation)
                    + ": expected READ COMMITTED; set it before the transaction begins");
        }
    }

    private void requireOpen() throws SQLException {
        if (rolledBack) {
            throw new IllegalStateException(
                    "the database has rolled the transaction back: roll the connection back and begin again");
        }
        if (connection.getAutoCommit()) {
            throw new IllegalStateException(
                    "connection is in auto-commit mode: expected an open transaction, after setAutoCommit(false)");
        }
    }

    private static String name(int isolation) {
        return switch (isolation) {
            case Connection.TRANSACTION_NONE -> "none";
            case Connection.TRANSACTION_READ_UNCOMMITTED -> "READ UNCOMMITTED";
            case Connection.TRANSACTION_REPEATABLE_READ -> "REPEATABLE READ";
            case Connection.TRANSACTION_SERIALIZABLE -> "SERIALIZABLE";
            default -> "level " + isolation;
        };
    }

    @Override
    public <T> T write(Work<T> work) {
        for (int attempts = 1; ; attempts++) {
            try {
                return once(work);
            } catch (SQLException failure) {
                boolean again = SqlFailure.of(failure) == SqlFailure.CAME_BETWEEN
                        && !rolledBack
                        && !dialect.hasOneWriter()
                        && attempts < MOST_ATTEMPTS;
                if (!again) {
                    throw rolledBack
                            ? QuotaStoreException.notApplied(
                                    "the database has rolled the whole transaction back: " + failure.getMessage(),
                                    failure)
                            : Tx.failed(failure);
                }
                LOG.debug("work in a host's transaction is done again", failure);
            }
        }
    }

    private <T> T once(Work<T> work) throws SQLException {
        requireOpen();
        Savepoint before = connection.setSavepoint();
        T result;
        try {
            dialect.beginWrite(session);
            result = work.in(session);
        } catch (SQLException | RuntimeException | Error failure) {
            undo(before, failure);
            throw failure;
        }
        connection.releaseSavepoint(before);
        return result;
    }

    private void undo(Savepoint before, Throwable failure) {
        try {
            connection.rollback(before);
            connection.releaseSavepoint(before);
        } catch (SQLException alsoFailed) {
            // A deadlock on MariaDB ends the whole transaction, and the savepoint with it.
            rolledBack = true;
            failure.addSuppressed(alsoFailed);
        }
    }

    /** As it is for the host: what it did counts, and its transaction is no snapshot. */
    @Override
    public <T> T read(Work<T> work) {
        try {
            requireOpen();
            return work.in(session);
        } catch (SQLException failure) {
            throw Tx.failed(failure);
        }
    }

    @Override
    public <R> void stream(Reading<R> work, Consumer<R> rows) {
        read(session -> {
            work.in(session, rows);
            return work;
        });
    }
}
