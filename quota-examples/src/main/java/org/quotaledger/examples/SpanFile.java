package org.quotaledger.examples;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.quotaledger.window.QuotaWindow;
import org.quotaledger.window.WindowSpan;

/** A file of windows, instants and the spans that others computed for them, to be compared with ours. */
final class SpanFile {

    private static final String KINDS_HEADER = "kind,zone,at,first,day,length,anchor,instant,start,end";
    private static final String NAMED_HEADER = "id,length,anchor,zone,instant,start,end,note";

    private final Path file;
    private final PrintStream out;

    SpanFile(Path file, PrintStream out) {
        this.file = file;
        this.out = out;
    }

    /**
     * Compares every row, naming those that differ or cannot be read.
     *
     * @return whether all agree
     * @throws Misuse if there is no such file, it has no rows or another header
     */
    boolean agrees() {
        List<String> lines = read();
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
        return differing == 0;
    }

    private List<String> read() {
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
}
