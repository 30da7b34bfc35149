package org.quotaledger.benchmarks;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

/** Runs the benchmarks, prints a table and writes it as JSON. */
public final class Bench {

    /** Each row is measured so many times in a fresh process; the median is told. */
    private static final int RUNS = 3;

    private static final List<Row> ROWS = List.of(
            new Row("window-calendar", WindowBenchmark.class, "windowCalendar", 1),
            new Row("window-elapsed", WindowBenchmark.class, "windowElapsed", 1),
            new Row("window-cached", WindowBenchmark.class, "windowCached", 1),
            new Row("memory-pair-hot-1", MemoryBenchmark.class, "memoryPairHot", 1),
            new Row("memory-pair-100k-1", MemoryBenchmark.class, "memoryPair100k", 1),
            new Row("memory-pair-100k-2", MemoryBenchmark.class, "memoryPair100k", 2));

    private Bench() {}

    /** What a line of the table measures. */
    private record Row(String name, Class<?> in, String method, int threads) {}

    /** What was measured. */
    private record Figure(Row row, BigDecimal median, String unit) {

        String json() {
            return String.format(
                    Locale.ROOT,
                    "  {\"name\": \"%s\", \"value\": %s, \"unit\": \"%s\", \"threads\": %d, \"runs\": %d}",
                    row.name(),
                    median.toPlainString(),
                    unit,
                    row.threads(),
                    RUNS);
        }
    }

    /**
     * Runs the rows whose names contain one of the given words, all of them if none is given.
     *
     * @param args the file to write, then the words
     * @throws RunnerException if a benchmark fails
     * @throws IOException if the file cannot be written
     */
    public static void main(String[] args) throws RunnerException, IOException {
        List<String> words = Arrays.asList(args).subList(1, args.length);
        List<Figure> figures = new ArrayList<>();
        for (Row row : ROWS) {
            if (words.isEmpty() || words.stream().anyMatch(row.name()::contains)) {
                Figure figure = measure(row);
                System.out.printf(Locale.ROOT, "%-24s %,16.1f %s%n", row.name(), figure.median(), figure.unit());
                figures.add(figure);
            }
        }
        if (figures.isEmpty()) {
            System.err.println("no row contains any of " + words + "; the rows are "
                    + ROWS.stream().map(Row::name).toList());
            System.exit(2);
        }
        Files.writeString(
                Path.of(args[0]),
                "[\n" + String.join(",\n", figures.stream().map(Figure::json).toList()) + "\n]\n");
    }

    private static Figure measure(Row row) throws RunnerException {
        OptionsBuilder options = new OptionsBuilder();
        options.include("^" + Pattern.quote(row.in().getName() + "." + row.method()) + "$")
                .threads(row.threads())
                .forks(RUNS)
                .warmupIterations(3)
                .warmupTime(TimeValue.seconds(2))
                .measurementIterations(1)
                .measurementTime(TimeValue.seconds(3))
                .jvmArgsAppend("-Xms4g", "-Xmx4g")
                .verbosity(VerboseMode.SILENT);
        RunResult result = new Runner(options.build()).runSingle();
        Statistics runs = result.getPrimaryResult().getStatistics();
        return new Figure(
                row,
                BigDecimal.valueOf(runs.getPercentile(50)).setScale(1, RoundingMode.HALF_UP),
                result.getPrimaryResult().getScoreUnit());
    }
}
