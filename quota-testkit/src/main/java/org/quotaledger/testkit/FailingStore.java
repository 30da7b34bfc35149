package org.quotaledger.testkit;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.quotaledger.spi.QuotaStore;
import org.quotaledger.spi.QuotaStoreException;

/** A store before another one that can be made to fail, as one does whose database is away. Thread-safe. */
final class FailingStore {

    /** What becomes of what is asked. */
    enum Outage {
        /** It is answered. */
        NONE,
        /** It does not reach the store. */
        AWAY,
        /** The store does it, and the answer is lost. */
        ANSWERS_LOST,
        /** What is submitted does not reach the store, and waits until it is given up. */
        SILENT
    }

    private final QuotaStore store;
    private final Queue<CompletableFuture<?>> waiting = new ConcurrentLinkedQueue<>();
    private volatile Outage outage = Outage.NONE;

    FailingStore(QuotaStore store) {
        this.store = store;
    }

    void become(Outage now) {
        outage = now;
    }

    /** Has the one fail that waits longest. */
    void giveUpNext() {
        waiting.remove().completeExceptionally(QuotaStoreException.outcomeUnknown("no answer in time", null));
    }

    /** Returns it as a store. */
    QuotaStore store() {
        return (QuotaStore) Proxy.newProxyInstance(
                QuotaStore.class.getClassLoader(), new Class<?>[] {QuotaStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        return null; // Whoever opened the store closes it.
                    }
                    QuotaStoreException failure = null;
                    Outage now = outage;
                    if (now == Outage.SILENT && method.getName().equals("submit")) {
                        CompletableFuture<?> answer = new CompletableFuture<>();
                        waiting.add(answer);
                        return answer;
                    }
                    if (now == Outage.AWAY) {
                        failure = QuotaStoreException.notApplied("the store is away", null);
                    } else if (now == Outage.ANSWERS_LOST) {
                        failure = QuotaStoreException.outcomeUnknown("the answer is lost", null);
                    }
                    Object answer = null;
                    if (now != Outage.AWAY) {
                        try {
                            answer = method.invoke(store, arguments);
                        } catch (InvocationTargetException thrown) {
                            throw thrown.getCause();
                        }
                    }
                    if (failure == null) {
                        return answer;
                    }
                    if (answer instanceof CompletionStage<?> stage) {
                        stage.toCompletableFuture().join();
                    }
                    if (method.getName().equals("submit")) {
                        return CompletableFuture.failedFuture(failure);
                    }
                    throw failure;
                });
    }
}
