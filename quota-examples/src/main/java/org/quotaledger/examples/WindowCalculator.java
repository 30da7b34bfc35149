package org.quotaledger.examples;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.quotaledger.window.QuotaWindow;
import org.quotaledger.window.WindowSpan;

/** Prints the spans of a window given as text, or checks a file of spans that others computed. */
public final class WindowCalculator {

    static final int OK = 0;
    static final int DIFFERENT = 1;
    static final int MISUSED = 2;

    private static final String HELP = """
            Prints the spans of a window, or checks a file of spans.

              WINDOW [--at INSTANT] [--count N] [--zone ZONE]
              --check FILE
              --help

            WINDOW is one of
              hourly ZONE
              daily ZONE [TIME]
              weekly ZONE [FIRST-DAY [TIME]]
              monthly ZONE [DAY [TIME]]
              every DURATION from INSTANT
              every PERIOD from LOCAL-DATE-TIME ZONE
              rolling DURATION [by DURATION]
              since-first-use DURATION
              lifetime [from INSTANT] [until INSTANT]

              --at INSTANT   the first span is the one at this instant (default: now), such as 2026-03-29T00:00:00Z
              --count N      how many spans, 1 to 10000 (default: 5)
              --zone ZONE    the zone to print times in (default: UTC)
              --check FILE   compares every row of a CSV file with the header
                               kind,zone,at,first,day,length,anchor,instant,start,end
                             or
                               id,length,anchor,zone,instant,start,end,note

            Exits with 0; with 1 if a row of the file differs or cannot be read; with 2 if it was not asked rightly.
            """;

    private final PrintStream out;

    private WindowCalculator(PrintStream out) {
        this.out = out;
    }

    /** Runs and ends the JVM with the exit status. */
    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }

    /** Runs and returns the exit status: 0, 1 if a checked row differs, 2 if the arguments make no sense. */
    static int run(String[] args, PrintStream out, PrintStream err) {
        return run(args, Clock.systemUTC(), out, err);
    }

    static int run(String[] args, Clock clock, PrintStream out, PrintStream err) {
        try {
            WindowArguments arguments = WindowArguments.parse(args);
            if (arguments.has("--help")) {
                out.print(HELP);
                return OK;
            }
            if (arguments.has("--check")) {
                return new SpanFile(arguments.checkedFile(), out).agrees() ? OK : DIFFERENT;
            }
            new WindowCalculator(out)
                    .print(arguments.window(), arguments.at(clock), arguments.count(), arguments.zone());
            return OK;
        } catch (Misuse misuse) {
            err.println(misuse.getMessage());
            err.println("--help says what is allowed");
            return MISUSED;
        } finally {
            out.flush();
            err.flush();
        }
    }

    private void print(QuotaWindow window, Instant at, int count, ZoneId zone) {
        WindowSpan first = spanAt(window, at);
        out.println(window + " at " + text(at, zone) + ", times in " + zone.getId());
        boolean countsLonger = !window.countedUntil(first).equals(first.endExclusive());
        List<List<String>> table = new ArrayList<>();
        table.add(List.of("", "start", "end", "length", countsLonger ? "counts until" : ""));
        WindowSpan span = first;
        for (int ordinal = 1; ordinal <= count; ordinal++) {
            table.add(List.of(
                    Integer.toString(ordinal),
                    text(span.startInclusive(), zone),
                    text(span.endExclusive(), zone),
                    span.length().toString(),
                    countsLonger ? text(window.countedUntil(span), zone) : ""));
            if (span.endExclusive().isAfter(WindowSpan.LATEST)) {
                break;
            }
            WindowSpan next = window.spanAt(span.endExclusive());
            if (next.equals(span)) {
                break;
            }
            span = next;
        }
        print(table);
        if (window.opensWithUse()) {
            out.println("The first use opens the first span; the others are shown as if the next use came at once.");
        }
        if (!first.contains(at)) {
            out.println("The one span does not contain the instant.");
        }
    }

    private static WindowSpan spanAt(QuotaWindow window, Instant at) {
        try {
            return window.spanAt(at);
        } catch (IllegalArgumentException outOfRange) {
            throw new Misuse("--at: " + outOfRange.getMessage());
        }
    }

    private void print(List<List<String>> table) {
        for (List<String> row : table) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                int width = width(table, column);
                String cell = row.get(column);
                String padding = " ".repeat(width - cell.length());
                // The ordinal stands to the right, the rest to the left.
                line.append(column == 0 ? padding + cell : "  " + cell + padding);
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private static int width(List<List<String>> table, int column) {
        return table.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }

    private static String text(Instant instant, ZoneId zone) {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(instant.atZone(zone));
    }
}
