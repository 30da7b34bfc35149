package org.quotaledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReserveRequest;

/** The page about the tables names all of them, and its queries run and say what it promises. */
class SchemaDocTest {

    private static final Pattern QUERY = Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL);
    private static final Pattern CREATED = Pattern.compile("(?:TABLE IF NOT EXISTS|REPLACE VIEW) (quota_\\w+)");

    private static String page() throws IOException {
        // Modules are tested in their own folders.
        return Files.readString(Path.of("..", "docs", "schema.md"));
    }

    @Test
    void namesEveryTableAndView() throws IOException {
        String page = page();
        Matcher created = CREATED.matcher(Schema.of(Databases.h2()).createSql());

        while (created.find()) {
            assertThat(page).contains("`" + created.group(1) + "`");
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void itsQueriesRun(Dialect dialect) throws Exception {
        DataSource database = Databases.empty(dialect);
        try (JdbcQuotaStore store = JdbcQuotaStore.open(database)) {
            chargeSomething(QuotaLedger.over(store));
        }

        List<List<String>> answers = answers(dialect, database, null);

        assertThat(answers).hasSize(6);
        assertThat(answers.get(0))
                .singleElement()
                .asString()
                .contains("day")
                .contains("0.050000000000|0.250000000000|usd");
        String sum = dialect == Dialect.SQLITE ? "0.05" : "0.050000000000";
        assertThat(answers.get(1)).singleElement().asString().matches("20..-..-..\\|usd\\|" + sum);
        assertThat(answers.get(2)).containsExactly("key-1|" + sum);
        assertThat(answers.get(3)).isEmpty();
        assertThat(answers.get(4)).hasSize(2).allMatch(row -> row.contains("usd|1|25000000"));
        assertThat(answers.get(5)).hasSize(2).allMatch(row -> row.contains("SETTLE"));
    }

    /** It is another day than in UTC in one of the two zones, whenever this runs. */
    @ParameterizedTest
    @EnumSource(value = Dialect.class, names = "SQLITE", mode = EnumSource.Mode.EXCLUDE)
    void itsQueriesAnswerTheSameWhateverTheZoneOfTheSession(Dialect dialect) throws Exception {
        DataSource database = Databases.empty(dialect);
        try (JdbcQuotaStore store = JdbcQuotaStore.open(database)) {
            chargeSomething(QuotaLedger.over(store));
        }
        boolean named = dialect == Dialect.POSTGRESQL || dialect == Dialect.H2;
        String zone = named ? "SET TIME ZONE '%s'" : "SET time_zone = '%s'";
        List<List<String>> inUtc = answers(dialect, database, zone.formatted(named ? "UTC" : "+00:00"));

        assertThat(answers(dialect, database, zone.formatted(named ? "Pacific/Auckland" : "+13:00")))
                .isEqualTo(inUtc);
        assertThat(answers(dialect, database, zone.formatted(named ? "Pacific/Pago_Pago" : "-11:00")))
                .isEqualTo(inUtc);
    }

    private static List<List<String>> answers(Dialect dialect, DataSource database, @Nullable String before)
            throws Exception {
        List<List<String>> answers = new ArrayList<>();
        Matcher query = QUERY.matcher(page());
        while (query.find()) {
            answers.add(rows(database, before, inTheWordsOf(dialect, query.group(1))));
        }
        return answers;
    }

    /** The page says which words of its queries are others on which database. */
    private static String inTheWordsOf(Dialect dialect, String query) throws IOException {
        String words = query;
        Matcher other = Pattern.compile("\\| ([\\w, ]+) \\| `([^`]+)` \\| `([^`]+)` \\|")
                .matcher(page());
        while (other.find()) {
            if (Pattern.compile("\\b" + dialect + "\\b", Pattern.CASE_INSENSITIVE)
                    .matcher(other.group(1))
                    .find()) {
                words = words.replace(other.group(2), other.group(3));
            }
        }
        return words;
    }

    private static void chargeSomething(QuotaLedger ledger) {
        AccountId key = AccountId.of("key-1");
        QuotaLimit day = QuotaLimit.of("day", Amount.of(5, Meter.USD), RealTime.DECADE);
        ledger.admin().createAccount(Account.builder("team").override(day).build());
        ledger.admin()
                .createAccount(Account.builder(key).parent("team").override(day).build());
        RequestId id = RequestId.of("request-1");
        ledger.reserve(ReserveRequest.builder(key, usd("0.10")).id(id).build());
        ledger.settle(id, usd("0.05")).orThrow();
        ledger.reserve(key, usd("0.25")).orThrow();
    }

    private static Charge usd(String amount) {
        return Charge.of(Amount.of(amount, Meter.USD));
    }

    /** @param before a statement that is executed in the session first, or {@code null} */
    private static List<String> rows(DataSource database, @Nullable String before, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            if (before != null) {
                statement.execute(before);
            }
            try (ResultSet result = statement.executeQuery(sql)) {
                while (result.next()) {
                    List<String> columns = new ArrayList<>();
                    for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                        columns.add(text(result, i));
                    }
                    rows.add(String.join("|", columns));
                }
            }
        }
        return rows;
    }

    /** Two texts of one instant are the same answer. */
    private static String text(ResultSet result, int column) throws SQLException {
        String type = result.getMetaData().getColumnTypeName(column);
        return type.equals("timestamptz") || type.endsWith("WITH TIME ZONE")
                ? String.valueOf(result.getObject(column, OffsetDateTime.class).toInstant())
                : String.valueOf(result.getString(column));
    }
}
