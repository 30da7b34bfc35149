package org.quotaledger.examples;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.quotaledger.window.QuotaWindow;
import org.quotaledger.window.SinceFirstUseWindow;
import org.quotaledger.window.WindowSpan;

/** Prints the spans of a window given as text, or checks a file of spans that others computed. */
public final class WindowCalculator {

    static final int OK = 0;
    static final int DIFFERENT = 1;
    static final int MISUSED = 2;

    private static final int MOST_SPANS = 10_000;

    private static final String KINDS_HEADER = "kind,zone,at,first,day,length,anchor,instant,start,end";
    private static final String NAMED_HEADER = "id,length,anchor,zone,instant,start,end,note";

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
            Arguments arguments = Arguments.parse(args);
            WindowCalculator calculator = new WindowCalculator(out);
            if (arguments.has("--help")) {
                out.print(HELP);
                return OK;
            }
            if (arguments.has("--check")) {
                return calculator.check(arguments.checkedFile());
            }
            calculator.print(arguments.window(), arguments.at(clock), arguments.count(), arguments.zone());
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
        if (window instanceof SinceFirstUseWindow) {
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

    private int check(Path file) {
        List<String> lines = read(file);
        RowReader reader = RowReader.of(lines.get(0));
        int rows = 0;
        int differing = 0;
        for (int i = 1; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                rows++;
                differing += agrees(reader, i + 1, lines.get(i)) ? 0 : 1;
            }
        }
        if (rows == 0) {
            throw new Misuse(file + " has no rows to check");
        }
        out.println("checked " + rows + " rows of " + file + ": "
                + (differing == 0 ? "all agree" : differing + " differ or cannot be read"));
        return differing == 0 ? OK : DIFFERENT;
    }

    private static List<String> read(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException unreadable) {
            throw new Misuse("cannot read " + file + ": " + unreadable);
        }
        if (lines.isEmpty()) {
            throw new Misuse(file + " is empty");
        }
        return lines;
    }

    private boolean agrees(RowReader reader, int lineNumber, String line) {
        Row row;
        WindowSpan actual;
        try {
            row = reader.read(line);
            actual = row.window().spanAt(row.instant());
        } catch (DateTimeException | IllegalArgumentException malformed) {
            out.println("line " + lineNumber + ": cannot be read: " + malformed.getMessage() + ": " + line);
            return false;
        }
        if (actual.startInclusive().equals(row.start()) && actual.endExclusive().equals(row.end())) {
            return true;
        }
        out.println("line " + lineNumber + " (" + row.name() + "): " + row.window() + " at " + row.instant()
                + ": expected " + row.start() + "/" + row.end() + " but was " + actual);
        return false;
    }

    /** One line of a file: a window, an instant, and the span that is expected there. */
    private record Row(String name, QuotaWindow window, Instant instant, Instant start, Instant end) {}

    /** The two forms of a file, told apart by their header. */
    private enum RowReader {
        KINDS(KINDS_HEADER) {
            @Override
            Row row(Map<String, String> cells) {
                return rowOf(cell(cells, "kind"), window(cells), cells);
            }

            private QuotaWindow window(Map<String, String> cells) {
                return switch (cell(cells, "kind")) {
                    case "hourly" -> QuotaWindow.hourly(zoneOf(cells));
                    case "daily" -> QuotaWindow.daily(zoneOf(cells), timeOf(cells));
                    case "weekly" ->
                        QuotaWindow.weekly(zoneOf(cells), DayOfWeek.valueOf(cell(cells, "first")), timeOf(cells));
                    case "monthly" ->
                        QuotaWindow.monthly(zoneOf(cells), Integer.parseInt(cell(cells, "day")), timeOf(cells));
                    case "every-duration" -> elapsed(cells);
                    case "every-days", "every-months" -> periodic(cells);
                    default ->
                        throw new IllegalArgumentException(
                                "kind is \"" + cells.get("kind") + "\": expected hourly, daily, weekly, monthly,"
                                        + " every-duration, every-days or every-months");
                };
            }
        },

        NAMED(NAMED_HEADER) {
            @Override
            Row row(Map<String, String> cells) {
                boolean elapsed = cell(cells, "length").contains("T");
                return rowOf(cell(cells, "id"), elapsed ? elapsed(cells) : periodic(cells), cells);
            }
        };

        private final String header;

        RowReader(String header) {
            this.header = header;
        }

        abstract Row row(Map<String, String> cells);

        static RowReader of(String header) {
            for (RowReader reader : values()) {
                if (reader.header.equals(header.strip())) {
                    return reader;
                }
            }
            throw new Misuse(
                    "line 1 is \"" + header + "\": expected the header " + KINDS_HEADER + " or " + NAMED_HEADER);
        }

        Row read(String line) {
            String[] columns = header.split(",", -1);
            // The last column is free text in one form, so that a comma in it is no further column.
            String[] values = line.split(",", this == NAMED ? columns.length : -1);
            if (values.length != columns.length) {
                throw new IllegalArgumentException(
                        "it has " + values.length + " columns, not the " + columns.length + " of the header");
            }
            Map<String, String> cells = new HashMap<>();
            for (int i = 0; i < values.length; i++) {
                cells.put(columns[i], values[i].strip());
            }
            return row(cells);
        }

        static Row rowOf(String name, QuotaWindow window, Map<String, String> cells) {
            return new Row(
                    name,
                    window,
                    instantOf(cell(cells, "instant")),
                    instantOf(cell(cells, "start")),
                    instantOf(cell(cells, "end")));
        }

        static QuotaWindow elapsed(Map<String, String> cells) {
            String anchor = cell(cells, "anchor");
            return QuotaWindow.custom(
                    Duration.parse(cell(cells, "length")),
                    anchor.endsWith("Z")
                            ? instantOf(anchor)
                            : LocalDateTime.parse(anchor).atZone(zoneOf(cells)).toInstant());
        }

        static QuotaWindow periodic(Map<String, String> cells) {
            String anchor = cell(cells, "anchor");
            ZoneId zone = zoneOf(cells);
            return QuotaWindow.custom(
                    Period.parse(cell(cells, "length")),
                    anchor.endsWith("Z")
                            ? LocalDateTime.ofInstant(instantOf(anchor), zone)
                            : LocalDateTime.parse(anchor),
                    zone);
        }

        static ZoneId zoneOf(Map<String, String> cells) {
            return ZoneId.of(cell(cells, "zone"));
        }

        static LocalTime timeOf(Map<String, String> cells) {
            return LocalTime.parse(cell(cells, "at"));
        }

        static String cell(Map<String, String> cells, String column) {
            String cell = cells.getOrDefault(column, "");
            if (cell.isEmpty()) {
                throw new IllegalArgumentException(column + " is empty");
            }
            return cell;
        }

        static Instant instantOf(String text) {
            return OffsetDateTime.parse(text).toInstant();
        }
    }

    /** What stands on the command line; every question it is asked answers or says what is wrong with it. */
    private record Arguments(List<String> words, Map<String, String> options) {

        static Arguments parse(String[] args) {
            List<String> words = new ArrayList<>();
            Map<String, String> options = new HashMap<>();
            for (int i = 0; i < args.length; i++) {
                String arg = args[i];
                switch (arg) {
                    case "--help", "-h" -> options.put("--help", "");
                    case "--at", "--count", "--zone", "--check" -> {
                        if (i + 1 == args.length) {
                            throw new Misuse(arg + " has no value");
                        }
                        i++;
                        if (options.put(arg, args[i]) != null) {
                            throw new Misuse(arg + " is given twice");
                        }
                    }
                    default -> {
                        // A word of a window can be an offset such as -05:00.
                        if (arg.startsWith("-") && !arg.matches("-[0-9].*")) {
                            throw new Misuse("unknown option " + arg);
                        }
                        words.add(arg);
                    }
                }
            }
            return new Arguments(words, options);
        }

        boolean has(String option) {
            return options.containsKey(option);
        }

        private String option(String name, String unlessGiven) {
            return options.getOrDefault(name, unlessGiven);
        }

        QuotaWindow window() {
            if (words.isEmpty()) {
                throw new Misuse("no window is given");
            }
            try {
                // Words that the shell has taken apart are put together again.
                return QuotaWindow.parse(String.join(" ", words));
            } catch (IllegalArgumentException malformed) {
                throw new Misuse(malformed.getMessage());
            }
        }

        Instant at(Clock clock) {
            String at = option("--at", "");
            try {
                return has("--at") ? OffsetDateTime.parse(at).toInstant() : clock.instant();
            } catch (DateTimeException malformed) {
                throw new Misuse("--at is \"" + at + "\": expected an instant such as 2026-03-29T00:00:00Z");
            }
        }

        int count() {
            String count = option("--count", "5");
            if (count.matches("[0-9]{1,5}")) {
                int spans = Integer.parseInt(count);
                if (spans >= 1 && spans <= MOST_SPANS) {
                    return spans;
                }
            }
            throw new Misuse("--count is \"" + count + "\": expected 1 to " + MOST_SPANS);
        }

        ZoneId zone() {
            String zone = option("--zone", "UTC");
            try {
                return ZoneId.of(zone);
            } catch (DateTimeException unknown) {
                throw new Misuse("--zone is \"" + zone + "\": expected a zone such as Europe/Berlin or +02:00");
            }
        }

        Path checkedFile() {
            if (!words.isEmpty() || options.size() > 1) {
                throw new Misuse("--check goes with no window and no other option");
            }
            String file = option("--check", "");
            try {
                return Path.of(file);
            } catch (InvalidPathException malformed) {
                throw new Misuse("--check is \"" + file + "\": expected a file");
            }
        }
    }

    /** The program was not asked rightly; its message is for the person at the terminal. */
    private static final class Misuse extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Misuse(@Nullable String message) {
            super(message);
        }

        // Nothing went wrong in the program.
        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }
}
