package org.quotaledger.memory;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.quotaledger.history.Change;
import org.quotaledger.history.HistoryQuery;
import org.quotaledger.history.KeptChange;
import org.quotaledger.reservation.RequestId;

/** The history in memory. Thread-safe. */
final class ChangeBox {

    /** By sequence. Guarded by this object's lock, as all else. */
    private final TreeMap<Long, Change> kept = new TreeMap<>();

    private final Map<RequestId, Change.OfAccount> byOperation = new HashMap<>();

    private long sequence;

    void add(List<Change> changes) {
        if (!changes.isEmpty()) {
            addAll(changes);
        }
    }

    private synchronized void addAll(List<Change> changes) {
        for (Change change : changes) {
            kept.put(++sequence, change);
            if (change instanceof Change.OfAccount of && of.operation() != null) {
                byOperation.putIfAbsent(of.operation(), of);
            }
        }
    }

    synchronized List<KeptChange> page(HistoryQuery query) {
        return kept.headMap(query.before(), false).descendingMap().entrySet().stream()
                .filter(entry -> query.isAbout(entry.getValue()))
                .limit(query.max())
                .map(ChangeBox::kept)
                .toList();
    }

    /** Returns the change of an account that was made with an id, or {@code null}. */
    synchronized Change.@Nullable OfAccount of(@Nullable RequestId operation) {
        return operation == null ? null : byOperation.get(operation);
    }

    private static KeptChange kept(Map.Entry<Long, Change> entry) {
        return new KeptChange(entry.getKey(), entry.getValue());
    }
}
