package org.quotaledger.report;

import java.util.List;
import java.util.Objects;

/**
 * What a report says. Immutable and thread-safe.
 *
 * @param columns the names of its groupings
 * @param lines its lines: in the order of their groups, or of a {@linkplain LedgerReports#top top} report the largest first
 * @param totals the sums of all that the query asked for, of lines too that are not on this page or not at the top
 */
public record Report(List<String> columns, List<ReportLine> lines, ReportTotals totals) {

    /** All are required. */
    public Report {
        columns = List.copyOf(columns);
        lines = List.copyOf(lines);
        Objects.requireNonNull(totals, "totals");
    }
}
