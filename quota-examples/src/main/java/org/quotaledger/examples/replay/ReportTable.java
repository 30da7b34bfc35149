package org.quotaledger.examples.replay;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Prints a report for people. */
final class ReportTable {

    /** Columns of text; the others are numbers and stand to the right. */
    private static final List<String> TEXTS = List.of("key", "from", "until", "refused by");

    private static final List<String> COLUMNS =
            List.of("key", "from", "until", "requests", "admitted", "refused", "tokens", "usd", "refused by");

    private ReportTable() {}

    static void print(Report report, PrintStream out) {
        out.println("model " + report.model() + ", " + report.keys() + " keys, " + report.window() + ", requests from "
                + report.first() + " to " + report.last());
        out.println();
        List<List<String>> rows = new ArrayList<>();
        rows.add(COLUMNS);
        report.lines()
                .forEach((cell, figures) -> rows.add(row(
                        cell.account().value(),
                        cell.span().startInclusive().toString(),
                        cell.span().endExclusive().toString(),
                        figures)));
        Figures totals = report.totals();
        rows.add(row("total", "", "", totals));
        lines(rows).forEach(out::println);
        out.println();
        if (report.unreadable() > 0) {
            out.println(number(report.unreadable()) + " rows of the trace could not be read");
        }
        out.println(number(totals.aboveEstimate()) + " requests cost more than was reserved for them, "
                + number(totals.late()) + " were settled after their hold had expired");
        report.verdict().lines().forEach(out::println);
    }

    private static List<String> row(String key, String from, String until, Figures figures) {
        return List.of(
                key,
                from,
                until,
                number(figures.requests()),
                number(figures.admitted()),
                number(figures.refused()),
                number(figures.charged().tokens()),
                figures.charged().usd(),
                refusedBy(figures.refusedBy()));
    }

    private static String refusedBy(Map<String, Long> times) {
        return times.entrySet().stream()
                .map(limit -> limit.getKey() + " " + number(limit.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static List<String> lines(List<List<String>> rows) {
        List<Integer> widths = new ArrayList<>();
        for (int i = 0; i < COLUMNS.size(); i++) {
            int column = i;
            widths.add(rows.stream()
                    .mapToInt(row -> row.get(column).length())
                    .max()
                    .orElse(0));
        }
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private static String line(List<String> row, List<Integer> widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < COLUMNS.size(); i++) {
            String cell = row.get(i);
            String padding = " ".repeat(widths.get(i) - cell.length());
            line.append(i == 0 ? "" : "  ");
            line.append(TEXTS.contains(COLUMNS.get(i)) ? cell + padding : padding + cell);
        }
        return line.toString().stripTrailing();
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
