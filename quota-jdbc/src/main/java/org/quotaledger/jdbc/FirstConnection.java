package org.quotaledger.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/** The connection by which a database is met. */
final class FirstConnection {

    private static final int SQLITE_BUSY = 5;
    private static final int TRIES = 100;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private FirstConnection() {}

    /**
     * Returns a connection. Several processes that open a new SQLite file at once all turn its log on, and SQLite tells all
     * but one at once that it is busy, whatever the timeout: they try again, for some seconds.
     */
    static Connection of(DataSource dataSource) throws SQLException {
        for (int tries = 1; ; tries++) {
            try {
                return dataSource.getConnection();
            } catch (SQLException failure) {
                if (!isSqliteBusy(failure)
                        || tries == TRIES
                        || Thread.currentThread().isInterrupted()) {
                    throw failure;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private static boolean isSqliteBusy(SQLException failure) {
        return failure.getErrorCode() == SQLITE_BUSY
                && String.valueOf(failure.getMessage()).contains("SQLITE_BUSY");
    }
}
