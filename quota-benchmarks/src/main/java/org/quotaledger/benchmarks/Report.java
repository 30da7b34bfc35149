package org.quotaledger.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was measured, as a table and as JSON. Not thread-safe. */
final class Report {

    /** A line of the table. */
    private record Line(Row row, Sample median, int runs) {

        String json() {
            return "  {\"name\": \"%s\", \"value\": %s, \"unit\": \"%s\", \"p50_us\": %s, \"p99_us\": %s, \"threads\": %d, \"runs\": %d}"
                    .formatted(
                            row.name(),
                            median.value().toPlainString(),
                            row.unit(),
                            plain(median.p50(), "null"),
                            plain(median.p99(), "null"),
                            row.threads(),
                            runs);
        }

        String table() {
            return String.format(
                    Locale.ROOT,
                    "%-36s %,16.1f %-6s %12s %12s %8d %5d",
                    row.name(),
                    median.value(),
                    row.unit(),
                    plain(median.p50(), ""),
                    plain(median.p99(), ""),
                    row.threads(),
                    runs);
        }

        private static String plain(@Nullable BigDecimal number, String otherwise) {
            return number == null ? otherwise : number.toPlainString();
        }
    }

    private final PrintStream out;
    private final List<Line> lines = new ArrayList<>();

    Report(PrintStream out) {
        this.out = out;
    }

    void facts(List<String> facts) {
        facts.forEach(fact -> out.println("# " + fact));
    }

    void head() {
        out.println("%-36s %16s %-6s %12s %12s %8s %5s"
                .formatted("name", "value", "unit", "p50_us", "p99_us", "threads", "runs"));
    }

    void add(Row row, List<Sample> runs) {
        Line line = new Line(row, Sample.median(runs), runs.size());
        lines.add(line);
        out.println(line.table());
    }

    void targets() {
        Map<String, Sample> measured = new LinkedHashMap<>();
        lines.forEach(line -> measured.put(line.row().name(), line.median()));
        out.println();
        Target.lines(measured).forEach(out::println);
        NodesGroup.ratios(measured).forEach(out::println);
    }

    void write(Path file) throws IOException {
        Files.writeString(
                file, "[\n" + String.join(",\n", lines.stream().map(Line::json).toList()) + "\n]\n");
    }
}
