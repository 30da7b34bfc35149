package org.quotaledger.examples.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 8,819 requests that were really made, at prices that are really asked. */
class RealTraceTest {

    private static final int REQUESTS = 8_819;

    private static Path trace;
    private static Path prices;

    @TempDir
    Path folder;

    @BeforeAll
    static void findTheFiles() {
        trace = file("llm-trace-code.csv");
        prices = file("model-prices.json");
    }

    private static Path file(String name) {
        // The folder stands beside the project; tests run in the module's folder.
        Optional<Path> found = Stream.of("../../shared", "../shared")
                .map(shared -> Path.of(shared, "data", name))
                .filter(Files::isRegularFile)
                .findFirst();
        assumeTrue(found.isPresent(), "skipped: no shared/data/" + name + " beside the project");
        return found.orElseThrow();
    }

    private Run replay(String... more) {
        List<String> words = new ArrayList<>(List.of(trace.toString(), "--prices", prices.toString(), "--quiet"));
        words.addAll(List.of(more));
        Run run = Run.of(words.toArray(String[]::new));
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        return run;
    }

    @Test
    void chargesWithoutLimitsWhatTheFilesAddUpTo() throws IOException {
        Path noLimits = Files.writeString(folder.resolve("policy.json"), "{\"name\": \"none\", \"limits\": []}");
        Path json = folder.resolve("table.json");
        // Its price per token has more decimals than a dollar has here, so that requests are rounded.
        String model = "gemini-2.0-flash-lite";

        replay("--model", model, "--policy", noLimits.toString(), "--threads", "4", "--json", json.toString());

        IndependentSum sum = IndependentSum.of(trace, prices, model);
        JsonNode totals = new JsonMapper().readTree(Files.readString(json)).at("/totals");
        assertThat(totals.at("/admitted").asLong()).isEqualTo(sum.requests()).isEqualTo(REQUESTS);
        assertThat(totals.at("/tokens").decimalValue()).isEqualByComparingTo(sum.tokens());
        assertThat(new BigDecimal(totals.at("/usd").textValue())).isEqualByComparingTo(sum.usd());
    }

    @Test
    void makesTheSameTableOnFourNodesInMemory() {
        assertThat(replay("--threads", "4").out()).isEqualTo(replay().out());
    }

    @Test
    void makesTheTableThatThePageShows() throws IOException {
        assertThat(Files.readString(Path.of("..", "docs", "replay.md")))
                .contains(replay().out().strip());
    }

    @Test
    void makesTheSameTableOfTheFirstPartOnH2() {
        String database = "jdbc:h2:" + folder.resolve("ledger");

        assertThat(replay("--limit", "600", "--store", database, "--threads", "4")
                        .out())
                .isEqualTo(replay("--limit", "600").out());
    }

    @Test
    void makesTheSameTableOfTheFirstPartOnPostgresql() {
        String database = PostgresServer.newDatabase();

        assertThat(replay("--limit", "600", "--store", database, "--threads", "4")
                        .out())
                .isEqualTo(replay("--limit", "600").out());
    }

    /** Long, as the next one is, because each of some 16,000 operations is a transaction of its own. */
    @Test
    @Tag("long")
    void makesTheSameTableOnH2() {
        String database = "jdbc:h2:" + folder.resolve("ledger");

        assertThat(replay("--store", database, "--threads", "4").out()).isEqualTo(replay().out());
    }

    @Test
    @Tag("long")
    void makesTheSameTableOnPostgresql() {
        String database = PostgresServer.newDatabase();

        assertThat(replay("--store", database, "--threads", "4").out()).isEqualTo(replay().out());
    }
}
