package org.quotaledger.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.quotaledger.spi.QuotaStoreException;

/**
 * The tables, indexes and views of a ledger: created, migrated or verified, never guessed.
 *
 * <p>The scripts lie in this jar, one for each version and database, named as Flyway names its migrations: a host that
 * migrates by itself runs {@code classpath:org/quotaledger/jdbc/postgresql} ({@code …/mariadb}, {@code …/mysql},
 * {@code …/h2}, {@code …/sqlite}) with its own tool and opens the store with {@code createSchema(false)}. A DBA who does it
 * by hand prints {@link #createSql}, {@link #migrateSql} and {@link #verifySql}. Scripts name the tables with the prefix
 * {@code quota_}. Immutable and thread-safe.
 */
public final class Schema {

    /** The version that this release works on. */
    public static final int VERSION = 1;

    /** The scripts, the first of which makes version 1 of nothing and each other one a version of the one before. */
    private static final List<String> SCRIPTS = List.of("V1__quota_ledger.sql");

    private static final int MOST_ATTEMPTS = 20;

    private final DataSource dataSource;
    private final TableNames names;

    Schema(DataSource dataSource, TableNames names) {
        this.dataSource = dataSource;
        this.names = names;
    }

    /**
     * Returns the schema with the prefix {@code quota_} where these connections lead to.
     *
     * @throws IllegalArgumentException if the database is not one that the store knows
     * @throws QuotaStoreException if it cannot be reached
     */
    public static Schema of(DataSource dataSource) {
        return of(dataSource, null, TableNames.DEFAULT_PREFIX);
    }

    static Schema of(DataSource dataSource, @Nullable String schemaName, String tablePrefix) {
        try (Connection connection = FirstConnection.of(dataSource)) {
            Dialect dialect = Dialect.of(connection.getMetaData());
            return new Schema(dataSource, new TableNames(dialect, schemaName, tablePrefix));
        } catch (SQLException failure) {
            throw SqlFailure.notReached(failure);
        }
    }

    /**
     * Returns the same with other names of tables, indexes and views.
     *
     * @param tablePrefix what all names start with: a lower-case letter, then at most 30 lower-case letters, digits or
     *     {@code _}
     * @throws IllegalArgumentException if the prefix is not as allowed
     */
    public Schema withTablePrefix(String tablePrefix) {
        return new Schema(dataSource, names.withPrefix(tablePrefix));
    }

    /**
     * Returns the same in a schema of this name, on MariaDB and MySQL a database, which has to be there.
     *
     * @param schemaName a lower-case letter, then at most 30 lower-case letters, digits or {@code _}
     * @throws IllegalArgumentException if the name is not as allowed, or the database is SQLite, which has no schemas
     */
    public Schema in(String schemaName) {
        return new Schema(dataSource, names.inSchema(schemaName));
    }

    /** Returns the statements that {@link #create} runs where there is nothing; each ends with a semicolon. */
    public String createSql() {
        return sqlFrom(0);
    }

    /**
     * Returns the statements that {@link #migrate} would run now: none if the tables are of this version already.
     *
     * @throws SchemaMismatchException if the tables are of a newer version
     * @throws QuotaStoreException if the database failed
     */
    public String migrateSql() {
        return sqlFrom(tx().define(this::knownVersion));
    }

    /** Returns statements that fail where a table or a column is missing; the last finds the version. */
    public String verifySql() {
        return SchemaComparison.selects(createSql()) + names.in("SELECT version\nFROM quota_schema_version;\n");
    }

    private String sqlFrom(int version) {
        return SCRIPTS.subList(version, SCRIPTS.size()).stream()
                .map(this::resource)
                .map(names::in)
                .collect(Collectors.joining("\n"));
    }

    private String resource(String script) {
        String name = names.dialect().folder() + "/" + script;
        try (InputStream text = Schema.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(text, () -> "no " + name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException("reading " + name + " failed", failure);
        }
    }

    /**
     * Creates everything where there is nothing, and verifies it; changes nothing where tables are, of whatever version.
     * Safe when several nodes do it at once, and when a node that did it died in the middle.
     *
     * @throws SchemaMismatchException if something of these names is there that is not as expected
     * @throws QuotaStoreException if the database failed, or is read-only, as a standby is
     */
    public void create() {
        if (tx().define(this::version).isEmpty()) {
            bring();
        }
        verify();
        requireWritable();
    }

    /**
     * Brings tables of an older version to this one, creates them where there are none, and verifies the result; does
     * nothing to tables of this version. Safe when several nodes do it at once, and when a node that did it died in the
     * middle. Nodes of an older release must have ended before.
     *
     * @throws SchemaMismatchException if the tables are of a newer version, or not as expected
     * @throws QuotaStoreException if the database failed
     */
    public void migrate() {
        bring();
        verify();
        requireWritable();
    }

    /** Tables that are there already can be verified on a standby too. The right to change them is not needed here. */
    private void requireWritable() {
        try {
            tx().define(session -> session.update(Dialect.CHANGES_NOTHING, Session.NOTHING));
        } catch (QuotaStoreException failure) {
            if (SqlFailure.endsSession(failure)) {
                throw failure;
            }
        }
    }

    private void bring() {
        Tx tx = tx();
        for (int attempts = 1; tx.define(this::knownVersion) < VERSION; attempts++) {
            try {
                tx.define(session -> {
                    names.dialect().lockSchema(session);
                    try {
                        // Again, now that nobody else changes it.
                        for (String script : SCRIPTS.subList(knownVersion(session), SCRIPTS.size())) {
                            session.script(resource(script));
                        }
                    } finally {
                        names.dialect().unlockSchema(session);
                    }
                    return VERSION;
                });
            } catch (QuotaStoreException failure) {
                // Where tables are not made in a transaction, another node may make the same one at this very moment.
                if (attempts == MOST_ATTEMPTS || SqlFailure.endsSession(failure)) {
                    throw failure;
                }
            }
        }
    }

    /**
     * Verifies that everything is there and as expected. More columns are no difference, if they can be left out.
     *
     * @throws SchemaMismatchException if not; it names every table and column that differs
     * @throws QuotaStoreException if the database failed
     */
    public void verify() {
        List<String> differences = tx().define(this::differences);
        if (!differences.isEmpty()) {
            throw new SchemaMismatchException(differences);
        }
    }

    private List<String> differences(Session session) throws SQLException {
        List<String> differences = new SchemaComparison(session.connection(), names).differences(createSql());
        return differences.isEmpty() ? versionDifference(version(session)) : differences;
    }

    private List<String> versionDifference(Optional<Integer> version) {
        return version.equals(Optional.of(VERSION))
                ? List.of()
                : List.of("version in table " + names.in("quota_schema_version") + " is "
                        + version.map(String::valueOf).orElse("missing") + ": expected " + VERSION);
    }

    /** At whatever isolation level connections come: what is read here stands still. */
    private Tx tx() {
        return new Tx(Connections.unwatched(dataSource), names, names.dialect().writeIsolation());
    }

    /** Returns the version of the tables, 0 where there are none. */
    private int knownVersion(Session session) throws SQLException {
        Optional<Integer> version = version(session);
        if (version.orElse(0) > VERSION) {
            throw new SchemaMismatchException(versionDifference(version));
        }
        return version.orElse(0);
    }

    private Optional<Integer> version(Session session) throws SQLException {
        if (!new SchemaComparison(session.connection(), names).hasTable("quota_schema_version")) {
            return Optional.empty();
        }
        return session.list("SELECT version FROM quota_schema_version", Session.NOTHING, Row::integer).stream()
                .findFirst();
    }
}
