package org.quotaledger.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** A database that the store works on, and the few places in which databases differ. */
public enum Dialect {
    /** PostgreSQL 14 or newer. */
    POSTGRESQL("PostgreSQL", 14, 0, "SELECT clock_timestamp()", Connection.TRANSACTION_REPEATABLE_READ),

    /** H2 2.2 or newer, in memory, in a file or as a server. */
    H2("H2", 2, 2, "SELECT CURRENT_TIMESTAMP(6)", 6 /* org.h2.engine.Constants.TRANSACTION_SNAPSHOT */);

    private final String product;
    private final int major;
    private final int minor;
    private final String clock;
    private final int snapshotIsolation;

    Dialect(String product, int major, int minor, String clock, int snapshotIsolation) {
        this.product = product;
        this.major = major;
        this.minor = minor;
        this.clock = clock;
        this.snapshotIsolation = snapshotIsolation;
    }

    /**
     * Returns the dialect of the database that this describes.
     *
     * @throws IllegalArgumentException if the store does not know it, or it is too old; the message names it
     */
    public static Dialect of(DatabaseMetaData database) throws SQLException {
        String product = database.getDatabaseProductName();
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

    /** Returns the folder of the scripts, beside this class. */
    String folder() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the query for the time now. H2 tells all statements of a transaction the time at which the first of them
     * asked.
     */
    String clock() {
        return clock;
    }

    /** Returns the isolation level at which all statements of a transaction see the same. */
    int snapshotIsolation() {
        return snapshotIsolation;
    }

    /** Returns whether one {@code SELECT … ORDER BY … FOR UPDATE} locks its rows in that order. */
    boolean locksInOrder() {
        return this == POSTGRESQL;
    }

    /** Lets one connection at a time create tables, until its transaction ends, where the database needs that. */
    void lockSchema(Session session) throws SQLException {
        if (this == POSTGRESQL) {
            // Two that create the same table at once would fail in its catalogs. The number is this library's own.
            session.list("SELECT pg_advisory_xact_lock(7301982645)", Session.NOTHING, row -> true);
        }
    }

    /** Returns what a column is, in the words of the scripts. */
    String columnType(int jdbcType, String typeName, int size) {
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
