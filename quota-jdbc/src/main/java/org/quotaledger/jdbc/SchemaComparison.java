package org.quotaledger.jdbc;

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
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Compares the tables that are there with those that the scripts make. Not thread-safe. */
final class SchemaComparison {

    private static final Pattern TABLE =
            Pattern.compile("CREATE TABLE IF NOT EXISTS ([\\w.]+) \\((.*?)\\n\\)", Pattern.DOTALL);
    private static final Pattern COLUMN = Pattern.compile(
            "\\n    (\\w+) (varchar\\(\\d+\\)|bigint|integer|text|mediumtext|boolean|datetime\\(6\\)|timestamp\\(6\\) with time zone)([^\\n]*)");
    private static final Pattern PRIMARY_KEY = Pattern.compile("\\n    PRIMARY KEY \\(([^)]*)\\)");

    private final Connection connection;
    private final TableNames names;

    SchemaComparison(Connection connection, TableNames names) {
        this.connection = connection;
        this.names = names;
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

    /** Returns statements that fail where a table or a column of a script is missing. */
    static String selects(String script) {
        StringBuilder selects = new StringBuilder();
        expected(script)
                .forEach((table, expected) -> selects.append("SELECT ")
                        .append(String.join(", ", expected.columns().keySet()))
                        .append("\nFROM ")
                        .append(table)
                        .append("\nWHERE 1 = 0;\n\n"));
        return selects.toString();
    }

    /** Returns whether there is a table of this name, which is written with the prefix {@code quota_}. */
    boolean hasTable(String table) throws SQLException {
        return !columns(names.simple(table)).isEmpty();
    }

    /** Returns what differs between what the script makes and what is there. */
    List<String> differences(String script) throws SQLException {
        List<String> differences = new ArrayList<>();
        Map<String, Map<String, Column>> found = columns(names.simple(TableNames.DEFAULT_PREFIX) + "%");
        for (Map.Entry<String, Table> expected : expected(script).entrySet()) {
            String table = expected.getKey().substring(expected.getKey().indexOf('.') + 1);
            Map<String, Column> columns = found.get(table);
            if (columns == null) {
                differences.add("table " + expected.getKey() + " is missing");
                continue;
            }
            compareColumns(table, expected.getValue().columns(), columns, differences);
            List<String> key = primaryKey(table);
            if (!key.equals(expected.getValue().primaryKey())) {
                differences.add("primary key of table " + table + " is " + key + ": expected "
                        + expected.getValue().primaryKey());
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
    private static Map<String, Table> expected(String script) {
        Map<String, Table> tables = new LinkedHashMap<>();
        Matcher table = TABLE.matcher(script);
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
    private Map<String, Map<String, Column>> columns(String tables) throws SQLException {
        DatabaseMetaData metaData = connection.getMetaData();
        Map<String, Map<String, Column>> columns = new HashMap<>();
        try (ResultSet found = metaData.getColumns(catalog(), schema(metaData), pattern(metaData, tables), null)) {
            while (found.next()) {
                columns.computeIfAbsent(lower(found.getString("TABLE_NAME")), table -> new LinkedHashMap<>())
                        .put(lower(found.getString("COLUMN_NAME")), column(found));
            }
        }
        return columns;
    }

    private @Nullable String catalog() throws SQLException {
        String named = names.schemaName();
        return named != null && names.dialect().schemasAreCatalogs() ? named : connection.getCatalog();
    }

    private @Nullable String schema(DatabaseMetaData metaData) throws SQLException {
        String named = names.schemaName();
        return named == null || names.dialect().schemasAreCatalogs() ? connection.getSchema() : cased(metaData, named);
    }

    private Column column(ResultSet found) throws SQLException {
        boolean nullable = found.getInt("NULLABLE") != DatabaseMetaData.columnNoNulls;
        boolean filledIn = found.getString("COLUMN_DEF") != null
                || "YES".equals(found.getString("IS_AUTOINCREMENT"))
                || "YES".equals(found.getString("IS_GENERATEDCOLUMN"));
        String type = names.dialect()
                .columnType(found.getInt("DATA_TYPE"), found.getString("TYPE_NAME"), found.getInt("COLUMN_SIZE"));
        return new Column(type, nullable, !nullable && !filledIn);
    }

    private List<String> primaryKey(String table) throws SQLException {
        DatabaseMetaData metaData = connection.getMetaData();
        TreeMap<Integer, String> columns = new TreeMap<>();
        try (ResultSet found = metaData.getPrimaryKeys(catalog(), schema(metaData), cased(metaData, table))) {
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
