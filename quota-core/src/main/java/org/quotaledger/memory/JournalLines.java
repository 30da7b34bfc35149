package org.quotaledger.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.JournalKind;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.amount.Meter;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.Tags;

/**
 * The journal rows of one account, each with its place among those of all accounts. Kept in chunks, because one array of
 * all would be copied again and again as it grows; and in columns, because a row for good that is an object, with
 * instants that are objects, is one that the garbage collector copies and follows. Guarded by the account's lock.
 */
final class JournalLines {

    private static final int FIRST_CHUNK = 4;
    private static final int LARGEST_CHUNK = 1024;

    /** Full chunks, oldest first. */
    private final List<Chunk> full = new ArrayList<>(0);

    private Chunk last = new Chunk(FIRST_CHUNK);

    private @Nullable Shape latestShape;

    /** A row of the journal with its place. */
    record Line(long sequence, JournalRow row) {}

    /** What one row after the other has in common, kept once for as many as agree. */
    private record Shape(
            JournalKind kind,
            AccountId account,
            AccountId origin,
            int depth,
            long times,
            @Nullable Meter meter,
            boolean late,
            @Nullable String reason,
            Tags tags) {

        static Shape of(JournalRow row) {
            return new Shape(
                    row.kind(),
                    row.account(),
                    row.origin(),
                    row.depth(),
                    row.times(),
                    row.meter(),
                    row.late(),
                    row.reason(),
                    row.tags());
        }

        boolean isOf(JournalRow row) {
            return kind == row.kind()
                    && account.equals(row.account())
                    && origin.equals(row.origin())
                    && depth == row.depth()
                    && times == row.times()
                    && Objects.equals(meter, row.meter())
                    && late == row.late()
                    && Objects.equals(reason, row.reason())
                    && tags.equals(row.tags());
        }

        JournalRow row(
                RequestId reservation,
                RequestId operation,
                long units,
                long excess,
                long reservedAt,
                long settledAt,
                long recordedAt) {
            return new JournalRow(
                    kind,
                    reservation,
                    operation,
                    account,
                    origin,
                    depth,
                    times,
                    meter,
                    units,
                    excess,
                    Micros.instant(reservedAt),
                    Micros.instant(settledAt),
                    Micros.instant(recordedAt),
                    late,
                    reason,
                    tags);
        }
    }

    private static final class Chunk {

        /** Of each row: its place, its units and excess, and when it was reserved, settled and recorded. */
        private static final int NUMBERS = 6;

        private final @Nullable Shape[] shapes;
        private final @Nullable RequestId[] reservations;
        private final @Nullable RequestId[] operations;
        private final long[] numbers;
        private int size;

        Chunk(int capacity) {
            shapes = new Shape[capacity];
            reservations = new RequestId[capacity];
            operations = new RequestId[capacity];
            numbers = new long[capacity * NUMBERS];
        }

        Chunk(Chunk smaller) {
            size = smaller.size;
            shapes = Arrays.copyOf(smaller.shapes, 2 * size);
            reservations = Arrays.copyOf(smaller.reservations, 2 * size);
            operations = Arrays.copyOf(smaller.operations, 2 * size);
            numbers = Arrays.copyOf(smaller.numbers, 2 * size * NUMBERS);
        }

        boolean isFull() {
            return size == shapes.length;
        }

        void add(long sequence, Shape shape, JournalRow row) {
            shapes[size] = shape;
            reservations[size] = row.reservation();
            operations[size] = row.operation();
            int at = size * NUMBERS;
            numbers[at] = sequence;
            numbers[at + 1] = row.units();
            numbers[at + 2] = row.excess();
            numbers[at + 3] = Micros.of(row.reservedAt());
            numbers[at + 4] = Micros.of(row.settledAt());
            numbers[at + 5] = Micros.of(row.recordedAt());
            size++;
        }

        void addTo(List<Line> lines) {
            for (int i = 0; i < size; i++) {
                int at = i * NUMBERS;
                JournalRow row = Objects.requireNonNull(shapes[i], "shape")
                        .row(
                                Objects.requireNonNull(reservations[i], "reservation"),
                                Objects.requireNonNull(operations[i], "operation"),
                                numbers[at + 1],
                                numbers[at + 2],
                                numbers[at + 3],
                                numbers[at + 4],
                                numbers[at + 5]);
                lines.add(new Line(numbers[at], row));
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
        Shape before = latestShape;
        Shape shape = before != null && before.isOf(row) ? before : Shape.of(row);
        latestShape = shape;
        last.add(sequence, shape, row);
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
