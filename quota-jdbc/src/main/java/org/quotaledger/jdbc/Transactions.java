package org.quotaledger.jdbc;

import java.sql.SQLException;
import java.util.function.Consumer;
import org.quotaledger.spi.QuotaStoreException;

/** Where the store's work is done: in transactions of its own, or in one of its host. */
interface Transactions {

    /** What is done in a transaction. */
    interface Work<T> {
        T in(Session session) throws SQLException;
    }

    /**
     * Runs work in a transaction; again, if others came between or a connection was lost before the commit. What the
     * work throws undoes it.
     *
     * @throws QuotaStoreException if the database failed
     */
    <T> T write(Work<T> work);

    /** Runs work that only reads, all of it as it is at one instant; again, as {@link #write} does. */
    <T> T read(Work<T> work);

    /** Work that reads rows one by one. */
    interface Reading<R> {
        void in(Session session, Consumer<R> rows) throws SQLException;
    }

    /** Runs work that only reads, once, and hands its rows to {@code rows}, on the calling thread. */
    <R> void stream(Reading<R> work, Consumer<R> rows);
}
