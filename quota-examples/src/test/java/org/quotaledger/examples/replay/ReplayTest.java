package org.quotaledger.examples.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplayTest {

    private static final String PRICES = """
            {"small": {"input_cost_per_token": 0.001, "output_cost_per_token": 0.01},
             "picture": {"output_cost_per_image": 0.04}}
            """;

    private static final String POLICY = """
            {"name": "any", "limits": [
              {"name": "hourly", "meter": "tokens", "amount": "1000", "window": "hourly UTC"},
              {"name": "daily-usd", "meter": "usd", "amount": "1.25", "window": "daily UTC"}]}
            """;

    /** Two keys in turn. Every request is estimated with 10 tokens of output; answers take 1 s, and 0.1 s a token. */
    private static final String TRACE = """
            TIMESTAMP,ContextTokens,GeneratedTokens
            2026-03-10 10:59:50.0000000,500,10
            2026-03-10 10:59:51.0000000,100,5
            2026-03-10 10:59:51.5000000,485,1
            2026-03-10 10:59:59.9999999,0,0
            2026-03-10 10:59:52.0000000,480,30
            2026-03-10 11:00:00.0000000,890,1
            2026-03-10 11:00:00.0000000,1,1
            2026-03-10 12:30:00.0000000,995,1""";

    @TempDir
    Path folder;

    private Path trace;
    private Path prices;
    private Path policy;
    private String firstToken = "PT1S";

    @BeforeEach
    void writeFiles() throws IOException {
        trace = Files.writeString(folder.resolve("trace.csv"), TRACE);
        prices = Files.writeString(folder.resolve("prices.json"), PRICES);
        policy = Files.writeString(folder.resolve("policy.json"), POLICY);
    }

    private Run replay(String... more) {
        List<String> words = new ArrayList<>(List.of(trace.toString(), "--prices", prices.toString()));
        words.addAll(List.of("--policy", policy.toString(), "--keys", "2", "--max-output", "10"));
        words.addAll(List.of("--first-token", firstToken, "--per-token", "PT0.1S"));
        words.addAll(List.of(more));
        return Run.of(words.toArray(String[]::new));
    }

    @Test
    void showsWhatEachKeyWasGrantedRefusedAndChargedInEachSpan() {
        Run run = replay("--quiet");

        // Line 4 finds line 2 still running, and has no room beside it. Line 6 comes at the instant at which line 2 has
        // ended, and fits to the last token; it generates 20 more than it said. Line 5 ends an hour later than it began
        // and counts where it began. Lines 7 and 8 are of a fresh hour; line 8 finds the day's dollars used up. Line 9
        // is larger than any hour.
        String line = "%-12s  %-20s  %-20s  %8s  %8s  %7s  %6s  %10s  %s";
        assertThat(run.lines())
                .containsExactly(
                        "model small, 2 keys, hourly UTC, requests from 2026-03-10T10:59:50Z to 2026-03-10T12:30:00Z",
                        "",
                        line.formatted(
                                "key",
                                "from",
                                "until",
                                "requests",
                                "admitted",
                                "refused",
                                "tokens",
                                "usd",
                                "refused by"),
                        line.formatted("replay/key-1", hour(10), hour(11), 3, 2, 1, "1,020", "1.38000000", "hourly 1"),
                        line.formatted("replay/key-1", hour(11), hour(12), 1, 0, 1, 0, "0.00000000", "daily-usd 1"),
                        line.formatted("replay/key-2", hour(10), hour(11), 2, 2, 0, 105, "0.15000000", "")
                                .stripTrailing(),
                        line.formatted("replay/key-2", hour(11), hour(12), 1, 1, 0, 891, "0.90000000", "")
                                .stripTrailing(),
                        line.formatted(
                                "replay/key-2", hour(12), hour(13), 1, 0, 1, 0, "0.00000000", "daily-usd 1, hourly 1"),
                        line.formatted("total", "", "", 8, 5, 3, "2,016", "2.43000000", "daily-usd 2, hourly 2"),
                        "",
                        "1 requests cost more than was reserved for them, 0 were settled after their hold had expired",
                        "audit: counters equal the journal (5 counters)");
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
    }

    private static String hour(int hour) {
        return "2026-03-10T" + hour + ":00:00Z";
    }

    @Test
    void dividesTheTableInTheSpansOfAnotherWindow() {
        Run run = replay("--quiet", "--window", "daily UTC");

        assertThat(run.lines().subList(3, 5))
                .satisfiesExactly(
                        one -> assertThat(one).startsWith("replay/key-1  2026-03-10T00:00:00Z  2026-03-11T00:00:00Z"),
                        two -> assertThat(two).startsWith("replay/key-2  2026-03-10T00:00:00Z  2026-03-11T00:00:00Z"));
    }

    @Test
    void writesTheSameTableAsData() throws IOException {
        Path json = folder.resolve("table.json");

        int status = replay("--json", json.toString()).status();

        assertThat(status).isZero();
        JsonNode table = new JsonMapper().readTree(Files.readString(json));
        assertThat(table.at("/lines")).hasSize(5);
        assertThat(table.at("/lines/0").toString())
                .isEqualTo(
                        "{\"key\":\"replay/key-1\",\"from\":\"2026-03-10T10:00:00Z\",\"until\":\"2026-03-10T11:00:00Z\","
                                + "\"requests\":3,\"admitted\":2,\"refused\":1,\"refusedBy\":{\"hourly\":1},\"tokens\":1020,"
                                + "\"usd\":\"1.38000000\"}");
        assertThat(table.at("/totals").toString())
                .isEqualTo("{\"requests\":8,\"admitted\":5,\"refused\":3,\"refusedBy\":{\"daily-usd\":2,\"hourly\":2},"
                        + "\"tokens\":2016,\"usd\":\"2.43000000\",\"aboveEstimate\":1,\"late\":0}");
        assertThat(table.at("/audit").toString()).isEqualTo("{\"counters\":5,\"differences\":[]}");
    }

    @Test
    void saysHowFarItIsUnlessTold() {
        assertThat(replay().err()).contains("4 of 8 requests", "8 of 8 requests", "8 requests replayed in PT");
    }

    @Test
    void countsSettlesThatComeAfterTheirHoldHasExpired() {
        firstToken = "PT11M";

        Run run = replay("--quiet", "--limit", "1");

        assertThat(run.lines()).anyMatch(line -> line.endsWith("1 were settled after their hold had expired"));
        assertThat(run.out()).contains("0.60000000", "audit: counters equal the journal");
        assertThat(run.status()).isZero();
    }

    @Test
    void endsWithTwoAndNamesTheLineOfARowThatCannotBeRead() throws IOException {
        Files.writeString(trace, "\n2026-03-10 12:30:00,none,1", StandardOpenOption.APPEND);

        Run run = replay();

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("line 10: ContextTokens is \"none\"", "--skip-bad");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void countsRowsThatCannotBeReadWhereToldToSkipThem() throws IOException {
        String withBad = TRACE.replaceFirst("2026-03-10 10:59:51.5000000", "noon");
        Files.writeString(trace, withBad);

        Run run = replay("--skip-bad");

        assertThat(run.status()).isZero();
        assertThat(run.err()).contains("line 4: TIMESTAMP is \"noon\"");
        assertThat(run.out()).contains("1 rows of the trace could not be read");
        // The other rows stay with their keys.
        assertThat(run.lines().get(3)).startsWith("replay/key-1").endsWith("2         2        0   1,020  1.38000000");
    }

    @Test
    void refusesToRepeatARunOnTheSameDatabase() {
        String database = "jdbc:h2:" + folder.resolve("ledger");
        Run first = replay("--quiet", "--store", database);

        Run second = replay("--quiet", "--store", database);
        Run fewerKeys = replay("--quiet", "--store", database, "--keys", "1");
        Run another = replay("--quiet", "--store", database, "--run", "another");

        assertThat(first.status()).isZero();
        assertThat(second.status()).isEqualTo(2);
        assertThat(second.err()).contains("--run is replay", "nothing was replayed");
        assertThat(second.out()).isEmpty();
        assertThat(fewerKeys.status()).isEqualTo(2);
        assertThat(another.status()).isZero();
        assertThat(another.out().replace("another/", "").replace(" ", ""))
                .isEqualTo(first.out().replace("replay/", "").replace(" ", ""));
    }

    @Test
    void takesTheFirstModelByNameThatHasAPriceWhereNoneIsNamed() throws IOException {
        Files.writeString(prices, """
                {"b": {"input_cost_per_token": 0, "output_cost_per_token": 0},
                 "a": {"input_cost_per_token": 1e-6}}
                """);

        assertThat(replay().out()).startsWith("model b, ");
    }

    @Test
    void refusesAPolicyThatLimitsWhatRequestsAreNotChargedFor() throws IOException {
        Files.writeString(policy, """
                {"name": "any", "limits": [{"name": "monthly-credits", "meter": {"name": "credits", "scale": 2},
                 "amount": "5", "window": "monthly UTC"}]}
                """);

        Run run = replay();

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("monthly-credits", "credits", "usd");
    }

    @Test
    void namesThePlaceInAPolicyThatIsNotAsItMustBe() throws IOException {
        Files.writeString(policy, POLICY.replace("hourly UTC", "hourly"));

        Run run = replay();

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("policy.json", "limits[0].window");
    }

    @Test
    void refusesATraceWithoutRequests() throws IOException {
        Files.writeString(trace, Trace.HEADER);

        Run run = replay();

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("no requests");
    }

    @Test
    void failsWithOneWhereTheDatabaseCannotBeReached() {
        Run run = replay("--quiet", "--store", "jdbc:h2:" + folder.resolve("absent") + ";IFEXISTS=TRUE");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).startsWith("failed: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--keys        | 0                    | --keys is 0: expected a whole number, 1 to 10000",
                "--keys        | many                 | --keys is many: expected a whole number",
                "--threads     | 65                   | --threads is 65: expected a whole number, 1 to 64",
                "--store       | mongodb://x          | --store is mongodb://x: expected memory or a JDBC URL",
                "--run         | a/b                  | --run is a/b: expected",
                "--window      | fortnightly          | --window is fortnightly: expected a window",
                "--window      | since-first-use PT1H | expected a window whose spans do not depend on use",
                "--per-token   | -PT1S                | --per-token is -PT1S: expected a duration",
                "--first-token | 5                    | --first-token is 5: expected a duration",
                "--max-output  | -1                   | --max-output is -1: expected a whole number",
                "--limit       | 0                    | --limit is 0: expected a whole number, 1 to",
                "--model       | absent               | --model: no price of model \"absent\" is known",
                "--model       | picture              | --model: no price of model \"picture\" is known",
                "--json        | absent/table.json    | --json is absent/table.json: there is no folder",
                "--json        |                      | --json has no value",
                "--fast        |                      | unknown option --fast",
                "other.csv     |                      | TRACE is given twice",
                "--quiet       | --quiet              | --quiet is given twice"
            })
    void refusesArgumentsThatMakeNoSense(String name, @Nullable String value, String message) {
        List<String> words = new ArrayList<>(List.of(trace.toString(), "--prices", prices.toString(), name));
        if (value != null) {
            words.add(value);
        }

        Run run = Run.of(words.toArray(String[]::new));

        assertThat(run.err()).contains(message, "--help");
        assertThat(run.status()).isEqualTo(2);
    }

    @Test
    void refusesFilesThatAreMissing() {
        Run noTrace = Run.of("absent.csv", "--prices", prices.toString());
        Run noPrices = Run.of(trace.toString(), "--prices", "absent.json");
        Run noArguments = Run.of();

        assertThat(noTrace.err()).contains("TRACE: there is no file absent.csv");
        assertThat(noPrices.err()).contains("--prices: there is no file absent.json");
        assertThat(noArguments.err()).contains("TRACE is missing");
        assertThat(List.of(noTrace.status(), noPrices.status(), noArguments.status()))
                .containsOnly(2);
    }

    @Test
    void stopsAllThreadsWhereOneFails() throws IOException {
        // More dollars than a ledger can count, with the fifth row's key only.
        Files.writeString(prices, PRICES.replace("0.001", "1000000"));
        Files.writeString(trace, TRACE.replace(",480,30", ",1000000000,30"));

        Run run = replay("--quiet", "--threads", "2");

        assertThat(run.err()).startsWith("failed: ").contains("usd");
        assertThat(run.out()).isEmpty();
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void saysWhatItTakesWhenAskedForHelp() {
        Run run = Run.of("--help");

        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("TRACE", "--prices", "--threads", "Exits with 0");
    }
}
