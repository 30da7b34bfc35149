package org.quotaledger.report;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.quotaledger.amount.Meter;
import org.quotaledger.amount.Total;

/**
 * The sums of a report, or of one line of it. Immutable and thread-safe.
 *
 * @param requests how many requests were charged or passed unbilled, direct charges too; each once, whatever meters it has
 * @param late how many of them were settled when their hold had expired
 * @param refunds how many refunds there were
 * @param unbilled how many requests were not billed, by reason
 * @param observed how many observing reserves were let through that would have been refused, by the refusal's code
 * @param refused how many reserves were refused, by the refusal's code; those of a process count from its next sweep on
 * @param meters what was charged of each meter
 */
public record ReportTotals(
        long requests,
        long late,
        long refunds,
        SortedMap<String, Long> unbilled,
        SortedMap<String, Long> observed,
        SortedMap<String, Long> refused,
        SortedMap<Meter, MeterTotals> meters) {

    /** All are required. */
    public ReportTotals {
        unbilled = copy(unbilled);
        observed = copy(observed);
        refused = copy(refused);
        meters = copy(meters);
    }

    private static <K, V> SortedMap<K, V> copy(SortedMap<K, V> map) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }

    /** Returns what is used of a meter: what was charged without what was given back; zero if nothing was. */
    public Total used(Meter meter) {
        MeterTotals totals = meters.get(meter);
        return totals == null ? Total.zero(meter) : totals.used();
    }

    /** Returns how many requests were not billed, for whatever reason. */
    public long unbilledRequests() {
        return sum(unbilled);
    }

    /** Returns how many reserves were refused, for whatever reason. */
    public long refusedRequests() {
        return sum(refused);
    }

    /**
     * Returns what a meter is called in this report: its name, with its scale after it where another meter has that name, such
     * as {@code usd@8}.
     */
    public String nameOf(Meter meter) {
        boolean shared = meters.keySet().stream()
                .anyMatch(other -> other.name().equals(meter.name()) && other.scale() != meter.scale());
        return shared ? meter.name() + "@" + meter.scale() : meter.name();
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().reduce(0L, Math::addExact);
    }
}
