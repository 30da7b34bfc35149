package org.quotaledger.jdbc;

import java.sql.SQLException;
import java.util.Set;
import java.util.regex.Pattern;
import org.quotaledger.spi.QuotaStoreException;

/** What a failed transaction was, told by SQLState, and by the vendor's code where that says too little. */
enum SqlFailure {
    /** Another transaction came between: it is rolled back, and may well succeed the next time. */
    CAME_BETWEEN,
    /** The connection was lost or could not be had. */
    CONNECTION_LOST,
    /** The session is read-only, or its server is: nothing was changed, and another session may lead to another server. */
    READ_ONLY,
    /** Anything else. */
    OTHER;

    /**
     * Lock not to be had in time (PostgreSQL 55P03, H2 HYT00); row changed meanwhile (H2 90131). A unique violation is
     * somebody else who has just taken the same id: run again, the transaction finds it taken.
     */
    private static final Set<String> OTHERS_CAME_BETWEEN = Set.of("55P03", "HYT00", "90131", "23505");

    /** PostgreSQL shuts down, crashed, is not up yet, or has ended the session; H2 is closed, or its database is. */
    private static final Set<String> LOST =
            Set.of("57P01", "57P02", "57P03", "57P04", "57P05", "25P03", "25P04", "90007", "90067", "90098", "90121");

    /** A transaction that may not write (PostgreSQL, MariaDB 1792); H2's file or database may not be written. */
    private static final Set<String> WRITES_NOTHING = Set.of("25006", "90097");

    private static final Set<String> LOCK_TIMEOUTS = Set.of("55P03", "HYT00");
    private static final int MARIADB_LOCK_TIMEOUT = 1205;

    private static final String COMPLETION_UNKNOWN = "40003";

    /** States of MariaDB and MySQL that say little: their codes tell more. */
    private static final Set<String> VAGUE = Set.of("HY000", "23000", "70100");

    /**
     * Lock not to be had in time (1205), row changed since it was read (1020), table changed since the snapshot (1412),
     * id taken (1062, 1586).
     */
    private static final Set<Integer> MARIADB_CAME_BETWEEN = Set.of(1205, 1020, 1412, 1062, 1586);

    /** Connection killed (1927, 3169), server gone or shutting down (2006, 2013, 1053). */
    private static final Set<Integer> MARIADB_LOST = Set.of(1927, 3169, 2006, 2013, 1053);

    /** The server runs with {@code read_only} (1290), or in a mode in which it only reads (1836). */
    private static final Set<Integer> MARIADB_READ_ONLY = Set.of(1290, 1836);

    /** SQLite, whose failures have no SQLState: another connection writes, or wrote since this one began to read. */
    private static final Set<Integer> SQLITE_BUSY = Set.of(5, 6);

    private static final int SQLITE_CONSTRAINT = 19;
    private static final int SQLITE_CANNOT_OPEN = 14;

    /** Of the file, or of this connection alone: the file could not be written when it was opened, or was moved since. */
    private static final int SQLITE_READ_ONLY = 8;

    private static final int H2_OPEN_ELSEWHERE = 90020;

    private static final Pattern SQLITE_TAKEN = Pattern.compile("SQLITE_CONSTRAINT_(PRIMARYKEY|UNIQUE|ROWID)");

    static SqlFailure of(SQLException failure) {
        // A batch's exception wraps the one that tells why.
        for (Throwable each : failure) {
            if (!(each instanceof SQLException sql)) {
                continue;
            }
            String state = sql.getSQLState();
            if (state == null) {
                SqlFailure failed = ofSqlite(sql);
                if (failed != OTHER) {
                    return failed;
                }
                continue;
            }
            if (state.startsWith("40") || OTHERS_CAME_BETWEEN.contains(state)) {
                return CAME_BETWEEN;
            }
            if (state.startsWith("08") || LOST.contains(state)) {
                return CONNECTION_LOST;
            }
            if (WRITES_NOTHING.contains(state) || isReadOnlyByMySqlsDriver(sql)) {
                return READ_ONLY;
            }
            if (VAGUE.contains(state)) {
                SqlFailure failed = ofMariaDb(sql.getErrorCode());
                if (failed != OTHER) {
                    return failed;
                }
            }
        }
        return OTHER;
    }

    /** That driver asks the session before it sends a change, and says by its message alone that it has not sent it. */
    private static boolean isReadOnlyByMySqlsDriver(SQLException failure) {
        return "S1009".equals(failure.getSQLState())
                && String.valueOf(failure.getMessage()).startsWith("Connection is read-only");
    }

    private static SqlFailure ofMariaDb(int code) {
        if (MARIADB_CAME_BETWEEN.contains(code)) {
            return CAME_BETWEEN;
        }
        if (MARIADB_READ_ONLY.contains(code)) {
            return READ_ONLY;
        }
        return MARIADB_LOST.contains(code) ? CONNECTION_LOST : OTHER;
    }

    private static SqlFailure ofSqlite(SQLException failure) {
        int code = failure.getErrorCode();
        if (SQLITE_BUSY.contains(code)) {
            return CAME_BETWEEN;
        }
        if (code == SQLITE_CONSTRAINT
                && SQLITE_TAKEN.matcher(String.valueOf(failure.getMessage())).find()) {
            return CAME_BETWEEN;
        }
        if (code == SQLITE_READ_ONLY) {
            return READ_ONLY;
        }
        return code == SQLITE_CANNOT_OPEN ? CONNECTION_LOST : OTHER;
    }

    /** Returns whether the session is of no more use, whatever is done in it: its pool is to drop it. */
    boolean endsSession() {
        return this == CONNECTION_LOST || this == READ_ONLY;
    }

    /**
     * Returns whether this failure of a transaction, or its cause, ends the session. Then any other command would have failed
     * too.
     */
    static boolean endsSession(Throwable failure) {
        Throwable cause = failure instanceof QuotaStoreException ? failure.getCause() : failure;
        return cause instanceof SQLException sql && of(sql).endsSession();
    }

    /** Returns what to say of a failure that no other attempt has helped. */
    static String message(SQLException failure) {
        return of(failure) == READ_ONLY
                ? "database is read-only, as a standby is: connections have to lead to the primary: "
                        + failure.getMessage()
                : "database failed: " + failure.getMessage();
    }

    /** Returns what to throw where no first connection can be had. */
    static QuotaStoreException notReached(SQLException failure) {
        String message = "database was not reached: " + failure.getMessage();
        for (Throwable each : failure) {
            if (each instanceof SQLException sql && sql.getErrorCode() == H2_OPEN_ELSEWHERE) {
                message += "; another process has the file of this H2 database open, which is for one process alone:"
                        + " several need H2 as a server, or another database";
                break;
            }
        }
        return QuotaStoreException.notApplied(message, failure);
    }

    /** Returns whether a lock was not had in time. */
    static boolean isLockTimeout(Throwable failure) {
        Throwable cause = failure instanceof QuotaStoreException ? failure.getCause() : failure;
        if (!(cause instanceof SQLException sql)) {
            return false;
        }
        for (Throwable each : sql) {
            if (each instanceof SQLException one
                    && (LOCK_TIMEOUTS.contains(String.valueOf(one.getSQLState()))
                            || one.getErrorCode() == MARIADB_LOCK_TIMEOUT)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns whether a failed commit has certainly not taken place: the database said that it chose to roll back, as a
     * server does that became read-only meanwhile. Of the class of rollbacks, 40003 alone says that completion is unknown.
     */
    static boolean isRolledBack(SQLException failure) {
        SqlFailure what = of(failure);
        return (what == CAME_BETWEEN || what == READ_ONLY) && !COMPLETION_UNKNOWN.equals(failure.getSQLState());
    }

    /** Returns whether a failed statement that is a transaction of its own may have taken place all the same. */
    static boolean isUnknown(SQLException failure) {
        return of(failure) == CONNECTION_LOST || COMPLETION_UNKNOWN.equals(failure.getSQLState());
    }
}
