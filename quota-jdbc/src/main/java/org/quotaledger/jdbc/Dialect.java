package org.quotaledger.jdbc;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * A database that the store works on, and the few places in which databases differ. The methods of this class are the
 * defaults; a constant overrides them.
 */
public enum Dialect {
    /** PostgreSQL 14 or newer. */
    POSTGRESQL("PostgreSQL", 14, 0, UtcTimes.ZONED) {
        @Override
        Instant now(Session session) throws SQLException {
            return time(session, "SELECT clock_timestamp()");
        }

        /** Behind a pooler, others may have left a session at any level. */
        @Override
        int sessionIsolation(Connection connection, DataSource dataSource) throws SQLException {
            return Pooler.isBetween(connection, dataSource)
                    ? Connection.TRANSACTION_NONE
                    : super.sessionIsolation(connection, dataSource);
        }

        @Override
        boolean isolatesTransactions() {
            return true;
        }

        @Override
        boolean waitsInLine() {
            return true;
        }

        @Override
        String lockTimeout(int millis) {
            return millis > 0 ? "SELECT set_config('lock_timeout', '" + millis + "ms', true);\n" : "";
        }

        @Override
        boolean stampsAccounts() {
            return true;
        }

        @Override
        boolean locksInOrder() {
            return true;
        }

        /** Two sessions that create one table at once fail in the catalogs. The number is this library's own. */
        @Override
        void lockSchema(Session session) throws SQLException {
            session.list("SELECT pg_advisory_xact_lock(7301982645)", Session.NOTHING, row -> true);
        }
    },

    /** MariaDB 10.6 or newer. */
    MARIADB("MariaDB", 10, 6, UtcTimes.UNZONED) {
        /** With that log the server would refuse each transaction that writes, since they run at READ COMMITTED. */
        @Override
        void requireUsable(Session session) throws SQLException {
            Map<String, String> settings = new HashMap<>();
            session.list(
                    "SHOW VARIABLES WHERE variable_name IN ('log_bin', 'binlog_format')",
                    Session.NOTHING,
                    row -> settings.put(
                            row.text().toLowerCase(Locale.ROOT), row.text().toUpperCase(Locale.ROOT)));
            if ("ON".equals(settings.get("log_bin")) && "STATEMENT".equals(settings.get("binlog_format"))) {
                throw new IllegalArgumentException("binlog_format is \"STATEMENT\": expected ROW or MIXED");
            }
        }

        @Override
        Instant now(Session session) throws SQLException {
            return time(session, "SELECT UTC_TIMESTAMP(6)");
        }

        @Override
        boolean isolatesTransactions() {
            return true;
        }

        /**
         * By a statement: the driver leaves {@link Connection#commit} out where no table was used, and the host's next
         * transaction would then have the level of this one.
         */
        @Override
        void commit(Connection connection) throws SQLException {
            run(connection, "COMMIT");
        }

        /** By a statement, for the same reason. */
        @Override
        void rollBack(Connection connection) throws SQLException {
            run(connection, "ROLLBACK");
        }

        /** MariaDB knows whole seconds only: a statement waits for none, or for one. */
        @Override
        String writesWaiting(int millis) {
            return millis > 0 ? "SET STATEMENT innodb_lock_wait_timeout=" + (millis < 100 ? 0 : 1) + " FOR " : "";
        }

        /** The lock of the session, as each statement that makes a table commits the transaction before it. */
        @Override
        void lockSchema(Session session) throws SQLException {
            boolean got = session.list(
                            "SELECT COALESCE(GET_LOCK('org.quotaledger.schema', 60), 0)", Session.NOTHING, Row::flag)
                    .get(0);
            if (!got) {
                throw Session.cameBetween("another node has been making tables for a minute");
            }
        }

        @Override
        void unlockSchema(Session session) throws SQLException {
            session.list("SELECT RELEASE_LOCK('org.quotaledger.schema')", Session.NOTHING, row -> true);
        }

        @Override
        boolean schemasAreCatalogs() {
            return true;
        }

        @Override
        String explainsNoRows() {
            return " (the driver must count rows found: switch useAffectedRows off)";
        }
    },

    /** MySQL 8.0.17 or newer: as MariaDB, but one statement has no bound on its waits. Tests cover MariaDB only. */
    MYSQL("MySQL", 8, 0, UtcTimes.UNZONED) {
        @Override
        void requireUsable(Session session) throws SQLException {
            MARIADB.requireUsable(session);
        }

        @Override
        Instant now(Session session) throws SQLException {
            return MARIADB.now(session);
        }

        @Override
        boolean isolatesTransactions() {
            return MARIADB.isolatesTransactions();
        }

        @Override
        void commit(Connection connection) throws SQLException {
            MARIADB.commit(connection);
        }

        @Override
        void rollBack(Connection connection) throws SQLException {
            MARIADB.rollBack(connection);
        }

        @Override
        void lockSchema(Session session) throws SQLException {
            MARIADB.lockSchema(session);
        }

        @Override
        void unlockSchema(Session session) throws SQLException {
            MARIADB.unlockSchema(session);
        }

        @Override
        boolean schemasAreCatalogs() {
            return MARIADB.schemasAreCatalogs();
        }

        @Override
        String explainsNoRows() {
            return MARIADB.explainsNoRows();
        }
    },

    /** H2 2.2 or newer, in memory, in a file or as a server. */
    H2("H2", 2, 2, UtcTimes.ZONED) {
        private static final int SNAPSHOT = 6; // org.h2.engine.Constants.TRANSACTION_SNAPSHOT

        /** The first statement of a transaction that asks sets the time for all of them. */
        @Override
        Instant now(Session session) throws SQLException {
            return time(session, "SELECT CURRENT_TIMESTAMP(6)");
        }

        @Override
        int snapshotIsolation() {
            return SNAPSHOT;
        }

        @Override
        Steps waitingShortly(Session session, int millis, Steps steps) throws SQLException {
            if (millis == 0) {
                return super.waitingShortly(session, millis, steps);
            }
            int usual = session.list("SELECT LOCK_TIMEOUT()", Session.NOTHING, Row::integer)
                    .get(0);
            setLockTimeout(session, millis);
            try {
                steps.in(session);
            } catch (SQLException | RuntimeException | Error failure) {
                try {
                    setLockTimeout(session, usual);
                } catch (SQLException alsoFailed) {
                    failure.addSuppressed(alsoFailed);
                }
                throw failure;
            }
            setLockTimeout(session, usual);
            return steps;
        }

        private static void setLockTimeout(Session session, int millis) throws SQLException {
            session.update("SET LOCK_TIMEOUT " + millis, Session.NOTHING);
        }

        @Override
        boolean qualifiesIndexes() {
            return true;
        }
    },

    /** SQLite 3.37 or newer, in a file with a write-ahead log. */
    SQLITE("SQLite", 3, 37, UtcTimes.TEXT) {
        /** Without the log a reader holds up every writer; a database in memory is another one for each connection. */
        @Override
        void requireUsable(Session session) throws SQLException {
            String journal = session.list("PRAGMA journal_mode", Session.NOTHING, Row::text)
                    .get(0);
            if (!journal.equalsIgnoreCase("wal")) {
                throw new IllegalArgumentException("journal_mode of the SQLite database is \"" + journal
                        + "\": expected wal; open a file with ?journal_mode=WAL at the end of its URL");
            }
        }

        /** The machine's time, which all processes of the database share: the database's own has milliseconds only. */
        @Override
        Instant now(Session session) {
            return Instant.now().truncatedTo(ChronoUnit.MICROS);
        }

        @Override
        int writeIsolation() {
            return Connection.TRANSACTION_SERIALIZABLE;
        }

        @Override
        int snapshotIsolation() {
            return Connection.TRANSACTION_SERIALIZABLE;
        }

        @Override
        boolean hasOneWriter() {
            return true;
        }

        @Override
        String translate(String sql) {
            return HalvedSum.translate(LOCKING.matcher(sql).replaceFirst("\n"));
        }

        @Override
        BigInteger sum(String text) {
            return HalvedSum.parse(text);
        }

        /** A transaction that begins by reading fails at its first write if another has written meanwhile. */
        @Override
        void beginWrite(Session session) throws SQLException {
            session.update(CHANGES_NOTHING, Session.NOTHING);
        }

        @Override
        boolean locksInOrder() {
            return true;
        }

        @Override
        void requireSchemas(String schemaName) {
            throw new IllegalArgumentException(
                    "schema name is \"" + schemaName + "\": expected none, since SQLite has no schemas");
        }

        @Override
        String columnType(int jdbcType, String typeName, int size) {
            return typeName.toLowerCase(Locale.ROOT);
        }
    };

    /** A statement that writes and changes nothing. */
    static final String CHANGES_NOTHING = "UPDATE quota_schema_version SET version = version WHERE version < 0";

    private static final Pattern LOCKING = Pattern.compile("\\s+FOR UPDATE(?: SKIP LOCKED)?\\s*$");

    private final String product;
    private final int major;
    private final int minor;
    private final UtcTimes times;

    Dialect(String product, int major, int minor, UtcTimes times) {
        this.product = product;
        this.major = major;
        this.minor = minor;
        this.times = times;
    }

    /**
     * Returns the dialect of the database that this describes.
     *
     * @throws IllegalArgumentException if the store does not know it, or it is too old; the message names it
     */
    public static Dialect of(DatabaseMetaData database) throws SQLException {
        // MySQL's driver calls every server MySQL.
        String product = database.getDatabaseProductVersion().contains(MARIADB.product)
                ? MARIADB.product
                : database.getDatabaseProductName();
        for (Dialect dialect : values()) {
            if (dialect.product.equals(product)) {
                dialect.checkVersion(database);
                return dialect;
            }
        }
        throw new IllegalArgumentException("database is \"" + product + " " + database.getDatabaseProductVersion()
                + "\": expected "
                + Arrays.stream(values()).map(dialect -> dialect.product).collect(Collectors.joining(" or ")));
    }

    private void checkVersion(DatabaseMetaData database) throws SQLException {
        int hasMajor = database.getDatabaseMajorVersion();
        int hasMinor = database.getDatabaseMinorVersion();
        if (hasMajor < major || (hasMajor == major && hasMinor < minor)) {
            throw new IllegalArgumentException("database is \"" + product + " " + database.getDatabaseProductVersion()
                    + "\": expected version " + major + "." + minor + " or newer");
        }
    }

    /**
     * Requires that connections are set up as the store needs them.
     *
     * @throws IllegalArgumentException if not; the message says what to change
     */
    void requireUsable(Session session) throws SQLException {}

    /** Returns the folder of the scripts, beside this class. */
    String folder() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns how instants are written. */
    UtcTimes times() {
        return times;
    }

    /** Returns the time of the database now. */
    abstract Instant now(Session session) throws SQLException;

    private static Instant time(Session session, String clock) throws SQLException {
        return session.list(clock, Session.NOTHING, Row::time).get(0);
    }

    /** Returns the isolation level of transactions that write. */
    int writeIsolation() {
        return Connection.TRANSACTION_READ_COMMITTED;
    }

    /** Returns the isolation level at which all statements of a transaction see the same. */
    int snapshotIsolation() {
        return Connection.TRANSACTION_REPEATABLE_READ;
    }

    /** Returns the isolation level of the source's sessions, or {@link Connection#TRANSACTION_NONE} if it is not known. */
    int sessionIsolation(Connection connection, DataSource dataSource) throws SQLException {
        return connection.getTransactionIsolation();
    }

    /** Returns whether one transaction can have an isolation level of its own; otherwise it is the connection's. */
    boolean isolatesTransactions() {
        return false;
    }

    /**
     * Gives the transaction that is to begin an isolation level. {@link Connection#setTransactionIsolation} would change
     * that of the session, which behind a pooler is one of others too.
     */
    void isolate(Connection connection, int isolation) throws SQLException {
        String level = switch (isolation) {
            case Connection.TRANSACTION_READ_COMMITTED -> "READ COMMITTED";
            case Connection.TRANSACTION_REPEATABLE_READ -> "REPEATABLE READ";
            default -> throw new IllegalArgumentException("isolation level is " + isolation);
        };
        run(connection, "SET TRANSACTION ISOLATION LEVEL " + level);
    }

    /** Commits a transaction. */
    void commit(Connection connection) throws SQLException {
        connection.commit();
    }

    /** Rolls a transaction back. */
    void rollBack(Connection connection) throws SQLException {
        connection.rollback();
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Returns whether a transaction that writes has the database to itself: then there are no locks on rows. */
    boolean hasOneWriter() {
        return false;
    }

    /** Returns a statement in the words of this database. */
    String translate(String sql) {
        return sql;
    }

    /** Returns a sum of units, of any size, from the text of it in the database. */
    BigInteger sum(String text) {
        return new BigDecimal(text).toBigIntegerExact();
    }

    /** Makes a transaction that is to write, and has done nothing yet, the one writer, where there can be but one. */
    void beginWrite(Session session) throws SQLException {}

    /**
     * Returns whether transactions that want the same row are served in the order in which they came, and one can wait there
     * for a short time only. Elsewhere none waits: they try again.
     */
    boolean waitsInLine() {
        return false;
    }

    /**
     * Returns a select that is sent along with another one. It bounds how long the transaction waits for locks. It is empty
     * where a transaction has no such setting of its own.
     *
     * @param millis 0 for as long as the connection is set to
     */
    String lockTimeout(int millis) {
        return "";
    }

    /**
     * Returns the words before a statement that writes, which bound how long it waits for locks.
     *
     * @param millis 0 for as long as the connection is set to
     */
    String writesWaiting(int millis) {
        return "";
    }

    /** Steps of a transaction that waits for locks for a short time only. */
    interface Steps {
        void in(Session session) throws SQLException;
    }

    /** Runs something that waits for locks for a short time only, and leaves the connection as it was. */
    Steps waitingShortly(Session session, int millis, Steps steps) throws SQLException {
        steps.in(session.waiting(millis));
        return steps;
    }

    /** Returns whether accounts are stamped with every change, for {@link GuardedWrite} to compare. */
    boolean stampsAccounts() {
        return false;
    }

    /** Returns whether one {@code SELECT … ORDER BY … FOR UPDATE} locks its rows in that order. */
    boolean locksInOrder() {
        return false;
    }

    /** Lets one connection at a time make tables, until {@link #unlockSchema}, where the database needs that. */
    void lockSchema(Session session) throws SQLException {}

    /** Lets others make tables; where the lock was the transaction's, its end does. */
    void unlockSchema(Session session) throws SQLException {}

    /**
     * Requires that the database has schemas.
     *
     * @throws IllegalArgumentException if it has none
     */
    void requireSchemas(String schemaName) {}

    /** Returns whether what others call a schema is a database here. */
    boolean schemasAreCatalogs() {
        return false;
    }

    /** Returns whether the name of an index that is made has to say its schema, where it is not the connection's. */
    boolean qualifiesIndexes() {
        return false;
    }

    /** Returns what else than somebody who came between makes the driver say that a row was not changed. */
    String explainsNoRows() {
        return "";
    }

    /** Returns what a column is, in the words of the scripts. */
    String columnType(int jdbcType, String typeName, int size) {
        if (typeName.equalsIgnoreCase("datetime")) {
            // Its digits after the second stand behind "2026-03-10 12:00:00.".
            return "datetime(" + Math.max(0, size - 20) + ")";
        }
        if (typeName.toLowerCase(Locale.ROOT).endsWith("text")) {
            return typeName.toLowerCase(Locale.ROOT);
        }
        return switch (jdbcType) {
            case Types.VARCHAR ->
                typeName.toLowerCase(Locale.ROOT).contains("ignorecase") ? typeName : "varchar(" + size + ")";
            case Types.BIGINT -> "bigint";
            case Types.INTEGER -> "integer";
            case Types.BOOLEAN, Types.BIT -> "boolean";
            default -> isTime(jdbcType, typeName) ? "timestamp(6) with time zone" : typeName;
        };
    }

    private static boolean isTime(int jdbcType, String typeName) {
        return jdbcType == Types.TIMESTAMP_WITH_TIMEZONE || typeName.equals("timestamptz");
    }
}
