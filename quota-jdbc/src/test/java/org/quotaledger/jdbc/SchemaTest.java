package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaTest {

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void whatIsCreatedIsAsExpected(Dialect dialect) {
        Schema schema = Schema.of(Databases.empty(dialect), "billing_quota_");

        schema.create();
        schema.create();
        schema.verify();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void severalNodesCanCreateAtOnce(Dialect dialect) throws Exception {
        DataSource database = Databases.empty(dialect);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        CyclicBarrier start = new CyclicBarrier(4);

        List<Future<?>> creating = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            creating.add(threads.submit(() -> {
                start.await();
                JdbcQuotaStore.open(database).close();
                return null;
            }));
        }

        for (Future<?> future : creating) {
            future.get(60, TimeUnit.SECONDS);
        }
        threads.shutdown();
        Schema.of(database).verify();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void theScriptCanBeRunByTheHost(Dialect dialect) throws SQLException {
        DataSource database = Databases.empty(dialect);
        Schema schema = Schema.of(database);

        for (String statement : schema.script().split(";\\s*\\n")) {
            execute(database, statement);
        }

        JdbcQuotaStore.builder(database).createSchema(false).build().close();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void anEmptyDatabaseIsExplainedWhereItMustNotBeCreated(Dialect dialect) {
        DataSource database = Databases.empty(dialect);

        assertThatThrownBy(() ->
                        JdbcQuotaStore.builder(database).createSchema(false).build())
                .isInstanceOf(SchemaMismatchException.class)
                .hasMessageContaining("table quota_account is missing")
                .hasMessageContaining("table quota_journal is missing");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            H2 | ALTER TABLE quota_usage DROP COLUMN peak | column quota_usage.peak is missing: expected bigint NOT NULL
            H2 | ALTER TABLE quota_hold ALTER COLUMN units varchar(20) | column quota_hold.units is varchar(20) NOT NULL: expected bigint NOT NULL
            H2 | ALTER TABLE quota_limit ALTER COLUMN name varchar(50) | column quota_limit.name is varchar(50) NOT NULL: expected varchar(100) NOT NULL
            H2 | ALTER TABLE quota_account ADD COLUMN team varchar(9) NOT NULL | column quota_account.team is varchar(9) NOT NULL without a default: expected no such column
            H2 | DROP TABLE quota_event | table quota_event is missing
            H2 | UPDATE quota_schema_version SET version = 9 | version in table quota_schema_version is 9: expected 1
            H2 | ALTER TABLE quota_refund DROP PRIMARY KEY | primary key of table quota_refund is []: expected [id]
            SQLITE | ALTER TABLE quota_usage DROP COLUMN peak | column quota_usage.peak is missing: expected integer NOT NULL
            SQLITE | DROP TABLE quota_event | table quota_event is missing
            SQLITE | UPDATE quota_schema_version SET version = 9 | version in table quota_schema_version is 9: expected 1
            MARIADB | ALTER TABLE quota_usage DROP COLUMN peak | column quota_usage.peak is missing: expected bigint NOT NULL
            MARIADB | ALTER TABLE quota_reservation MODIFY expires_at datetime NOT NULL | column quota_reservation.expires_at is datetime(0) NOT NULL: expected datetime(6) NOT NULL
            MARIADB | ALTER TABLE quota_reservation MODIFY expires_at timestamp(6) NOT NULL | column quota_reservation.expires_at is TIMESTAMP NOT NULL: expected datetime(6) NOT NULL
            MARIADB | ALTER TABLE quota_refund DROP PRIMARY KEY | primary key of table quota_refund is []: expected [id]
            MYSQL | ALTER TABLE quota_limit MODIFY name varchar(50) NOT NULL | column quota_limit.name is varchar(50) NOT NULL: expected varchar(100) NOT NULL
            POSTGRESQL | ALTER TABLE quota_usage DROP COLUMN peak | column quota_usage.peak is missing: expected bigint NOT NULL
            POSTGRESQL | ALTER TABLE quota_reservation ALTER expires_at TYPE timestamp | column quota_reservation.expires_at is timestamp NOT NULL: expected timestamp(6) with time zone NOT NULL
            POSTGRESQL | ALTER TABLE quota_limit ALTER name TYPE varchar(50) | column quota_limit.name is varchar(50) NOT NULL: expected varchar(100) NOT NULL
            POSTGRESQL | ALTER TABLE quota_hold ALTER units DROP NOT NULL | column quota_hold.units is bigint: expected bigint NOT NULL
            POSTGRESQL | ALTER TABLE quota_account ADD COLUMN team varchar(9) NOT NULL | column quota_account.team is varchar(9) NOT NULL without a default: expected no such column
            POSTGRESQL | UPDATE quota_schema_version SET version = 9 | version in table quota_schema_version is 9: expected 1
            POSTGRESQL | ALTER TABLE quota_refund DROP CONSTRAINT quota_refund_pkey | primary key of table quota_refund is []: expected [id]
            """)
    void aDifferenceIsExplained(Dialect dialect, String change, String explanation) throws SQLException {
        DataSource database = Databases.empty(dialect);
        Schema schema = Schema.of(database);
        schema.create();
        if (change.contains("DROP COLUMN")) {
            execute(database, "DROP VIEW quota_usage_decimal");
        }

        execute(database, change);

        assertThatThrownBy(schema::verify)
                .isInstanceOf(SchemaMismatchException.class)
                .hasMessageContaining(explanation);
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void aColumnThatCanBeLeftOutIsNoDifference(Dialect dialect) throws SQLException {
        DataSource database = Databases.empty(dialect);
        Schema schema = Schema.of(database);
        schema.create();

        String text = dialect == Dialect.SQLITE ? "text" : "varchar(9)";
        execute(database, "ALTER TABLE quota_account ADD COLUMN team " + text);
        execute(database, "ALTER TABLE quota_journal ADD COLUMN region " + text + " DEFAULT 'eu' NOT NULL");

        schema.verify();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Quota_", "1quota", "quota-", "q;drop table x", "a23456789012345678901234567890123"})
    void aPrefixThatIsNoNameIsRefused(String prefix) {
        assertThatThrownBy(() -> Schema.of(Databases.h2(), prefix))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + prefix + "\"");
    }

    @Test
    void anUnknownDatabaseIsRefusedByName() {
        assertThatThrownBy(() -> Dialect.of(metaData("Frobase", 3, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("database is \"Frobase 3.1\": expected PostgreSQL or MariaDB or MySQL or H2 or SQLite");
    }

    @Test
    void anOldDatabaseIsRefusedByVersion() {
        assertThatThrownBy(() -> Dialect.of(metaData("H2", 1, 4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("database is \"H2 1.4\": expected version 2.2 or newer");
    }

    private static DatabaseMetaData metaData(String product, int major, int minor) {
        return (DatabaseMetaData) Proxy.newProxyInstance(
                SchemaTest.class.getClassLoader(),
                new Class<?>[] {DatabaseMetaData.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getDatabaseProductName" -> product;
                    case "getDatabaseProductVersion" -> major + "." + minor;
                    case "getDatabaseMajorVersion" -> major;
                    case "getDatabaseMinorVersion" -> minor;
                    default -> throw new AssertionError(method);
                });
    }

    /** What one database's script has, all have: a column that was forgotten in one of them shows here. */
    @ParameterizedTest
    @EnumSource(Dialect.class)
    void everyDatabaseHasTheSameTablesAndColumns(Dialect dialect) {
        assertThat(layout(dialect)).isEqualTo(layout(Dialect.POSTGRESQL));
    }

    /** Says of each table which columns it has and which of them can be null; of each index and view, its name. */
    private static List<String> layout(Dialect dialect) {
        List<String> layout = new ArrayList<>();
        Matcher table = Pattern.compile("CREATE TABLE IF NOT EXISTS (\\w+) \\((.*?)\\n\\)", Pattern.DOTALL)
                .matcher(script(dialect));
        while (table.find()) {
            Matcher column = Pattern.compile("\\n    ([a-z]\\w+) [a-z][^\\n]*").matcher(table.group(2));
            while (column.find()) {
                layout.add(table.group(1) + "." + column.group(1)
                        + (column.group().contains("NOT NULL") ? " NOT NULL" : ""));
            }
        }
        Pattern.compile("(?:INDEX(?: IF NOT EXISTS)?|VIEW(?: IF NOT EXISTS)?) (quota_\\w+)")
                .matcher(script(dialect))
                .results()
                .map(found -> found.group(1))
                .sorted()
                .forEach(layout::add);
        return layout;
    }

    private static String script(Dialect dialect) {
        try (InputStream script = Schema.class.getResourceAsStream(dialect.folder() + "/V1__quota_ledger.sql")) {
            return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void scriptsLieWhereFlywayLooksForThem() {
        for (Dialect dialect : Dialect.values()) {
            assertThat(Schema.class.getResource(dialect.folder() + "/V1__quota_ledger.sql"))
                    .isNotNull();
        }
    }

    private static void execute(DataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
