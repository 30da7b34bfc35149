package org.quotaledger.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.JournalKind;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.RequestOrigin;
import org.quotaledger.reservation.Tags;

/**
 * The journal rows of one account, each with its place among those of all accounts. Kept in chunks, because one array
 * of all would be copied again and again as it grows; and in columns, because a row for good that is an object, with
 * instants that are objects, is one that the garbage collector copies and follows. Guarded by the account's lock.
 */
final class JournalLines {

    private static final int FIRST_CHUNK = 4;
    private static final int LARGEST_CHUNK = 1024;

    /** Full chunks, oldest first. */
    private final List<Chunk> full = new ArrayList<>(0);

    private Chunk last = new Chunk(FIRST_CHUNK);

    /** What the latest rows have in common with others, for the next to share: a charge has a row for each meter. */
    private final @Nullable Common[] latest = new Common[4];

    /** Where in that the next goes. */
    private int next;

    /** A row of the journal with its place. */
    record Line(long sequence, JournalRow row) {}

    /** The part of a row that one after the other has in common, kept once for as many as agree. */
    private record Common(
            JournalKind kind,
            AccountId account,
            AccountId origin,
            Tags tags,
            int depth,
            JournalRow.Counted counted,
            boolean late,
            @Nullable String reason) {

        static Common of(JournalRow row) {
            return new Common(
                    row.kind(),
                    row.account(),
                    row.origin(),
                    row.tags(),
                    row.depth(),
                    new JournalRow.Counted(row.times(), row.meter(), 0, 0),
                    row.late(),
                    row.reason());
        }

        /** Returns whether a row has all of it, without an object for the comparison. */
        boolean isOf(JournalRow row) {
            return kind == row.kind()
                    && depth == row.depth()
                    && late == row.late()
                    && counted.times() == row.times()
                    && account.equals(row.account())
                    && origin.equals(row.origin())
                    && Objects.equals(counted.meter(), row.meter())
                    && Objects.equals(reason, row.reason())
                    && tags.equals(row.tags());
        }
    }

    private static final class Chunk {

        // Where the numbers of a row lie among themselves, and how many they are.
        private static final int SEQUENCE = 0;
        private static final int UNITS = 1;
        private static final int EXCESS = 2;
        private static final int RESERVED_AT = 3;
        private static final int SETTLED_AT = 4;
        private static final int RECORDED_AT = 5;
        private static final int NUMBERS = 6;

        private final @Nullable Common[] commons;
        private final @Nullable RequestId[] reservations;
        private final @Nullable RequestId[] operations;
        private final long[] numbers;
        private int size;

        Chunk(int capacity) {
            commons = new Common[capacity];
            reservations = new RequestId[capacity];
            operations = new RequestId[capacity];
            numbers = new long[capacity * NUMBERS];
        }

        Chunk(Chunk smaller) {
            size = smaller.size;
            commons = Arrays.copyOf(smaller.commons, 2 * size);
            reservations = Arrays.copyOf(smaller.reservations, 2 * size);
            operations = Arrays.copyOf(smaller.operations, 2 * size);
            numbers = Arrays.copyOf(smaller.numbers, 2 * size * NUMBERS);
        }

        boolean isFull() {
            return size == commons.length;
        }

        void add(long sequence, Common common, JournalRow row) {
            commons[size] = common;
            reservations[size] = row.reservation();
            operations[size] = row.operation();
            int at = size * NUMBERS;
            numbers[at + SEQUENCE] = sequence;
            numbers[at + UNITS] = row.units();
            numbers[at + EXCESS] = row.excess();
            numbers[at + RESERVED_AT] = Micros.of(row.reservedAt());
            numbers[at + SETTLED_AT] = Micros.of(row.settledAt());
            numbers[at + RECORDED_AT] = Micros.of(row.recordedAt());
            size++;
        }

        void addTo(List<Line> lines) {
            for (int i = 0; i < size; i++) {
                lines.add(new Line(number(i, SEQUENCE), row(i)));
            }
        }

        private JournalRow row(int i) {
            Common common = Objects.requireNonNull(commons[i], "common");
            return new JournalRow(
                    common.kind(),
                    new RequestOrigin(
                            Objects.requireNonNull(reservations[i], "reservation"), common.origin(), common.tags()),
                    Objects.requireNonNull(operations[i], "operation"),
                    common.account(),
                    common.depth(),
                    new JournalRow.Counted(
                            common.counted().times(), common.counted().meter(), number(i, UNITS), number(i, EXCESS)),
                    new JournalRow.When(
                            Micros.instant(number(i, RESERVED_AT)),
                            Micros.instant(number(i, SETTLED_AT)),
                            Micros.instant(number(i, RECORDED_AT)),
                            common.late()),
                    common.reason());
        }

        private long number(int i, int which) {
            return numbers[i * NUMBERS + which];
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
        last.add(sequence, shared(row), row);
    }

    private Common shared(JournalRow row) {
        for (Common kept : latest) {
            if (kept != null && kept.isOf(row)) {
                return kept;
            }
        }
        Common own = Common.of(row);
        latest[next] = own;
        next = (next + 1) % latest.length;
        return own;
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
