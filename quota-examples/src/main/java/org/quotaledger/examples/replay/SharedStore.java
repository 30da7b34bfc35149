package org.quotaledger.examples.replay;

import java.time.Instant;

/** Where the ledger is kept, shared by all nodes. Thread-safe. */
interface SharedStore extends AutoCloseable {

    /**
     * Opens the store that the arguments name.
     *
     * @param store {@value Arguments#MEMORY} or a JDBC URL
     */
    static SharedStore of(String store) {
        return store.equals(Arguments.MEMORY) ? new MemoryStore() : new DatabaseStore(store);
    }

    /** Opens a node for the calling thread and no other; its time is {@code start} until it is told another. */
    Node open(Instant start);

    /** Closes all nodes and what they share. */
    @Override
    void close();
}
