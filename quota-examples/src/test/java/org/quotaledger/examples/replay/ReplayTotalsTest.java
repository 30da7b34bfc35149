package org.quotaledger.examples.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same requests make the same table: in memory and on databases, on one node and on four, and by hand. */
class ReplayTotalsTest {

    private static final long SEED = 20231116;
    private static final int ROWS = 400;

    /** Prices with more decimals than a dollar has here, so that every request is rounded. */
    private static final String PRICES = """
            {
              "odd": {"input_cost_per_token": 3.7777e-07, "output_cost_per_token": 0.0000029999,
                "mode": "chat"}
            }
            """;

    private static final String NO_LIMITS = """
            {"name": "none", "limits": []}
            """;

    private static final String LIMITS = """
            {"name": "tight", "limits": [
              {"name": "five-minutes", "meter": "tokens", "amount": "12000", "window": "rolling PT5M by PT10S"},
              {"name": "hourly", "meter": "tokens", "amount": "40000", "window": "hourly UTC"},
              {"name": "session", "meter": "requests", "amount": "9", "window": "since-first-use PT30M"},
              {"name": "daily", "meter": "usd", "amount": "0.03", "window": "daily UTC", "boundary": "graceful"}]}
            """;

    @TempDir
    Path folder;

    private Path trace;
    private Path prices;

    @BeforeEach
    void writeFiles() throws IOException {
        trace = SampleTrace.write(folder.resolve("trace.csv"), SEED, ROWS);
        prices = Files.writeString(folder.resolve("prices.json"), PRICES);
    }

    private Run replay(String policy, String store, int threads, Path json) throws IOException {
        Path file = Files.writeString(folder.resolve("policy.json"), policy);
        Run run = Run.of(
                trace.toString(),
                "--prices",
                prices.toString(),
                "--policy",
                file.toString(),
                "--keys",
                "5",
                "--store",
                store,
                "--threads",
                Integer.toString(threads),
                "--json",
                json.toString(),
                "--quiet");
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        return run;
    }

    private String databaseOrMemory(String store) {
        return switch (store) {
            case "h2" -> "jdbc:h2:" + folder.resolve("ledger");
            case "postgresql" -> PostgresServer.newDatabase();
            default -> store;
        };
    }

    @ParameterizedTest
    @CsvSource({"memory, 4", "h2, 1", "h2, 4", "postgresql, 1", "postgresql, 4"})
    void makesTheSameTableAsOneNodeInMemory(String store, int threads) throws IOException {
        Path expectedJson = folder.resolve("expected.json");
        Path json = folder.resolve("table.json");
        Run expected = replay(LIMITS, "memory", 1, expectedJson);

        Run run = replay(LIMITS, databaseOrMemory(store), threads, json);

        assertThat(run.out()).isEqualTo(expected.out());
        assertThat(json).hasSameTextualContentAs(expectedJson);
    }

    @Test
    void refusesByEveryLimitOfTheSampleSoThatTheTablesSaySomething() throws IOException {
        Path json = folder.resolve("table.json");

        replay(LIMITS, "memory", 1, json);

        JsonNode refusedBy = new JsonMapper().readTree(Files.readString(json)).at("/totals/refusedBy");
        for (String limit : List.of("five-minutes", "hourly", "session", "daily")) {
            assertThat(refusedBy.path(limit).asLong()).as(limit).isPositive();
        }
    }

    @ParameterizedTest
    @CsvSource({"memory, 1", "memory, 4", "h2, 4", "postgresql, 4"})
    void chargesWithoutLimitsWhatTheFilesAddUpTo(String store, int threads) throws IOException {
        IndependentSum sum = IndependentSum.of(trace, prices, "odd");
        Path json = folder.resolve("table.json");

        replay(NO_LIMITS, databaseOrMemory(store), threads, json);

        JsonNode totals = new JsonMapper().readTree(Files.readString(json)).at("/totals");
        assertThat(totals.at("/admitted").asLong()).isEqualTo(sum.requests()).isEqualTo(ROWS);
        assertThat(totals.at("/tokens").decimalValue()).isEqualByComparingTo(sum.tokens());
        assertThat(new BigDecimal(totals.at("/usd").textValue())).isEqualByComparingTo(sum.usd());
    }
}
