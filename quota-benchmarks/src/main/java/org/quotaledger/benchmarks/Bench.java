package org.quotaledger.benchmarks;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures Quota Ledger and its peers, prints a table and writes it as JSON. */
public final class Bench {

    private Bench() {}

    /**
     * Measures the rows that are named, all but those of the scale group if none is.
     *
     * @param args the file to write, then what {@code --help} tells
     * @throws Exception if a measured operation or a database failed, or something measured was lost
     */
    public static void main(String[] args) throws Exception {
        List<String> words = Arrays.asList(args).subList(1, args.length);
        try {
            if (words.contains(Arguments.LIST)) {
                groups(Plan.FULL).forEach(group -> group.rows().forEach(row -> System.out.println(row.name())));
                return;
            }
            Arguments arguments = Arguments.parse(words);
            if (arguments.help()) {
                System.out.print(Arguments.HELP);
                return;
            }
            measure(arguments, groups(arguments.plan()), Path.of(args[0]), System.out);
        } catch (IllegalArgumentException misuse) {
            System.err.println(misuse.getMessage());
            System.exit(2);
        }
    }

    static List<Group> groups(Plan plan) {
        return List.of(
                new PostgresGroup(plan),
                new OtherDatabasesGroup(plan),
                new NodesGroup(plan),
                new GrowthGroup(plan),
                new MemoryGroup(),
                new WindowGroup(),
                new ScaleGroup(plan));
    }

    /**
     * Returns how long the rows run, in seconds: what making tables, filling and verifying them takes comes on top, which is
     * some minutes for all of them.
     */
    static long seconds(Map<Group, List<Row>> chosen, Plan plan) {
        long once = plan.warmUp().plus(plan.measured()).toSeconds();
        long seconds = 0;
        for (Map.Entry<Group, List<Row>> entry : chosen.entrySet()) {
            long rounds = plan.runs() + (entry.getKey().inThisProcess() ? 1L : 0L);
            seconds += entry.getValue().size() * rounds * once;
        }
        return seconds;
    }

    /** Measures group by group; within a group, every row once before any of them again. */
    static void measure(Arguments arguments, List<Group> groups, Path file, PrintStream out) throws Exception {
        Map<Group, List<Row>> chosen = new LinkedHashMap<>();
        for (Group group : groups) {
            List<Row> rows = group.rows().stream()
                    .filter(row -> arguments.patterns().isEmpty() ? !group.onlyIfNamed() : arguments.names(row))
                    .toList();
            if (!rows.isEmpty()) {
                chosen.put(group, rows);
            }
        }
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException("no row has such a name; --list tells which there are");
        }
        Report report = new Report(out);
        report.facts(MachineFacts.lines());
        report.facts(List.of("rows run for " + seconds(chosen, arguments.plan()) + " s altogether"));
        for (Map.Entry<Group, List<Row>> entry : chosen.entrySet()) {
            try (Group group = entry.getKey()) {
                measure(group, entry.getValue(), arguments.plan(), report);
            }
        }
        report.targets();
        report.write(file);
    }

    private static void measure(Group group, List<Row> rows, Plan plan, Report report) throws Exception {
        if (group.inThisProcess()) {
            for (Row row : rows) {
                row.measurement().measure(plan);
            }
        }
        Map<Row, List<Sample>> samples = new LinkedHashMap<>();
        for (int run = 0; run < plan.runs(); run++) {
            for (Row row : rows) {
                samples.computeIfAbsent(row, key -> new ArrayList<>())
                        .add(row.measurement().measure(plan));
            }
        }
        group.verify();
        report.facts(group.facts());
        report.head();
        samples.forEach(report::add);
    }
}
