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
import org.jspecify.annotations.Nullable;

/** A database that the store works on, and the few places in which databases differ. */
public enum Dialect {
    /** PostgreSQL 14 or newer. */
    POSTGRESQL(
            "PostgreSQL",
            14,
            0,
            UtcTimes.ZONED,
            "SELECT clock_timestamp()",
            Connection.TRANSACTION_READ_COMMITTED,
            Connection.TRANSACTION_REPEATABLE_READ),

    /** MariaDB 10.6 or newer. */
    MARIADB(
            "MariaDB",
            10,
            6,
            UtcTimes.UNZONED,
            "SELECT UTC_TIMESTAMP(6)",
            Connection.TRANSACTION_READ_COMMITTED,
            Connection.TRANSACTION_REPEATABLE_READ),

    /** MySQL 8.0.17 or newer: nothing but names differs from MariaDB, which it is not tested beyond. */
    MYSQL(
            "MySQL",
            8,
            0,
            UtcTimes.UNZONED,
            "SELECT UTC_TIMESTAMP(6)",
            Connection.TRANSACTION_READ_COMMITTED,
            Connection.TRANSACTION_REPEATABLE_READ),

    /** H2 2.2 or newer, in memory, in a file or as a server. */
    H2(
            "H2",
            2,
            2,
            UtcTimes.ZONED,
            "SELECT CURRENT_TIMESTAMP(6)",
            Connection.TRANSACTION_READ_COMMITTED,
            6 /* org.h2.engine.Constants.TRANSACTION_SNAPSHOT */),

    /** SQLite 3.37 or newer, in a file with a write-ahead log. */
    SQLITE(
            "SQLite",
            3,
            37,
            UtcTimes.TEXT,
            null,
            Connection.TRANSACTION_SERIALIZABLE,
            Connection.TRANSACTION_SERIALIZABLE);

    /** A statement that writes and changes nothing. */
    static final String CHANGES_NOTHING = "UPDATE quota_schema_version SET version = version WHERE version < 0";

    private static final Pattern LOCKING = Pattern.compile("\\s+FOR UPDATE(?: SKIP LOCKED)?\\s*$");

    private final String product;
    private final int major;
    private final int minor;
    private final UtcTimes times;
    private final @Nullable String clock;
    private final int writeIsolation;
    private final int snapshotIsolation;

    Dialect(
            String product,
            int major,
            int minor,
            UtcTimes times,
            @Nullable String clock,
            int writeIsolation,
            int snapshotIsolation) {
        this.product = product;
        this.major = major;
        this.minor = minor;
        this.times = times;
        this.clock = clock;
        this.writeIsolation = writeIsolation;
        this.snapshotIsolation = snapshotIsolation;
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
    void requireUsable(Session session) throws SQLException {
        if (isMariaDbOrMySql()) {
            requireUsableLog(session);
        } else if (this == SQLITE) {
            // Without it a reader holds up every writer, and a database in memory is another one for each connection.
            String journal = session.list("PRAGMA journal_mode", Session.NOTHING, Row::text)
                    .get(0);
            if (!journal.equalsIgnoreCase("wal")) {
                throw new IllegalArgumentException("journal_mode of the SQLite database is \"" + journal
                        + "\": expected wal; open a file with ?journal_mode=WAL at the end of its URL");
            }
        }
    }

    /** The server would refuse each transaction that writes, since they run at READ COMMITTED. */
    private static void requireUsableLog(Session session) throws SQLException {
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

    /** Returns the folder of the scripts, beside this class. */
    String folder() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns how instants are written. */
    UtcTimes times() {
        return times;
    }

    /**
     * Returns the time of the database now. H2 tells all statements of a transaction the time at which the first of them
     * asked. The time of SQLite is that of the machine, which all its processes share: it tells milliseconds only.
     */
    Instant now(Session session) throws SQLException {
        return clock == null
                ? Instant.now().truncatedTo(ChronoUnit.MICROS)
                : session.list(clock, Session.NOTHING, Row::time).get(0);
    }

    /** Returns the isolation level of transactions that write. */
    int writeIsolation() {
        return writeIsolation;
    }

    /** Returns the isolation level at which all statements of a transaction see the same. */
    int snapshotIsolation() {
        return snapshotIsolation;
    }

    /** Returns whether one transaction can have an isolation level of its own; otherwise it is the connection's. */
    boolean isolatesTransactions() {
        return this == POSTGRESQL || isMariaDbOrMySql();
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
        if (isMariaDbOrMySql()) {
            run(connection, "COMMIT");
        } else {
            connection.commit();
        }
    }

    /** Rolls a transaction back. */
    void rollBack(Connection connection) throws SQLException {
        if (isMariaDbOrMySql()) {
            run(connection, "ROLLBACK");
        } else {
            connection.rollback();
        }
    }

    /**
     * Commits and rolls back by a statement. MariaDB's driver leaves {@link Connection#commit} out where no table was used:
     * the host's next transaction would then have the level of this one.
     */
    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Returns whether a transaction that writes has the database to itself: then there are no locks on rows. */
    boolean hasOneWriter() {
        return this == SQLITE;
    }

    /** Returns a statement in the words of this database. */
    String translate(String sql) {
        return hasOneWriter() ? HalvedSum.translate(LOCKING.matcher(sql).replaceFirst("\n")) : sql;
    }

    /** Returns a sum of units, of any size, from the text of it in the database. */
    BigInteger sum(String text) {
        return hasOneWriter() ? HalvedSum.parse(text) : new BigDecimal(text).toBigIntegerExact();
    }

    /**
     * Makes a transaction that is to write, and has done nothing yet, the one that may, where there can be but one.
     * Begun by reading, it would fail as soon as it wrote if another had written meanwhile.
     */
    void beginWrite(Session session) throws SQLException {
        if (hasOneWriter()) {
            session.update(CHANGES_NOTHING, Session.NOTHING);
        }
    }

    /**
     * Returns whether transactions that want the same row are served in the order in which they came, and one can wait there
     * for a short time only. Elsewhere none waits: they try again.
     */
    boolean waitsInLine() {
        return this == POSTGRESQL;
    }

    /**
     * Returns a select that is sent along with another one. It bounds how long the transaction waits for locks. It is empty
     * where a transaction has no such setting of its own.
     *
     * @param millis 0 for as long as the connection is set to
     */
    String lockTimeout(int millis) {
        return this == POSTGRESQL && millis > 0 ? "SELECT set_config('lock_timeout', '" + millis + "ms', true);\n" : "";
    }

    /**
     * Returns the words before a statement that writes, which bound how long it waits for locks. MariaDB knows whole seconds
     * only: there it waits for none, or for one.
     *
     * @param millis 0 for as long as the connection is set to
     */
    String writesWaiting(int millis) {
        return this == MARIADB && millis > 0
                ? "SET STATEMENT innodb_lock_wait_timeout=" + (millis < 100 ? 0 : 1) + " FOR "
                : "";
    }

    /** Steps of a transaction that waits for locks for a short time only. */
    interface Steps {
        void in(Session session) throws SQLException;
    }

    /** Runs something that waits for locks for a short time only, and leaves the connection as it was. */
    Steps waitingShortly(Session session, int millis, Steps steps) throws SQLException {
        if (this != H2 || millis == 0) {
            steps.in(session.waiting(millis));
            return steps;
        }
        int usual = session.list("SELECT LOCK_TIMEOUT()", Session.NOTHING, Row::integer)
                .get(0);
        session.update("SET LOCK_TIMEOUT " + millis, Session.NOTHING);
        try {
            steps.in(session);
        } catch (SQLException | RuntimeException | Error failure) {
            reset(session, usual, failure);
            throw failure;
        }
        session.update("SET LOCK_TIMEOUT " + usual, Session.NOTHING);
        return steps;
    }

    private static void reset(Session session, int usual, Throwable failure) {
        try {
            session.update("SET LOCK_TIMEOUT " + usual, Session.NOTHING);
        } catch (SQLException alsoFailed) {
            failure.addSuppressed(alsoFailed);
        }
    }

    /** Returns whether accounts are stamped with every change, for {@link GuardedWrite} to compare. */
    boolean stampsAccounts() {
        return this == POSTGRESQL;
    }

    /** Returns whether one {@code SELECT … ORDER BY … FOR UPDATE} locks its rows in that order. */
    boolean locksInOrder() {
        return this == POSTGRESQL || hasOneWriter();
    }

    /** Lets one connection at a time make tables, until {@link #unlockSchema}, where the database needs that. */
    void lockSchema(Session session) throws SQLException {
        if (this == POSTGRESQL) {
            // Two that create the same table at once would fail in its catalogs. The number is this library's own.
            session.list("SELECT pg_advisory_xact_lock(7301982645)", Session.NOTHING, row -> true);
        } else if (isMariaDbOrMySql()) {
            // Not the transaction's: each statement that makes a table commits what was before it.
            boolean got = session.list(
                            "SELECT COALESCE(GET_LOCK('org.quotaledger.schema', 60), 0)", Session.NOTHING, Row::flag)
                    .get(0);
            if (!got) {
                throw Session.cameBetween("another node has been making tables for a minute");
            }
        }
    }

    /** Lets others make tables; where the lock was the transaction's, its end does. */
    void unlockSchema(Session session) throws SQLException {
        if (isMariaDbOrMySql()) {
            session.list("SELECT RELEASE_LOCK('org.quotaledger.schema')", Session.NOTHING, row -> true);
        }
    }

    private boolean isMariaDbOrMySql() {
        return this == MARIADB || this == MYSQL;
    }

    /** Returns whether what others call a schema is a database here. */
    boolean schemasAreCatalogs() {
        return isMariaDbOrMySql();
    }

    /** Returns whether the name of an index that is made has to say its schema, where it is not the connection's. */
    boolean qualifiesIndexes() {
        return this == H2;
    }

    /** Returns what else than somebody who came between makes the driver say that a row was not changed. */
    String explainsNoRows() {
        return isMariaDbOrMySql() ? " (the driver must count rows found: switch useAffectedRows off)" : "";
    }

    /** Returns what a column is, in the words of the scripts. */
    String columnType(int jdbcType, String typeName, int size) {
        if (this == SQLITE) {
            return typeName.toLowerCase(Locale.ROOT);
        }
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
