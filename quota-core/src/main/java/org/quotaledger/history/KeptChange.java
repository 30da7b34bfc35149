package org.quotaledger.history;

import java.util.Objects;

/**
 * A change and its place in the history. Immutable and thread-safe.
 *
 * @param sequence the later it was written, the greater; not every number is there
 * @param change the change
 */
public record KeptChange(long sequence, Change change) {

    /** The change is required. */
    public KeptChange {
        Objects.requireNonNull(change, "change");
    }
}
