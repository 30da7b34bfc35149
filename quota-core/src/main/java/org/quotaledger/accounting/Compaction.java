package org.quotaledger.accounting;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.RequestOrigin;
import org.quotaledger.window.WindowSpan;

/**
 * The rule by which old rows of the journal are merged: which of them one row can stand for, so that no sum that a report, an
 * audit or a recount makes of them changes.
 *
 * <p>Rows are merged that agree in everything but their ids, and whose instants, of the reserve and of the settle, lie in the
 * same quarter of an hour. The clocks of all zones differ by whole quarters, so that all reports by time keep their figures;
 * and what limits count keeps its figures too, because no two rows are merged between which a span begins of a limit in force
 * or of a usage row. Pure: the same rows always merge into the same.
 */
public final class Compaction {

    /** The id of a row that stands for several, in the place of their reservations and operations. */
    public static final RequestId MERGED = RequestId.of("(merged)");

    private static final long QUARTER_SECONDS = Duration.ofMinutes(15).toSeconds();

    private final List<LimitEntry> limits;

    /**
     * Where limits were reset, and where spans of usage rows begin and end: those of a window since first use are known from
     * nothing else.
     */
    private final NavigableSet<Instant> boundaries = new TreeSet<>();

    /**
     * Creates the rule for one account.
     *
     * @param account the account: nothing is merged across a reset of whichever of its limits
     * @param policy its policy, or {@code null}
     * @param usage its usage rows
     */
    public Compaction(AccountEntry account, @Nullable PolicyEntry policy, Collection<Counter> usage) {
        this.limits = account.limits(policy);
        boundaries.addAll(account.resets().values());
        for (Counter row : usage) {
            boundaries.add(row.span().startInclusive());
            boundaries.add(row.span().endExclusive());
        }
    }

    /**
     * Some rows, and the one that stands for them.
     *
     * @param rows two or more
     * @param merged the row that takes the place of the first of them; the others go
     * @param <R> a row as a store knows it
     */
    public record Merge<R>(List<R> rows, JournalRow merged) {

        /** Both are required. */
        public Merge {
            rows = List.copyOf(rows);
            Objects.requireNonNull(merged, "merged");
        }
    }

    /**
     * The properties that merged rows have in common.
     *
     * @param like one of them, without its ids, its amounts and its instants
     */
    private record Cell(JournalRow like, long reservedQuarter, long settledQuarter, List<Instant> spans) {}

    /**
     * Returns what of some rows is to be merged.
     *
     * @param rows rows of the account, in any order
     * @param row what a row says
     */
    public <R> List<Merge<R>> of(List<R> rows, Function<R, JournalRow> row) {
        Map<Cell, List<R>> cells = new LinkedHashMap<>();
        for (R one : rows) {
            cells.computeIfAbsent(cell(row.apply(one)), cell -> new ArrayList<>(2))
                    .add(one);
        }
        List<Merge<R>> merges = new ArrayList<>();
        for (List<R> alike : cells.values()) {
            if (alike.size() > 1) {
                add(merges, alike, row);
            }
        }
        return merges;
    }

    private Cell cell(JournalRow row) {
        JournalRow.When late =
                new JournalRow.When(WindowSpan.EARLIEST, WindowSpan.EARLIEST, WindowSpan.EARLIEST, row.late());
        return new Cell(
                merged(row, new JournalRow.Counted(0, row.meter(), 0, 0), late),
                Math.floorDiv(row.reservedAt().getEpochSecond(), QUARTER_SECONDS),
                Math.floorDiv(row.settledAt().getEpochSecond(), QUARTER_SECONDS),
                spans(row));
    }

    /** Returns where the spans begin that the row's instants lie in. */
    private List<Instant> spans(JournalRow row) {
        List<Instant> starts = new ArrayList<>();
        for (Instant at : List.of(row.reservedAt(), row.settledAt())) {
            Instant boundary = boundaries.floor(at);
            starts.add(boundary == null ? WindowSpan.EARLIEST : boundary);
            for (LimitEntry entry : limits) {
                QuotaLimit limit = entry.limit();
                if (limit.meter().equals(row.meter()) && !limit.window().opensWithUse()) {
                    starts.add(start(limit.window().spanAt(at), at));
                }
            }
        }
        return starts;
    }

    /** A lifetime has a time before its span and one after it. */
    private static Instant start(WindowSpan span, Instant at) {
        if (at.isBefore(span.startInclusive())) {
            return WindowSpan.EARLIEST;
        }
        return span.contains(at) ? span.startInclusive() : span.endExclusive();
    }

    /** Rows whose sum is more than a {@code long} holds stay as they are: a report says so better than a sweep. */
    private static <R> void add(List<Merge<R>> merges, List<R> alike, Function<R, JournalRow> row) {
        JournalRow sum = row.apply(alike.get(0));
        try {
            for (R other : alike.subList(1, alike.size())) {
                sum = sum(sum, row.apply(other));
            }
        } catch (ArithmeticException tooLarge) {
            return;
        }
        merges.add(new Merge<>(alike, sum));
    }

    private static JournalRow sum(JournalRow one, JournalRow other) {
        return merged(
                one,
                new JournalRow.Counted(
                        Math.addExact(one.times(), other.times()),
                        one.meter(),
                        Math.addExact(one.units(), other.units()),
                        Math.addExact(one.excess(), other.excess())),
                new JournalRow.When(
                        earlier(one.reservedAt(), other.reservedAt()),
                        earlier(one.settledAt(), other.settledAt()),
                        other.recordedAt().isAfter(one.recordedAt()) ? other.recordedAt() : one.recordedAt(),
                        one.late()));
    }

    /** Returns a row like one, without its ids. */
    private static JournalRow merged(JournalRow like, JournalRow.Counted counted, JournalRow.When when) {
        return new JournalRow(
                like.kind(),
                new RequestOrigin(MERGED, like.origin(), like.tags()),
                MERGED,
                like.account(),
                like.depth(),
                counted,
                when,
                like.reason());
    }

    private static Instant earlier(Instant one, Instant other) {
        return other.isBefore(one) ? other : one;
    }
}
