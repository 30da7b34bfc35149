package org.quotaledger.testkit;

import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.quotaledger.window.QuotaWindow;

/**
 * An oracle for windows: the same spans as {@link QuotaWindow} by a second, slow and plain calculation.
 *
 * <p>It shares no code with {@code org.quotaledger.window}, and reads the text of a window by itself. Calendar boundaries
 * are listed one after another. An hour is found by a look at every second around the instant. Elapsed time is a division
 * of whole numbers of any size. It serves tests of code that computes windows by itself, such as a report in SQL. Immutable
 * and thread-safe.
 */
public final class NaiveWindow {

    private static final BigInteger BILLION = BigInteger.valueOf(1_000_000_000);

    /** Enough to see a boundary that an offset moves by up to 36 hours, on either side. */
    private static final int DAYS_AROUND = 4;

    /**
     * A half-open range of time.
     *
     * @param start the first instant of the span
     * @param end the first instant after it
     */
    public record Span(Instant start, Instant end) {

        /** Returns whether the instant is at or after the start and before the end. */
        public boolean contains(Instant instant) {
            return !instant.isBefore(start) && instant.isBefore(end);
        }
    }

    private final List<String> words;

    private NaiveWindow(List<String> words) {
        this.words = words;
    }

    /** Returns the oracle of a window. It asks the window for its text and for nothing else. */
    public static NaiveWindow of(QuotaWindow window) {
        return of(window.toString());
    }

    /**
     * Returns the oracle of a window's complete text, as {@link QuotaWindow#toString()} writes it.
     *
     * @throws IllegalArgumentException if the text names no kind of window or lacks a part. The parts themselves are read
     *     when the oracle is asked
     */
    public static NaiveWindow of(String text) {
        List<String> words = List.of(text.split(" "));
        Set<Integer> counts = switch (words.get(0)) {
            case "hourly", "since-first-use" -> Set.of(2);
            case "daily" -> Set.of(3);
            case "weekly", "monthly", "rolling" -> Set.of(4);
            case "every" -> Set.of(4, 5);
            case "lifetime" -> Set.of(1, 3, 5);
            default -> Set.of();
        };
        if (!counts.contains(words.size())) {
            throw new IllegalArgumentException(
                    "text is \"" + text + "\": expected a complete one, as QuotaWindow.toString() writes it");
        }
        return new NaiveWindow(words);
    }

    /** Returns {@code latest} while it contains the instant, else the span that {@link #spanAt(Instant)} returns. */
    public Span spanAt(Instant instant, @Nullable Span latest) {
        return latest != null && latest.contains(instant) ? latest : spanAt(instant);
    }

    /**
     * Returns the span that a use at the instant belongs to. Of a rolling window, that is a bucket. Of a window since first
     * use, it is the span that would open at the instant. A lifetime has one span, even if the instant lies outside.
     */
    public Span spanAt(Instant instant) {
        return switch (words.get(0)) {
            case "hourly" -> hour(instant, ZoneId.of(words.get(1)).getRules());
            case "daily" -> between(instant, days(instant), words.get(2));
            case "weekly" -> between(instant, weekDays(instant, DayOfWeek.valueOf(words.get(2))), words.get(3));
            case "monthly" -> between(instant, monthDays(instant, Integer.parseInt(words.get(2))), words.get(3));
            case "every" ->
                words.size() == 4
                        ? elapsed(instant, Duration.parse(words.get(1)), Instant.parse(words.get(3)))
                        : periodic(instant, Period.parse(words.get(1)), LocalDateTime.parse(words.get(3)));
            case "rolling" -> elapsed(instant, Duration.parse(words.get(3)), Instant.EPOCH);
            case "since-first-use" -> new Span(instant, instant.plus(Duration.parse(words.get(1))));
            case "lifetime" ->
                new Span(
                        lifetimeBound("from", "0001-01-01T00:00:00Z"),
                        lifetimeBound("until", "9999-12-31T23:59:59.999999Z"));
            default -> throw new IllegalStateException("not a window: " + words);
        };
    }

    /** Returns the first instant at which use in the span no longer counts. */
    public Instant countedUntil(Span span) {
        return words.get(0).equals("rolling") ? span.end().plus(Duration.parse(words.get(1))) : span.end();
    }

    private static Span hour(Instant instant, ZoneRules rules) {
        long start = instant.getEpochSecond();
        while (!hourStarts(start, rules)) {
            start--;
        }
        long end = instant.getEpochSecond() + 1;
        while (!hourStarts(end, rules)) {
            end++;
        }
        return new Span(Instant.ofEpochSecond(start), Instant.ofEpochSecond(end));
    }

    private static boolean hourStarts(long second, ZoneRules rules) {
        int offset = offset(second, rules);
        int moved = offset - offset(second - 1, rules);
        return moved % 3600 != 0 || (second + offset) % 3600 == 0;
    }

    private static int offset(long second, ZoneRules rules) {
        return rules.getOffset(Instant.ofEpochSecond(second)).getTotalSeconds();
    }

    private Stream<LocalDate> days(Instant instant) {
        return daysAround(instant, DAYS_AROUND);
    }

    private Stream<LocalDate> weekDays(Instant instant, DayOfWeek first) {
        return daysAround(instant, 7 + DAYS_AROUND).filter(date -> date.getDayOfWeek() == first);
    }

    private Stream<LocalDate> monthDays(Instant instant, int day) {
        YearMonth month = YearMonth.from(dateAt(instant));
        return LongStream.rangeClosed(-2, 2)
                .mapToObj(month::plusMonths)
                .map(near -> near.atDay(Math.min(day, near.lengthOfMonth())));
    }

    private Stream<LocalDate> daysAround(Instant instant, int days) {
        LocalDate date = dateAt(instant);
        return LongStream.rangeClosed(-days, days).mapToObj(date::plusDays);
    }

    private LocalDate dateAt(Instant instant) {
        return instant.atZone(ZoneId.of(words.get(1))).toLocalDate();
    }

    private Span between(Instant instant, Stream<LocalDate> dates, String at) {
        return between(instant, dates.map(date -> date.atTime(LocalTime.parse(at))), ZoneId.of(words.get(1)));
    }

    private Span periodic(Instant instant, Period length, LocalDateTime anchor) {
        ZoneId zone = ZoneId.of(words.get(4));
        LocalDate date = instant.atZone(zone).toLocalDate();
        LocalDate first = date.minus(length).minus(length).minusDays(DAYS_AROUND);
        LocalDate last = date.plus(length).plus(length).plusDays(DAYS_AROUND);

        int k = 0;
        while (!boundary(anchor, length, k).isBefore(first)) {
            k--;
        }
        while (boundary(anchor, length, k).isBefore(first)) {
            k++;
        }
        Stream.Builder<LocalDateTime> boundaries = Stream.builder();
        while (!boundary(anchor, length, k).isAfter(last)) {
            boundaries.add(boundary(anchor, length, k).atTime(anchor.toLocalTime()));
            k++;
        }
        return between(instant, boundaries.build(), zone);
    }

    private static LocalDate boundary(LocalDateTime anchor, Period length, int k) {
        return anchor.toLocalDate().plus(length.multipliedBy(k));
    }

    private static Span between(Instant instant, Stream<LocalDateTime> boundaries, ZoneId zone) {
        TreeSet<Instant> instants = new TreeSet<>();
        boundaries.forEach(local -> instants.add(ZonedDateTime.of(local, zone).toInstant()));
        return new Span(
                Objects.requireNonNull(instants.floor(instant), "no boundary before"),
                Objects.requireNonNull(instants.higher(instant), "no boundary after"));
    }

    private static Span elapsed(Instant instant, Duration length, Instant anchor) {
        BigInteger lengthNanos = nanos(length.getSeconds(), length.getNano());
        BigInteger since = nanos(instant.getEpochSecond(), instant.getNano())
                .subtract(nanos(anchor.getEpochSecond(), anchor.getNano()));
        BigInteger sinceStart = since.mod(lengthNanos);
        Instant start = instant.minusNanos(sinceStart.longValueExact());
        return new Span(start, start.plus(length));
    }

    private static BigInteger nanos(long seconds, int nanos) {
        return BigInteger.valueOf(seconds).multiply(BILLION).add(BigInteger.valueOf(nanos));
    }

    private Instant lifetimeBound(String keyword, String unlessGiven) {
        int index = words.indexOf(keyword);
        return Instant.parse(index < 0 ? unlessGiven : words.get(index + 1));
    }
}
