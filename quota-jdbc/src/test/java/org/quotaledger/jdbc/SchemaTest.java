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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Account;

class SchemaTest {

    private static final AtomicInteger SCHEMA = new AtomicInteger();

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void whatIsCreatedIsAsExpected(Dialect dialect) {
        Schema schema = Schema.of(Databases.empty(dialect)).withTablePrefix("billing_quota_");

        schema.create();
        schema.create();
        schema.verify();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void severalNodesCanCreateAtOnce(Dialect dialect) throws Exception {
        DataSource database = Databases.empty(dialect);
        Race.all(4, () -> {
            JdbcQuotaStore.open(database).close();
            return database;
        });

        Schema.of(database).verify();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void severalNodesCanMigrateAtOnce(Dialect dialect) throws Exception {
        DataSource database = Databases.empty(dialect);

        List<Schema> migrated = Race.all(4, () -> {
            Schema schema = Schema.of(database);
            schema.migrate();
            return schema;
        });

        assertThat(migrated).hasSize(4).allSatisfy(Schema::verify);
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void migratingBringsTablesThatAreThereNothingNew(Dialect dialect) {
        Schema schema = Schema.of(Databases.empty(dialect));

        assertThat(schema.migrateSql()).isEqualTo(schema.createSql());
        schema.create();

        assertThat(schema.migrateSql()).isEmpty();
        schema.migrate();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void tablesOfANewerVersionAreNeitherMigratedNorUsed(Dialect dialect) throws SQLException {
        DataSource database = Databases.empty(dialect);
        Schema schema = Schema.of(database);
        schema.create();
        execute(database, "UPDATE quota_schema_version SET version = 2");

        for (ThrowingCallable use : List.<ThrowingCallable>of(
                schema::migrate, schema::migrateSql, schema::create, () -> JdbcQuotaStore.open(database))) {
            assertThatThrownBy(use)
                    .isInstanceOf(SchemaMismatchException.class)
                    .hasMessageContaining("version in table quota_schema_version is 2: expected 1");
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void theStatementsThatVerifyFailWhereSomethingIsMissing(Dialect dialect) throws SQLException {
        DataSource database = Databases.empty(dialect);
        Schema schema = Schema.of(database).withTablePrefix("billing_");
        schema.create();
        String[] statements = schema.verifySql().split(";\\s*\\n");

        for (String statement : statements) {
            execute(database, statement);
        }
        execute(database, "DROP TABLE billing_hold");

        assertThat(Stream.of(statements).filter(statement -> !succeeds(database, statement)))
                .singleElement()
                .asString()
                .contains("billing_hold");
    }

    private static boolean succeeds(DataSource database, String statement) {
        try {
            execute(database, statement);
            return true;
        } catch (SQLException missing) {
            return false;
        }
    }

    /** In a schema that connections are not in, and where tables of the same names are in the one that they are in. */
    @ParameterizedTest
    @EnumSource(value = Dialect.class, mode = Mode.EXCLUDE, names = "SQLITE")
    void tablesCanBeInASchemaOfTheirOwn(Dialect dialect) throws SQLException {
        DataSource database = Databases.empty(dialect);
        String name = "billing_" + SCHEMA.incrementAndGet();
        execute(database, "CREATE SCHEMA " + name);
        execute(database, "CREATE TABLE quota_account (id integer)");

        try (JdbcQuotaStore store =
                JdbcQuotaStore.builder(database).schemaName(name).build()) {
            QuotaLedger ledger = QuotaLedger.over(store);
            ledger.admin().createAccount(Account.builder("key").build());
            ledger.reserve(AccountId.of("key"), Charge.of(Amount.of(1, Meter.TOKENS)))
                    .orThrow()
                    .settle(Charge.of(Amount.of(1, Meter.TOKENS)))
                    .orThrow();
            assertThat(ledger.admin().audit()).isEmpty();
        }

        Schema.of(database).in(name).verify();
        execute(database, "SELECT used FROM " + name + ".quota_usage_decimal");
        assertThatThrownBy(() -> Schema.of(database).verify()).isInstanceOf(SchemaMismatchException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Billing", "billing; drop table x", "billing.x"})
    void aSchemaNameThatIsNoNameIsRefused(String name) {
        assertThatThrownBy(() -> Schema.of(Databases.h2()).in(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("schema name is \"" + name + "\"");
    }

    @Test
    void aSchemaNameIsRefusedWhereThereAreNone() {
        assertThatThrownBy(() -> Schema.of(Databases.sqlite()).in("billing"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("SQLite has no schemas");
    }

    /** MySQL's script is MariaDB's, but for the name of a collation that says the same. */
    @Test
    void theScriptsOfMariaDbAndMySqlAgree() {
        assertThat(script(Dialect.MYSQL)
                        .replace("utf8mb4_0900_bin", "utf8mb4_nopad_bin")
                        .replace("MySQL 8.0.17", "MariaDB 10.6"))
                .isEqualTo(script(Dialect.MARIADB));
    }

    /** This server knows MySQL's name of that collation. */
    @Test
    void theScriptOfMySqlRunsOnMariaDb() throws SQLException {
        DataSource database = Databases.mySqlDriver();

        for (String statement : script(Dialect.MYSQL).split(";\\s*\\n")) {
            execute(database, statement);
        }

        JdbcQuotaStore.builder(database).createSchema(false).build().close();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void theScriptCanBeRunByTheHost(Dialect dialect) throws SQLException {
        DataSource database = Databases.empty(dialect);
        Schema schema = Schema.of(database);

        for (String statement : schema.createSql().split(";\\s*\\n")) {
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
        assertThatThrownBy(() -> Schema.of(Databases.h2()).withTablePrefix(prefix))
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
