package org.quotaledger.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * Rows that are copied within the database from one that the ledger has written, whatever columns it has: to make ten
 * thousand accounts one by one takes most of a minute.
 */
final class RowCopies {

    private RowCopies() {}

    /** Copies the account {@code key-0} until there are so many. */
    static void accounts(PostgresServer server, String prefix, int accounts) throws SQLException {
        copy(server, prefix + "_account", Map.of("id", "'key-' || number"), "id = 'key-0'", 1, accounts - 1);
    }

    /**
     * Copies a row.
     *
     * @param changed what columns become, in SQL, with {@code number} for the copy's number
     */
    static void copy(PostgresServer server, String table, Map<String, String> changed, String row, int from, int to)
            throws SQLException {
        List<String> columns = columns(server, table);
        server.execute("INSERT INTO %s (%s) SELECT %s FROM %s CROSS JOIN generate_series(%d, %d) AS number WHERE %s"
                .formatted(
                        table,
                        String.join(", ", columns),
                        columns.stream()
                                .map(column -> changed.getOrDefault(column, column))
                                .collect(Collectors.joining(", ")),
                        table,
                        from,
                        to,
                        row));
    }

    /** The same on any database, with a statement for each account, in one transaction. */
    static void accountsOneByOne(DataSource dataSource, String prefix, int accounts) throws SQLException {
        String table = prefix + "_account";
        try (Connection connection = dataSource.getConnection()) {
            List<String> columns = columns(connection, table);
            connection.setAutoCommit(false);
            try (PreparedStatement statement =
                    connection.prepareStatement("INSERT INTO %s (%s) SELECT %s FROM %s WHERE id = 'key-0'"
                            .formatted(
                                    table,
                                    String.join(", ", columns),
                                    columns.stream()
                                            .map(column -> column.equalsIgnoreCase("id") ? "?" : column)
                                            .collect(Collectors.joining(", ")),
                                    table))) {
                for (int number = 1; number < accounts; number++) {
                    statement.setString(1, "key-" + number);
                    // Not in a batch: MariaDB knows none of such a statement.
                    statement.executeUpdate();
                }
            }
            connection.commit();
            connection.setAutoCommit(true);
        }
    }

    private static List<String> columns(Connection connection, String table) throws SQLException {
        List<String> columns = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet none = statement.executeQuery("SELECT * FROM " + table + " WHERE 1 = 0")) {
            for (int i = 1; i <= none.getMetaData().getColumnCount(); i++) {
                columns.add(none.getMetaData().getColumnName(i));
            }
        }
        return columns;
    }

    private static List<String> columns(PostgresServer server, String table) throws SQLException {
        List<String> columns = new ArrayList<>();
        try (Connection connection = server.pool().getConnection();
                PreparedStatement statement = connection.prepareStatement("""
                        SELECT column_name FROM information_schema.columns
                        WHERE table_name = ? AND is_identity = 'NO'
                        ORDER BY ordinal_position
                        """)) {
            statement.setString(1, table);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    columns.add(result.getString(1));
                }
            }
        }
        return columns;
    }
}
