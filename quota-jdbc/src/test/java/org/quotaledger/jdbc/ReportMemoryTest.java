package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.mysql.cj.jdbc.MysqlDataSource;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mariadb.jdbc.MariaDbDataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.quotaledger.QuotaLedger;
import org.quotaledger.amount.Meter;
import org.quotaledger.report.Grouping;
import org.quotaledger.report.Report;
import org.quotaledger.report.ReportQuery;
import org.sqlite.SQLiteDataSource;

/** A report of a million rows is made in a JVM that could not hold them. */
@Tag("long")
class ReportMemoryTest {

    private static final int ROWS = 1_000_000;

    /** As large as a JVM with a driver needs, and much smaller than the rows. */
    private static final String HEAP = "-Xmx48m";

    private static final String ID = "'request-' || i";
    private static final String TAGS = "'{\"model\":\"m' || (i % 5) || '\"}'";

    private static final String MARIADB_ID = "CONCAT('request-', i)";
    private static final String MARIADB_TIME = "TIMESTAMPADD(SECOND, 10 * i, '2026-01-01 00:00:00')";
    private static final String MARIADB_TAGS = "CONCAT('{\"model\":\"m', i % 5, '\"}')";
    private static final String MARIADB_ROWS = "(SELECT seq AS i FROM seq_0_to_" + (ROWS - 1) + ") AS s";

    /** Each row is a request of its own, of 1 to 100 tokens, in turn of five models; 8,640 of them a day. */
    private static final String INSERT = """
            INSERT INTO quota_journal (kind, reservation_id, operation_id, account_id, origin_id, depth, times, meter, scale,
                                       units, excess, reserved_at, settled_at, recorded_at, late, reason, tags)
            SELECT 'SETTLE', %1$s, %1$s, 'key', 'key', 0, 1, 'tokens', 0,
                   1 + i %% 100, 0, %2$s, %2$s, %2$s, FALSE, NULL, %3$s
            FROM %4$s
            """;

    @Test
    void aMillionRowsOfPostgreSqlAreReportedInASmallHeap() throws Exception {
        check(
                Databases.postgres(),
                ID,
                "TIMESTAMPTZ '2026-01-01 00:00:00Z' + i * INTERVAL '10 seconds'",
                TAGS,
                "generate_series(0, " + (ROWS - 1) + ") AS s(i)");
    }

    @Test
    void aMillionRowsOfH2AreReportedInASmallHeap(@TempDir Path folder) throws Exception {
        check(
                Databases.h2(folder.resolve("ledger")),
                ID,
                "DATEADD('SECOND', 10 * i, TIMESTAMP WITH TIME ZONE '2026-01-01 00:00:00Z')",
                TAGS,
                "(SELECT X AS i FROM SYSTEM_RANGE(0, " + (ROWS - 1) + "))");
    }

    @Test
    void aMillionRowsOfMariaDbAreReportedInASmallHeap() throws Exception {
        check(Databases.mariaDb(), MARIADB_ID, MARIADB_TIME, MARIADB_TAGS, MARIADB_ROWS);
    }

    @Test
    void aMillionRowsByMySqlsDriverAreReportedInASmallHeap() throws Exception {
        check(Databases.mySqlDriver(), MARIADB_ID, MARIADB_TIME, MARIADB_TAGS, MARIADB_ROWS);
    }

    @Test
    void aMillionRowsOfSqliteAreReportedInASmallHeap(@TempDir Path folder) throws Exception {
        check(
                Databases.sqlite(folder.resolve("ledger.sqlite")),
                ID,
                "strftime('%Y-%m-%d %H:%M:%S', '2026-01-01', '+' || (10 * i) || ' seconds') || '.000000'",
                TAGS,
                "(WITH RECURSIVE s(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM s WHERE i < " + (ROWS - 1)
                        + ") SELECT i FROM s)");
    }

    private static void check(DataSource database, String id, String time, String tags, String rows) throws Exception {
        JdbcQuotaStore.open(database).close();
        execute(database, INSERT.formatted(id, time, tags, rows));

        check(run(Databases.url(database)));
    }

    private static void execute(DataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql)).isEqualTo(ROWS);
        }
    }

    private static void check(List<String> output) {
        // A fifth of the requests each: of every hundred 1, 6, 11 … for the first model.
        assertThat(output)
                .containsExactly(
                        "m0 200000 9700000",
                        "m1 200000 9900000",
                        "m2 200000 10100000",
                        "m3 200000 10300000",
                        "m4 200000 10500000",
                        "days 116 50500000");
    }

    /** Returns what {@link #main} says in a JVM of its own. */
    private static List<String> run(String url) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        java,
                        HEAP,
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ReportMemoryTest.class.getName(),
                        url)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as("exit of the reporting JVM").isZero();
        return output.lines().toList();
    }

    /** Prints two reports of the ledger in the database of a URL. */
    public static void main(String[] arguments) throws SQLException {
        String url = arguments[0];
        try (QuotaLedger ledger = QuotaLedger.over(JdbcQuotaStore.open(dataSource(url)))) {
            Report models = ledger.reports().by(ReportQuery.ALL, Grouping.model());
            models.lines()
                    .forEach(line -> System.out.println(line.groups().get(0) + " "
                            + line.totals().requests() + " "
                            + line.totals().used(Meter.TOKENS).units()));
            Report days = ledger.reports().by(ReportQuery.ALL, Grouping.day(ZoneOffset.UTC));
            System.out.println("days " + days.lines().size() + " "
                    + days.totals().used(Meter.TOKENS).units());
        }
    }

    private static DataSource dataSource(String url) throws SQLException {
        if (url.startsWith("jdbc:mysql:") || url.startsWith("jdbc:mariadb:")) {
            HikariConfig config = new HikariConfig();
            config.setJdbcUrl(url);
            return new HikariDataSource(config);
        }
        if (url.startsWith("jdbc:h2:")) {
            JdbcDataSource h2 = new JdbcDataSource();
            h2.setURL(url);
            h2.setUser("sa");
            return h2;
        }
        if (url.startsWith("jdbc:mariadb:")) {
            return new MariaDbDataSource(url);
        }
        if (url.startsWith("jdbc:mysql:")) {
            MysqlDataSource mySql = new MysqlDataSource();
            mySql.setUrl(url);
            return mySql;
        }
        if (url.startsWith("jdbc:sqlite:")) {
            SQLiteDataSource sqlite = new SQLiteDataSource();
            sqlite.setUrl(url);
            return sqlite;
        }
        PGSimpleDataSource postgres = new PGSimpleDataSource();
        postgres.setURL(url);
        return postgres;
    }
}
