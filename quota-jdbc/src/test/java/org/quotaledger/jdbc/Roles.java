package org.quotaledger.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * The roles of docs/databases.md on a database of their own, with exactly the rights that are written there, and the
 * tables made by the one that owns them.
 */
final class Roles {

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Pattern BLOCK = Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL);
    private static final Pattern GRANT = Pattern.compile("GRANT ([A-Z, ]+) ON (\\S+) TO (\\S+);");

    private final Dialect dialect;
    private final String name;
    private final DataSource server;
    private final List<Grant> grants = new ArrayList<>();

    /** One right on one table. */
    record Grant(String right, String table, String role) {}

    Roles(Dialect dialect) {
        this.dialect = dialect;
        this.name = "rights" + NUMBER.incrementAndGet();
        this.server = Databases.empty(dialect);
        boolean postgres = dialect == Dialect.POSTGRESQL;
        List<String> blocks = blocks();
        run(server, blocks.get(postgres ? 0 : 1));
        Schema.of(owner()).create();
        run(server, blocks.get(2));
        run(server, blocks.get(postgres ? 3 : 4));
        Matcher grant = GRANT.matcher(named(blocks.get(2)));
        while (grant.find()) {
            for (String right : grant.group(1).split(", ")) {
                grants.add(new Grant(right, grant.group(2), grant.group(3)));
            }
        }
    }

    private static List<String> blocks() {
        try {
            // Modules are tested in their own folders.
            return BLOCK.matcher(Files.readString(Path.of("..", "docs", "databases.md")))
                    .results()
                    .map(found -> found.group(1))
                    .filter(sql -> sql.contains("ledger_"))
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private String named(String sql) {
        return sql.replaceAll("\\bledger(?![a-z])", name);
    }

    private void run(DataSource as, String block) {
        for (String sql : block.split(";\n")) {
            execute(as, named(sql));
        }
    }

    private static void execute(DataSource as, String sql) {
        try (Connection connection = as.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failure) {
            throw new IllegalStateException(sql, failure);
        }
    }

    /** Lets the nodes merge old rows of the journal. */
    void allowCompaction() {
        run(server, blocks().get(5));
    }

    /** Lets the nodes bring accounts back to the clock. */
    void allowReturnToClock() {
        run(server, blocks().get(6));
    }

    /** Returns the rights of the nodes. */
    List<Grant> grants() {
        return List.copyOf(grants);
    }

    void revoke(Grant grant) {
        execute(server, "REVOKE " + grant.right() + " ON " + grant.table() + " FROM " + grant.role());
    }

    void grant(Grant grant) {
        execute(server, "GRANT " + grant.right() + " ON " + grant.table() + " TO " + grant.role());
    }

    DataSource owner() {
        return as("_owner");
    }

    /** Returns connections that may do everything, as the owner of the tables may not on MariaDB. */
    DataSource root() {
        return Databases.as(dialect, dialect == Dialect.POSTGRESQL ? "postgres" : "root", "", name);
    }

    DataSource app() {
        return as("_app");
    }

    DataSource reports() {
        return as("_reports");
    }

    private DataSource as(String role) {
        return Databases.as(dialect, name + role, "secret", name);
    }
}
