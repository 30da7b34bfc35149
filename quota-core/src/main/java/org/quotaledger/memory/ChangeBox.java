package org.quotaledger.memory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.quotaledger.history.Change;
import org.quotaledger.history.HistoryQuery;
import org.quotaledger.history.KeptChange;
import org.quotaledger.reservation.RequestId;

/** The history in memory. Thread-safe. */
final class ChangeBox {

    /** The oldest first: each one's sequence is its place, counted from 1. Guarded by this object's lock, as all else. */
    private final List<Change> kept = new ArrayList<>();

    private final Map<RequestId, Change.OfAccount> byOperation = new HashMap<>();

    void add(List<Change> changes) {
        if (!changes.isEmpty()) {
            addAll(changes);
        }
    }

    private synchronized void addAll(List<Change> changes) {
        for (Change change : changes) {
            kept.add(change);
            if (change instanceof Change.OfAccount of && of.operation() != null) {
                byOperation.putIfAbsent(of.operation(), of);
            }
        }
    }

    synchronized List<KeptChange> page(HistoryQuery query) {
        List<KeptChange> page = new ArrayList<>();
        int newest = (int) Math.min(query.before() - 1, kept.size());
        for (int sequence = newest; sequence > 0 && page.size() < query.max(); sequence--) {
            Change change = kept.get(sequence - 1);
            if (query.isAbout(change)) {
                page.add(new KeptChange(sequence, change));
            }
        }
        return List.copyOf(page);
    }

    /** Returns the change of an account that was made with an id, or {@code null}. */
    synchronized Change.@Nullable OfAccount of(@Nullable RequestId operation) {
        return operation == null ? null : byOperation.get(operation);
    }
}
