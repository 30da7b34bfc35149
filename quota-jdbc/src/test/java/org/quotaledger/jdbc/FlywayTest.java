package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** A host runs the scripts of this jar with its own Flyway, and opens the store without any right to make tables. */
class FlywayTest {

    private static FluentConfiguration flyway(DataSource database) {
        return Flyway.configure()
                .dataSource(database)
                // As migrations of the host have versions of their own, the ledger's are counted in a table of theirs.
                .table("quota_flyway_history");
    }

    private static FluentConfiguration ledgerIn(DataSource database, Dialect dialect) {
        return flyway(database)
                .locations("classpath:org/quotaledger/jdbc/" + dialect.name().toLowerCase(Locale.ROOT));
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void migratesAnEmptyDatabase(Dialect dialect) {
        DataSource database = Databases.empty(dialect);
        Flyway flyway = ledgerIn(database, dialect).load();

        assertThat(flyway.migrate().migrationsExecuted).isOne();
        assertThat(flyway.migrate().migrationsExecuted).isZero();

        Schema.of(database).verify();
        JdbcQuotaStore.builder(database).createSchema(false).build().close();
    }

    /** The host has tables, and migrations that are numbered from 1 too. */
    @ParameterizedTest
    @EnumSource(Dialect.class)
    void migratesBesideMigrationsOfTheHost(Dialect dialect, @TempDir Path folder) throws IOException {
        DataSource database = Databases.empty(dialect);
        Files.writeString(folder.resolve("V1__orders.sql"), "CREATE TABLE orders (id integer NOT NULL PRIMARY KEY);\n");
        Flyway.configure()
                .dataSource(database)
                .locations("filesystem:" + folder)
                .load()
                .migrate();

        assertThatThrownBy(() -> ledgerIn(database, dialect).load().migrate())
                .as("Flyway asks before it works beside what it does not know")
                .isInstanceOf(FlywayException.class);
        assertThat(ledgerIn(database, dialect)
                        .baselineOnMigrate(true)
                        .baselineVersion("0")
                        .load()
                        .migrate()
                        .migrationsExecuted)
                .isOne();

        Schema.of(database).verify();
    }

    @ParameterizedTest
    @EnumSource(value = Dialect.class, mode = Mode.EXCLUDE, names = "SQLITE")
    void migratesASchemaOfItsOwn(Dialect dialect) throws SQLException {
        DataSource database = Databases.empty(dialect);
        String name = "flyway_" + dialect.name().toLowerCase(Locale.ROOT);
        execute(database, "CREATE SCHEMA " + name);

        // Flyway quotes the name: on H2 it has to be written as the database keeps it.
        String kept = dialect == Dialect.H2 ? name.toUpperCase(Locale.ROOT) : name;
        ledgerIn(database, dialect).defaultSchema(kept).load().migrate();

        Schema.of(database).in(name).verify();
        JdbcQuotaStore.builder(database)
                .schemaName(name)
                .createSchema(false)
                .build()
                .close();
        assertThatThrownBy(() -> Schema.of(database).verify()).isInstanceOf(SchemaMismatchException.class);
    }

    /** The scripts in the jar have the prefix that the tables have by default: another one is printed. */
    @ParameterizedTest
    @EnumSource(Dialect.class)
    void migratesWhatWasPrintedWithAnotherPrefix(Dialect dialect, @TempDir Path folder) throws IOException {
        DataSource database = Databases.empty(dialect);
        Schema schema = Schema.of(database).withTablePrefix("billing_");
        Files.writeString(folder.resolve("V7__ledger.sql"), schema.createSql());

        flyway(database).locations("filesystem:" + folder).load().migrate();

        schema.verify();
        JdbcQuotaStore.builder(database)
                .tablePrefix("billing_")
                .createSchema(false)
                .build()
                .close();
    }

    /** Who let the store make the tables first can hand them over to Flyway. */
    @Test
    void takesOverTablesThatTheStoreHasMade() {
        DataSource database = Databases.postgres();
        JdbcQuotaStore.open(database).close();

        Flyway flyway = ledgerIn(database, Dialect.POSTGRESQL)
                .baselineOnMigrate(true)
                .baselineVersion(String.valueOf(Schema.VERSION))
                .load();

        assertThat(flyway.migrate().migrationsExecuted).isZero();
        flyway.validate();
    }

    private static void execute(DataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
