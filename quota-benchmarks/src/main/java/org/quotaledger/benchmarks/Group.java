package org.quotaledger.benchmarks;

import java.io.IOException;
import java.util.List;

/** Rows that are measured together, taking turns, so that whatever else the machine does hits all of them alike. */
interface Group extends AutoCloseable {

    /** Returns all its rows; nothing is started before one of them is measured. */
    List<Row> rows();

    /** Returns whether its rows are measured only where they are asked for by name. */
    default boolean onlyIfNamed() {
        return false;
    }

    /**
     * Returns whether its rows run in this process. Then each of them runs once before any of them is measured: compiling
     * what the rows have in common takes the compiler most of a minute, and is not to be charged to whichever comes first.
     */
    default boolean inThisProcess() {
        return true;
    }

    /** Returns what the rows ran on, once they have, each as {@code what: value}. */
    default List<String> facts() {
        return List.of();
    }

    /**
     * Checks that nothing measured was lost or doubled.
     *
     * @throws IllegalStateException if it was; the message says where
     */
    void verify() throws Exception;

    @Override
    void close() throws IOException;
}
