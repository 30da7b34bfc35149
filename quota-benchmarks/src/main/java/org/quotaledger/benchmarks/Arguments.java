package org.quotaledger.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What was asked for.
 *
 * @param patterns names of rows, {@code *} standing for any text; empty for the rows that run by default
 */
record Arguments(Plan plan, List<Pattern> patterns, boolean help) {

    static final String HELP = """
            Measures Quota Ledger and its peers, prints a table and writes target/bench.json.

              mvn -q -Pbench                                   all rows but the scale group: about
                                                               40 minutes on two quiet processors
              mvn -q -Pbench -Dargs='pg-*-hot-32 memory-*'     the rows of these names
              mvn -q -Pbench -Dargs='scale-*'                  with a million accounts; takes minutes to fill
              mvn -q -Pbench -Dargs='--runs 5 --seconds 10 pg-pair-*'

              NAME         a row; * stands for any text
              --runs N     measure each row N times and tell the median (3); all rows of a group take turns
              --seconds N  measure for N seconds (3), after warming up for 2; how long all rows run is printed first
              --list       print the names of all rows
              --help       print this
            """;

    static final String LIST = "--list";

    static Arguments parse(List<String> args) {
        Plan plan = Plan.FULL;
        List<Pattern> patterns = new ArrayList<>();
        boolean help = false;
        for (int i = 0; i < args.size(); i++) {
            String arg = args.get(i);
            switch (arg) {
                case "--help", "-h" -> help = true;
                case "--runs" -> plan = plan.withRuns(number(args, ++i));
                case "--seconds" -> plan = plan.withSeconds(number(args, ++i));
                default -> {
                    if (arg.startsWith("-")) {
                        throw new IllegalArgumentException("unknown option " + arg + "; --help tells what there is");
                    }
                    patterns.add(pattern(arg));
                }
            }
        }
        return new Arguments(plan, patterns, help);
    }

    private static int number(List<String> args, int index) {
        String text = index < args.size() ? args.get(index) : "nothing";
        if (!text.matches("[1-9][0-9]{0,3}")) {
            throw new IllegalArgumentException(args.get(index - 1) + " " + text + ": expected 1 to 9999");
        }
        return Integer.parseInt(text);
    }

    private static Pattern pattern(String glob) {
        return Pattern.compile(
                Pattern.compile("\\*").splitAsStream(glob).map(Pattern::quote).collect(Collectors.joining(".*"))
                        + (glob.endsWith("*") ? ".*" : ""));
    }

    boolean names(Row row) {
        return patterns.stream().anyMatch(pattern -> pattern.matcher(row.name()).matches());
    }
}
