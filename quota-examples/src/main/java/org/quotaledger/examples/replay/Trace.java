package org.quotaledger.examples.replay;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.quotaledger.window.WindowSpan;

/**
 * A file of requests, read whole.
 *
 * @param rows the requests in the order of the file
 * @param unreadable a message for every row that could not be read; it names the line
 */
record Trace(List<TraceRow> rows, List<String> unreadable) {

    static final String HEADER = "TIMESTAMP,ContextTokens,GeneratedTokens";

    /** The file names no zone: its times are taken as UTC. */
    private static final DateTimeFormatter TIMESTAMP = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd HH:mm:ss")
            .optionalStart()
            .appendFraction(ChronoField.NANO_OF_SECOND, 1, 9, true)
            .optionalEnd()
            .toFormatter()
            .withResolverStyle(ResolverStyle.STRICT);

    private static final Pattern TOKENS = Pattern.compile("[0-9]{1,18}");

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    Trace {
        rows = List.copyOf(rows);
        unreadable = List.copyOf(unreadable);
    }

    /**
     * Reads a file.
     *
     * @param maxRows at most so many rows, readable or not
     * @throws Misuse if it does not begin with the header
     */
    static Trace read(Path file, long maxRows) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            return read(lines, maxRows);
        }
    }

    /** Reads lines that end in LF or CRLF, the last one with or without. Empty lines are no rows. */
    static Trace read(Reader characters, long maxRows) throws IOException {
        BufferedReader lines = new BufferedReader(characters);
        requireHeader(lines.readLine());
        List<TraceRow> rows = new ArrayList<>();
        List<String> unreadable = new ArrayList<>();
        long number = 1;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            if (line.isEmpty()) {
                continue;
            }
            if (rows.size() + unreadable.size() == maxRows) {
                break;
            }
            try {
                rows.add(row(number, line));
            } catch (DateTimeParseException | IllegalArgumentException why) {
                unreadable.add("line " + number + ": " + why.getMessage());
            }
        }
        return new Trace(rows, unreadable);
    }

    private static void requireHeader(@Nullable String line) {
        String header = line == null ? "" : line.startsWith(BYTE_ORDER_MARK) ? line.substring(1) : line;
        if (!header.equals(HEADER)) {
            throw new Misuse("line 1 of the trace is \"" + shortened(header) + "\": expected " + HEADER);
        }
    }

    private static TraceRow row(long number, String line) {
        String[] cells = line.split(",", -1);
        if (cells.length != 3) {
            throw new IllegalArgumentException(
                    "has " + cells.length + " columns, not the 3 of " + HEADER + ": \"" + shortened(line) + "\"");
        }
        return new TraceRow(
                number, instant(cells[0]), tokens("ContextTokens", cells[1]), tokens("GeneratedTokens", cells[2]));
    }

    private static Instant instant(String cell) {
        Instant at;
        try {
            at = LocalDateTime.parse(cell, TIMESTAMP).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException why) {
            throw new IllegalArgumentException(
                    "TIMESTAMP is \"" + shortened(cell) + "\": expected such as 2023-11-16 18:17:03.9799600", why);
        }
        if (at.isBefore(WindowSpan.EARLIEST) || !at.isBefore(WindowSpan.LATEST)) {
            throw new IllegalArgumentException("TIMESTAMP is " + cell + ": expected the years 1 to 9999");
        }
        return at;
    }

    private static long tokens(String column, String cell) {
        if (!TOKENS.matcher(cell).matches()) {
            throw new IllegalArgumentException(
                    column + " is \"" + shortened(cell) + "\": expected 0 to " + TraceRow.MAX_TOKENS);
        }
        return Long.parseLong(cell);
    }

    private static String shortened(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }
}
