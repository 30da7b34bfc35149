package org.quotaledger.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.quotaledger.spi.QuotaStoreException;

/**
 * The tables, indexes and views of a ledger: created or verified, never guessed.
 *
 * <p>The scripts lie in this jar, one for each version and database, named as Flyway names its migrations: a host that
 * migrates by itself runs {@code classpath:org/quotaledger/jdbc/postgresql} or {@code …/h2} with its own tool and opens
 * the store with {@code createSchema(false)}. Scripts name the tables with the prefix {@code quota_}. Immutable and
 * thread-safe.
 */
public final class Schema {

    /** The version that this release works on. */
    public static final int VERSION = 1;

    private static final String VERSION_TABLE = "quota_schema_version";

    private static final String SCRIPT = "V1__quota_ledger.sql";

    private static final int MOST_ATTEMPTS = 20;

    private static final String VERSION_OF = """
            SELECT version
            FROM quota_schema_version
            """;

    private static final Pattern TABLE =
            Pattern.compile("CREATE TABLE IF NOT EXISTS (\\w+) \\((.*?)\\n\\)", Pattern.DOTALL);
    private static final Pattern COLUMN = Pattern.compile(
            "\\n    (\\w+) (varchar\\(\\d+\\)|bigint|integer|text|boolean|datetime\\(6\\)|timestamp\\(6\\) with time zone)([^\\n]*)");
    private static final Pattern PRIMARY_KEY = Pattern.compile("\\n    PRIMARY KEY \\(([^)]*)\\)");

    private final DataSource dataSource;
    private final Dialect dialect;
    private final TableNames names;

    Schema(DataSource dataSource, Dialect dialect, TableNames names) {
        this.dataSource = dataSource;
        this.dialect = dialect;
        this.names = names;
    }

    /**
     * Returns the schema with the prefix {@code quota_} in the database that these connections lead to.
     *
     * @throws IllegalArgumentException if the database is not one that the store knows
     * @throws QuotaStoreException if it cannot be reached
     */
    public static Schema of(DataSource dataSource) {
        return of(dataSource, TableNames.DEFAULT_PREFIX);
    }

    /**
     * Returns the schema in the database that these connections lead to.
     *
     * @param tablePrefix what all names start with: a lower-case letter, then at most 30 lower-case letters, digits or
     *     {@code _}
     * @throws IllegalArgumentException if the prefix is not as allowed, or the database is not one that the store knows
     * @throws QuotaStoreException if it cannot be reached
     */
    public static Schema of(DataSource dataSource, String tablePrefix) {
        try (Connection connection = dataSource.getConnection()) {
            Dialect dialect = Dialect.of(connection.getMetaData());
            return new Schema(dataSource, dialect, new TableNames(dialect, tablePrefix));
        } catch (SQLException failure) {
            throw QuotaStoreException.notApplied("database was not reached: " + failure.getMessage(), failure);
        }
    }

    /** Returns the script that creates everything, as {@link #create} runs it: statements that end with a semicolon. */
    public String script() {
        return names.in(resource());
    }

    private String resource() {
        String name = dialect.folder() + "/" + SCRIPT;
        try (InputStream script = Schema.class.getResourceAsStream(name)) {
            return new String(
                    Objects.requireNonNull(script, () -> "no " + name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException("reading " + name + " failed", failure);
        }
    }

    /**
     * Creates what is missing and verifies it all; does nothing to a schema that is there. Safe when several nodes do
     * it at once, and when a node that did it died in the middle.
     *
     * @throws SchemaMismatchException if something of these names is there that is not as expected
     * @throws QuotaStoreException if the database failed
     */
    public void create() {
        Tx tx = tx();
        for (int attempts = 1; tx.define(this::version).isEmpty(); attempts++) {
            try {
                tx.define(session -> {
                    dialect.lockSchema(session);
                    try {
                        session.script(resource());
                    } finally {
                        dialect.unlockSchema(session);
                    }
                    return dialect;
                });
            } catch (QuotaStoreException failure) {
                // Where tables are not made in a transaction, another node may make the same one at this very moment.
                if (attempts == MOST_ATTEMPTS || SqlFailure.isConnectionLost(failure)) {
                    throw failure;
                }
            }
        }
        verify();
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

    /** At whatever isolation level connections come: what is read here stands still. */
    private Tx tx() {
        return new Tx(dataSource, dialect, names, dialect.writeIsolation());
    }

    private Optional<Integer> version(Session session) throws SQLException {
        if (columns(session.connection(), names.in(VERSION_TABLE)).isEmpty()) {
            return Optional.empty();
        }
        return session.list(VERSION_OF, Session.NOTHING, Row::integer).stream().findFirst();
    }

    /**
     * A column.
     *
     * @param type in the words of the scripts
     * @param required whether every row has to say what it is: it is neither null nor filled in by the database
     */
    private record Column(String type, boolean nullable, boolean required) {

        String describe() {
            return type + (nullable ? "" : " NOT NULL");
        }
    }

    private record Table(Map<String, Column> columns, List<String> primaryKey) {}

    private List<String> differences(Session session) throws SQLException {
        List<String> differences = new ArrayList<>();
        Map<String, Map<String, Column>> found =
                columns(session.connection(), names.in(TableNames.DEFAULT_PREFIX) + "%");
        for (Map.Entry<String, Table> expected : expected().entrySet()) {
            String table = expected.getKey();
            Map<String, Column> columns = found.get(table);
            if (columns == null) {
                differences.add("table " + table + " is missing");
                continue;
            }
            compareColumns(table, expected.getValue().columns(), columns, differences);
            List<String> key = primaryKey(session.connection(), table);
            if (!key.equals(expected.getValue().primaryKey())) {
                differences.add("primary key of table " + table + " is " + key + ": expected "
                        + expected.getValue().primaryKey());
            }
        }
        if (differences.isEmpty()) {
            Optional<Integer> version = version(session);
            if (!version.equals(Optional.of(VERSION))) {
                differences.add("version in table " + names.in(VERSION_TABLE) + " is "
                        + version.map(String::valueOf).orElse("missing") + ": expected " + VERSION);
            }
        }
        return differences;
    }

    private static void compareColumns(
            String table, Map<String, Column> expected, Map<String, Column> columns, List<String> differences) {
        expected.forEach((name, column) -> {
            Column found = columns.get(name);
            if (found == null) {
                differences.add("column " + table + "." + name + " is missing: expected " + column.describe());
            } else if (!found.type().equals(column.type()) || found.nullable() != column.nullable()) {
                differences.add(
                        "column " + table + "." + name + " is " + found.describe() + ": expected " + column.describe());
            }
        });
        columns.forEach((name, column) -> {
            if (!expected.containsKey(name) && column.required()) {
                differences.add("column " + table + "." + name + " is " + column.describe()
                        + " without a default: expected no such column");
            }
        });
    }

    /** The script itself is what is expected: there is no second description that could differ from it. */
    private Map<String, Table> expected() {
        Map<String, Table> tables = new LinkedHashMap<>();
        Matcher table = TABLE.matcher(script());
        while (table.find()) {
            Map<String, Column> columns = new LinkedHashMap<>();
            List<String> primaryKey = new ArrayList<>();
            Matcher column = COLUMN.matcher(table.group(2));
            while (column.find()) {
                boolean notNull = column.group(3).contains("NOT NULL");
                columns.put(column.group(1), new Column(column.group(2), !notNull, notNull));
                if (column.group(3).contains("PRIMARY KEY")) {
                    primaryKey.add(column.group(1));
                }
            }
            Matcher key = PRIMARY_KEY.matcher(table.group(2));
            if (key.find()) {
                primaryKey.addAll(List.of(key.group(1).split(", ")));
            }
            tables.put(table.group(1), new Table(columns, primaryKey));
        }
        return tables;
    }

    /**
     * Returns the columns of tables and views by their names.
     *
     * @param tables a table's name, or the start of several and {@code %}
     */
    private Map<String, Map<String, Column>> columns(Connection connection, String tables) throws SQLException {
        DatabaseMetaData metaData = connection.getMetaData();
        Map<String, Map<String, Column>> columns = new HashMap<>();
        try (ResultSet found =
                metaData.getColumns(connection.getCatalog(), connection.getSchema(), pattern(metaData, tables), null)) {
            while (found.next()) {
                columns.computeIfAbsent(lower(found.getString("TABLE_NAME")), table -> new LinkedHashMap<>())
                        .put(lower(found.getString("COLUMN_NAME")), column(found));
            }
        }
        return columns;
    }

    private Column column(ResultSet found) throws SQLException {
        boolean nullable = found.getInt("NULLABLE") != DatabaseMetaData.columnNoNulls;
        boolean filledIn = found.getString("COLUMN_DEF") != null
                || "YES".equals(found.getString("IS_AUTOINCREMENT"))
                || "YES".equals(found.getString("IS_GENERATEDCOLUMN"));
        String type = dialect.columnType(
                found.getInt("DATA_TYPE"), found.getString("TYPE_NAME"), found.getInt("COLUMN_SIZE"));
        return new Column(type, nullable, !nullable && !filledIn);
    }

    private static List<String> primaryKey(Connection connection, String table) throws SQLException {
        DatabaseMetaData metaData = connection.getMetaData();
        TreeMap<Integer, String> columns = new TreeMap<>();
        try (ResultSet found =
                metaData.getPrimaryKeys(connection.getCatalog(), connection.getSchema(), cased(metaData, table))) {
            while (found.next()) {
                columns.put(found.getInt("KEY_SEQ"), lower(found.getString("COLUMN_NAME")));
            }
        }
        return List.copyOf(columns.values());
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private static String cased(DatabaseMetaData metaData, String name) throws SQLException {
        return metaData.storesUpperCaseIdentifiers() ? name.toUpperCase(Locale.ROOT) : name;
    }

    /** An underscore stands for any character in a pattern. */
    private static String pattern(DatabaseMetaData metaData, String name) throws SQLException {
        return cased(metaData, name).replace("_", metaData.getSearchStringEscape() + "_");
    }
}
