package org.quotaledger.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the benchmarks measure and verify what they say. How fast anything is no test claims. */
class BenchTest {

    private static final Plan BRIEF =
            new Plan(1, Duration.ofMillis(5), Duration.ofMillis(20), new Plan.Sizes(10, 100, 50, 100, 100), 8, false);

    @TempDir
    Path folder;

    @Test
    void everyRowOfEveryGroupIsMeasuredAndLosesNoUpdate() throws Exception {
        Path file = folder.resolve("bench.json");
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        Bench.measure(
                new Arguments(BRIEF, Arguments.parse(List.of("*")).patterns(), false),
                Bench.groups(BRIEF),
                file,
                new PrintStream(printed, true, StandardCharsets.UTF_8));

        JsonNode rows = new ObjectMapper().readTree(Files.readString(file));
        assertThat(names(rows))
                .containsExactlyElementsOf(Bench.groups(BRIEF).stream()
                        .flatMap(group -> group.rows().stream())
                        .map(Row::name)
                        .toList());
        for (JsonNode row : rows) {
            assertThat(row.fieldNames())
                    .toIterable()
                    .as("fields of %s", row)
                    .containsExactly("name", "value", "unit", "p50_us", "p99_us", "threads", "runs");
            assertThat(row.get("value").isNumber()).as("value of %s", row).isTrue();
            assertThat(row.get("runs").intValue()).as("runs of %s", row).isEqualTo(1);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("# machine: ", "fsync on, synchronous_commit on");
    }

    private static List<String> names(JsonNode rows) {
        List<String> names = new ArrayList<>();
        rows.forEach(row -> names.add(row.get("name").textValue()));
        return names;
    }

    @Test
    void everyTargetIsOfRowsThatThereAre() {
        List<String> names = Bench.groups(BRIEF).stream()
                .flatMap(group -> group.rows().stream())
                .map(Row::name)
                .toList();

        for (Target target : Target.ALL) {
            assertThat(names).contains(target.row());
            if (target.peer() != null) {
                assertThat(names).contains(target.peer());
            }
        }
    }

    @Test
    void aStarStandsForAnyText() {
        Arguments arguments = Arguments.parse(List.of("--runs", "5", "pg-*-hot-32", "window-cached"));

        assertThat(arguments.plan().runs()).isEqualTo(5);
        assertThat(Bench.groups(BRIEF).stream()
                        .flatMap(group -> group.rows().stream())
                        .filter(arguments::names)
                        .map(Row::name))
                .contains("pg-pair-hot-32", "pg-bucket4j-batched-pair-hot-32", "window-cached")
                .doesNotContain("pg-pair-10k-32", "window-calendar", "h2-pair-hot-32");
    }

    @Test
    void anUnknownOptionIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Arguments.parse(List.of("--fast")))
                .withMessageContaining("--fast");
    }

    @Test
    void aLostUpdateIsFound() {
        assertThatIllegalStateException()
                .isThrownBy(() -> LedgerTables.check("used", 59, 60))
                .withMessage("used is 59: expected 60");
    }
}
