package org.quotaledger.report;

import java.util.List;
import java.util.Objects;

/**
 * One line of a report. Immutable and thread-safe.
 *
 * @param groups what its rows have in common, in the order of the report's groupings
 * @param totals their sums
 */
public record ReportLine(List<Group> groups, ReportTotals totals) {

    /** Both are required. */
    public ReportLine {
        groups = List.copyOf(groups);
        Objects.requireNonNull(totals, "totals");
    }
}
