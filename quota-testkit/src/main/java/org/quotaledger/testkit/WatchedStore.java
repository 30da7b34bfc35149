package org.quotaledger.testkit;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.quotaledger.accounting.Command;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.spi.Applied;
import org.quotaledger.spi.ForwardingQuotaStore;
import org.quotaledger.spi.QuotaStore;

/** A store that remembers which ids were asked for, since a store cannot list its reservations. Thread-safe. */
final class WatchedStore extends ForwardingQuotaStore {

    private final Set<RequestId> ids;

    WatchedStore(QuotaStore store) {
        this(store, ConcurrentHashMap.newKeySet());
    }

    private WatchedStore(QuotaStore store, Set<RequestId> ids) {
        super(store);
        this.ids = ids;
    }

    /** Returns every id that a command named, whatever came of it. */
    Set<RequestId> ids() {
        return Set.copyOf(ids);
    }

    @Override
    public <A> CompletionStage<Applied<A>> submit(Command<A> command) {
        remember(command);
        return store.submit(command);
    }

    @Override
    public <A> Applied<A> apply(Command<A> command) {
        remember(command);
        return store.apply(command);
    }

    private void remember(Command<?> command) {
        RequestId id = command.reservation();
        if (id != null) {
            ids.add(id);
        }
    }

    @Override
    public QuotaStore within(Duration timeout) {
        return new WatchedStore(store.within(timeout), ids);
    }

    @Override
    public void close() {
        store.close();
    }
}
