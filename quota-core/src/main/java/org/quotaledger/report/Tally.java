package org.quotaledger.report;

import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.quotaledger.accounting.JournalKind;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.amount.ExactSum;
import org.quotaledger.amount.Meter;
import org.quotaledger.amount.Total;

/** Adds rows of the journal up. Not thread-safe. */
final class Tally {

    private long requests;
    private long late;
    private long refunds;
    private final SortedMap<String, Long> unbilled = new TreeMap<>();
    private final SortedMap<String, Long> observed = new TreeMap<>();
    private final SortedMap<String, Long> refused = new TreeMap<>();
    private final SortedMap<Meter, Sums> meters = new TreeMap<>();

    private static final class Sums {
        private final ExactSum charged = new ExactSum();
        private final ExactSum refunded = new ExactSum();
        private final ExactSum excess = new ExactSum();
        private final ExactSum late = new ExactSum();
    }

    /** @throws ArithmeticException if there are more rows than a {@code long} counts */
    void add(JournalRow row) {
        boolean lateSettle = row.late() && row.kind() == JournalKind.SETTLE;
        requests = Math.addExact(requests, isRequest(row.kind()) ? row.times() : 0);
        refunds = Math.addExact(refunds, row.kind() == JournalKind.REFUND ? row.times() : 0);
        if (row.kind() == JournalKind.UNBILLED) {
            count(unbilled, row.reason(), row.times());
        }
        if (row.kind() == JournalKind.OBSERVED) {
            count(observed, row.reason(), row.times());
        }
        if (row.kind() == JournalKind.REFUSED) {
            count(refused, row.reason(), row.times());
        }
        late = Math.addExact(late, lateSettle ? row.times() : 0);
        Meter meter = row.meter();
        if (meter != null) {
            add(row, meters.computeIfAbsent(meter, absent -> new Sums()), lateSettle);
        }
    }

    /** A switch that is an expression, so that a kind that is added does not compile until it is thought of here. */
    private static boolean isRequest(JournalKind kind) {
        return switch (kind) {
            case SETTLE, CHARGE, EXPIRE, EXPIRE_REVERSAL, UNBILLED -> true;
            case REFUND, OBSERVED, REFUSED -> false;
        };
    }

    private static void count(SortedMap<String, Long> counts, @Nullable String reason, long times) {
        counts.merge(reason == null ? "" : reason, times, Math::addExact);
    }

    private static void add(JournalRow row, Sums sums, boolean lateSettle) {
        if (row.kind() == JournalKind.REFUND) {
            sums.refunded.add(Math.negateExact(row.units()));
        } else {
            sums.charged.add(row.units());
        }
        sums.excess.add(row.excess());
        sums.late.add(lateSettle ? row.units() : 0);
    }

    ReportTotals totals() {
        SortedMap<Meter, MeterTotals> totals = new TreeMap<>();
        meters.forEach((meter, sums) -> totals.put(
                meter,
                new MeterTotals(
                        new Total(sums.charged.value(), meter),
                        new Total(sums.refunded.value(), meter),
                        new Total(sums.excess.value(), meter),
                        new Total(sums.late.value(), meter))));
        return new ReportTotals(requests, late, refunds, unbilled, observed, refused, totals);
    }
}
