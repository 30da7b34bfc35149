package org.quotaledger.examples.replay;

import java.time.Instant;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.quotaledger.account.AccountId;
import org.quotaledger.window.QuotaWindow;

/** Adds up what the ledger answered, by key and span. Not thread-safe: each thread counts for itself. */
final class Tally {

    private final QuotaWindow window;
    private final NavigableMap<Cell, Figures> figures = new TreeMap<>();

    Tally(QuotaWindow window) {
        this.window = window;
    }

    /** Counts an answer in the span of the request, whenever it came. */
    void add(AccountId account, Instant requestedAt, Figures answer) {
        figures.merge(Cell.of(account, requestedAt, window), answer, Figures::plus);
    }

    void addAll(Tally other) {
        other.figures.forEach((cell, more) -> figures.merge(cell, more, Figures::plus));
    }

    NavigableMap<Cell, Figures> figures() {
        return figures;
    }
}
