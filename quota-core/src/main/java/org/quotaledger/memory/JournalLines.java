package org.quotaledger.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.accounting.JournalRow;

/**
 * The journal rows of one account, each with its place among those of all accounts. Kept in chunks, because one array of
 * all would be copied again and again as it grows. Guarded by the account's lock.
 */
final class JournalLines {

    private static final int FIRST_CHUNK = 4;
    private static final int LARGEST_CHUNK = 1024;

    /** Full chunks, oldest first. */
    private final List<Chunk> full = new ArrayList<>(0);

    private Chunk last = new Chunk(FIRST_CHUNK);

    /** A row of the journal with its place. */
    record Line(long sequence, JournalRow row) {}

    private static final class Chunk {
        private final @Nullable JournalRow[] rows;
        private final long[] sequences;
        private int size;

        Chunk(int capacity) {
            rows = new JournalRow[capacity];
            sequences = new long[capacity];
        }

        Chunk(Chunk smaller) {
            size = smaller.size;
            rows = Arrays.copyOf(smaller.rows, 2 * size);
            sequences = Arrays.copyOf(smaller.sequences, 2 * size);
        }

        boolean isFull() {
            return size == rows.length;
        }

        void add(long sequence, JournalRow row) {
            rows[size] = row;
            sequences[size] = sequence;
            size++;
        }

        void addTo(List<Line> lines) {
            for (int i = 0; i < size; i++) {
                lines.add(new Line(sequences[i], Objects.requireNonNull(rows[i], "row")));
            }
        }
    }

    void add(long sequence, JournalRow row) {
        if (last.isFull()) {
            if (last.size < LARGEST_CHUNK) {
                last = new Chunk(last);
            } else {
                full.add(last);
                last = new Chunk(LARGEST_CHUNK);
            }
        }
        last.add(sequence, row);
    }

    List<Line> lines() {
        List<Line> lines = new ArrayList<>();
        for (Chunk chunk : full) {
            chunk.addTo(lines);
        }
        last.addTo(lines);
        return lines;
    }
}
