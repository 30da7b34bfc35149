package org.quotaledger.accounting;

import java.util.List;

/**
 * Ends a decision that found out that usage rows are not known well enough: they were recounted, and the step is decided anew
 * with them. It is seldom, and happens after the step has changed other rows, which were decided without these.
 */
final class Recounted extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<Usage> rows;

    Recounted(List<Usage> rows) {
        super("rows were recounted", null, false, false);
        this.rows = List.copyOf(rows);
    }

    List<Usage> rows() {
        return rows;
    }
}
