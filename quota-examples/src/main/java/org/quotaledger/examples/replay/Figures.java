package org.quotaledger.examples.replay;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.quotaledger.reservation.LimitRefusal;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.Settled;

/**
 * What the ledger answered to some requests. Immutable.
 *
 * @param requests how many asked
 * @param admitted how many of them were granted
 * @param refusedBy how often each limit had no room, by name. A refusal names every limit that had none, so these can be
 *     more than the refusals
 * @param aboveEstimate how many cost more than was reserved for them
 * @param late how many were settled when their hold had expired
 * @param charged what the settled ones were charged
 */
record Figures(long requests, long admitted, Map<String, Long> refusedBy, long aboveEstimate, long late, Sums charged) {

    static final Figures NONE = new Figures(0, 0, Map.of(), 0, 0, Sums.NONE);

    Figures {
        refusedBy = Collections.unmodifiableMap(new TreeMap<>(refusedBy));
    }

    static Figures ofAdmitted() {
        return new Figures(1, 1, Map.of(), 0, 0, Sums.NONE);
    }

    static Figures of(Refusal refusal) {
        Map<String, Long> by = new TreeMap<>();
        for (LimitRefusal limit : refusal.limits()) {
            by.put(limit.limit().name(), 1L);
        }
        if (by.isEmpty()) {
            by.put(refusal.code().text(), 1L);
        }
        return new Figures(1, 0, by, 0, 0, Sums.NONE);
    }

    /** What a settle adds to the request that was admitted before. */
    static Figures of(Settled settled) {
        boolean above = settled.excess().amounts().stream().anyMatch(amount -> !amount.isZero());
        return new Figures(0, 0, Map.of(), above ? 1 : 0, settled.late() ? 1 : 0, Sums.of(settled.charged()));
    }

    long refused() {
        return requests - admitted;
    }

    Figures plus(Figures other) {
        Map<String, Long> by = new TreeMap<>(refusedBy);
        other.refusedBy.forEach((limit, times) -> by.merge(limit, times, Math::addExact));
        return new Figures(
                requests + other.requests,
                admitted + other.admitted,
                by,
                aboveEstimate + other.aboveEstimate,
                late + other.late,
                charged.plus(other.charged));
    }
}
