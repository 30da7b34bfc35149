package org.quotaledger.examples.replay;

import java.time.Instant;
import java.util.NavigableMap;
import org.quotaledger.window.QuotaWindow;

/**
 * What a replay ends with. It says nothing of the store, the threads and the time taken: those change none of it.
 *
 * @param first when the first request was made
 * @param last when the last request was made
 * @param unreadable how many rows of the trace were skipped
 * @param model the model that answered
 * @param keys how many keys the requests were dealt to
 * @param window the window whose spans the lines are of
 * @param lines the figures of each key and span
 * @param verdict whether the ledger's figures agree
 */
record Report(
        Instant first,
        Instant last,
        long unreadable,
        String model,
        int keys,
        QuotaWindow window,
        NavigableMap<Cell, Figures> lines,
        Verdict verdict) {

    Figures totals() {
        return lines.values().stream().reduce(Figures.NONE, Figures::plus);
    }
}
