package org.quotaledger.examples.replay;

import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;

/**
 * One request of the trace.
 *
 * @param line its line in the file, the header being line 1
 * @param at when it was made
 * @param contextTokens tokens of its prompt
 * @param generatedTokens tokens that the model answered with
 */
record TraceRow(long line, Instant at, long contextTokens, long generatedTokens) {

    /** The order in which requests are replayed: by time, and by line where the time is the same. */
    static final Comparator<TraceRow> IN_TIME =
            Comparator.comparing(TraceRow::at).thenComparingLong(TraceRow::line);

    /** No request has more; a file that says so is broken. */
    static final long MAX_TOKENS = 1_000_000_000;

    TraceRow {
        Objects.requireNonNull(at, "at");
        checkTokens("ContextTokens", contextTokens);
        checkTokens("GeneratedTokens", generatedTokens);
    }

    private static void checkTokens(String column, long tokens) {
        if (tokens < 0 || tokens > MAX_TOKENS) {
            throw new IllegalArgumentException(column + " is " + tokens + ": expected 0 to " + MAX_TOKENS);
        }
    }
}
