package org.quotaledger.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.quotaledger.amount.Meter;
import org.quotaledger.spi.QuotaStore;

/**
 * Adds the journal up. Thread-safe.
 *
 * <p>Each call reads the rows that its query asks for once, as they are at one instant, and keeps none of them: its memory
 * is that of the lines it returns. Sums are exact and of any size. Every method throws
 * {@link org.quotaledger.spi.QuotaStoreException} if the store fails.
 */
public final class LedgerReports {

    /** The most lines of one report. */
    public static final int MAX_LINES = 10_000;

    private static final Comparator<List<Group>> BY_GROUPS = (one, other) -> {
        for (int i = 0; i < one.size(); i++) {
            int compared = one.get(i).compareTo(other.get(i));
            if (compared != 0) {
                return compared;
            }
        }
        return 0;
    };

    private final QuotaStore store;

    /** Creates the reports of what a store keeps. */
    public LedgerReports(QuotaStore store) {
        this.store = Objects.requireNonNull(store, "store");
    }

    /** Returns the sums of all that a query asks for. */
    public ReportTotals totals(ReportQuery query) {
        Tally all = new Tally();
        store.journal(query.rows(), row -> {
            if (query.asksFor(row)) {
                all.add(row);
            }
        });
        return all.totals();
    }

    /**
     * Returns a report with a line for each group.
     *
     * @param groupings by what it is divided, the first first
     * @throws ReportTooLargeException if it has more than {@value #MAX_LINES} lines
     */
    public Report by(ReportQuery query, Grouping... groupings) {
        Lines lines = lines(query, List.of(groupings), null, MAX_LINES);
        if (lines.dropped) {
            throw new ReportTooLargeException(MAX_LINES);
        }
        return lines.report();
    }

    /**
     * Returns the lines of a report whose groups come after others, in the order of their groups: a report of any length is
     * read page by page. Each page reads the journal anew.
     *
     * @param after the groups of the last line of the page before, or {@code null} for the first page
     * @param max at most so many lines, 1 to {@value #MAX_LINES}; fewer if there are no more
     * @throws IllegalArgumentException if {@code after} has another number of groups than there are groupings
     */
    public Report page(ReportQuery query, @Nullable List<Group> after, int max, Grouping... groupings) {
        checkMax(max);
        if (after != null && after.size() != groupings.length) {
            throw new IllegalArgumentException(
                    "page is to come after " + after + ": expected " + groupings.length + " groups");
        }
        return lines(query, List.of(groupings), after, max).report();
    }

    /**
     * Returns the lines in which most of a meter is used, the largest first; equal ones in the order of their groups.
     *
     * @param max at most so many lines, 1 to {@value #MAX_LINES}
     * @throws ReportTooLargeException if there are more than {@value #MAX_LINES} lines to choose from
     */
    public Report top(ReportQuery query, Meter meter, int max, Grouping... groupings) {
        checkMax(max);
        Objects.requireNonNull(meter, "meter");
        Report all = by(query, groupings);
        Comparator<ReportLine> byUse =
                Comparator.comparing(line -> line.totals().used(meter));
        // The sort is stable: equal lines stay in the order of their groups.
        List<ReportLine> largest =
                all.lines().stream().sorted(byUse.reversed()).limit(max).toList();
        return new Report(all.columns(), largest, all.totals());
    }

    private static void checkMax(int max) {
        if (max < 1 || max > MAX_LINES) {
            throw new IllegalArgumentException("max is " + max + ": expected 1 to " + MAX_LINES);
        }
    }

    private Lines lines(ReportQuery query, List<Grouping> groupings, @Nullable List<Group> after, int max) {
        Lines lines = new Lines(groupings, after, max);
        store.journal(query.rows(), row -> {
            if (query.asksFor(row)) {
                lines.all.add(row);
                List<Group> groups = new ArrayList<>(groupings.size());
                groupings.forEach(grouping -> groups.add(grouping.of(row)));
                Tally tally = lines.tally(groups);
                if (tally != null) {
                    tally.add(row);
                }
            }
        });
        return lines;
    }

    /**
     * The first lines after some groups. A line that is dropped for too many before it never comes back: what is kept only
     * moves towards the first. So each line that is left has all of its rows.
     */
    private static final class Lines {

        private final List<Grouping> groupings;
        private final @Nullable List<Group> after;
        private final int max;
        private final Tally all = new Tally();
        private final TreeMap<List<Group>, Tally> kept = new TreeMap<>(BY_GROUPS);
        private boolean dropped;

        Lines(List<Grouping> groupings, @Nullable List<Group> after, int max) {
            this.groupings = groupings;
            this.after = after;
            this.max = max;
        }

        @Nullable
        Tally tally(List<Group> groups) {
            if (after != null && BY_GROUPS.compare(groups, after) <= 0) {
                return null;
            }
            Tally known = kept.get(groups);
            if (known != null) {
                return known;
            }
            if (kept.size() == max) {
                dropped = true;
                if (BY_GROUPS.compare(groups, kept.lastKey()) > 0) {
                    return null;
                }
                kept.pollLastEntry();
            }
            Tally added = new Tally();
            kept.put(groups, added);
            return added;
        }

        Report report() {
            List<ReportLine> lines = new ArrayList<>(kept.size());
            kept.forEach((groups, tally) -> lines.add(new ReportLine(groups, tally.totals())));
            return new Report(groupings.stream().map(Grouping::name).toList(), lines, all.totals());
        }
    }
}
