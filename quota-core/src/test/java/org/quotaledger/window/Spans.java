package org.quotaledger.window;

import java.time.Instant;

/** Short ways to write instants and spans in claims. */
final class Spans {

    private Spans() {}

    static Instant at(String instant) {
        return Instant.parse(instant);
    }

    static WindowSpan span(String startInclusive, String endExclusive) {
        return new WindowSpan(at(startInclusive), at(endExclusive));
    }

    static WindowSpan spanOf(String window, String instant) {
        return QuotaWindow.parse(window).spanAt(at(instant));
    }
}
