package org.quotaledger.accounting;

import java.util.ArrayList;
import java.util.List;

/**
 * Ends a decision that found out that usage rows are not known well enough: they were recounted, and the step is decided anew
 * with them. It is seldom, and happens after the step has changed other rows, which were decided without these.
 */
final class Recounted extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<Counter> rows;

    Recounted(List<Counter> rows) {
        super("rows were recounted", null, false, false);
        this.rows = List.copyOf(rows);
    }

    /** Returns them with those of before. */
    List<Counter> and(List<Counter> before) {
        List<Counter> all = new ArrayList<>(before);
        all.addAll(rows);
        return all;
    }
}
