package org.quotaledger.jdbc;

import java.util.ArrayList;
import java.util.List;

/**
 * An item with its place in a list, as the column {@code ordinal} keeps it.
 *
 * @param ordinal 0 for the first
 */
record Placed<T>(int ordinal, T item) {

    static <T> List<Placed<T>> of(List<T> items) {
        List<Placed<T>> placed = new ArrayList<>(items.size());
        for (T item : items) {
            placed.add(new Placed<>(placed.size(), item));
        }
        return placed;
    }
}
