package org.quotaledger.memory;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.quotaledger.history.Change;
import org.quotaledger.history.HistoryQuery;
import org.quotaledger.history.KeptChange;

/** The history in memory. Thread-safe. */
final class ChangeBox {

    /** By sequence. Guarded by this object's lock, as all else. */
    private final TreeMap<Long, Change> kept = new TreeMap<>();

    private long sequence;

    void add(List<Change> changes) {
        if (!changes.isEmpty()) {
            addAll(changes);
        }
    }

    private synchronized void addAll(List<Change> changes) {
        changes.forEach(change -> kept.put(++sequence, change));
    }

    synchronized List<KeptChange> page(HistoryQuery query) {
        return kept.headMap(query.before(), false).descendingMap().entrySet().stream()
                .filter(entry -> query.isAbout(entry.getValue()))
                .limit(query.max())
                .map(ChangeBox::kept)
                .toList();
    }

    private static KeptChange kept(Map.Entry<Long, Change> entry) {
        return new KeptChange(entry.getKey(), entry.getValue());
    }
}
