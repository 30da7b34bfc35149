package org.quotaledger.report;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.zone.ZoneRules;
import java.util.Objects;
import java.util.function.Function;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.reservation.Tags;
import org.quotaledger.window.QuotaWindow;
import org.quotaledger.window.WindowSpan;

/**
 * By what a report is divided into lines. Time is the time of the reserve: that is the time of the windows a charge counts
 * in; a zone with a fixed offset that is not of whole quarters of an hour is refused. Immutable and thread-safe.
 */
public final class Grouping {

    private static final DateTimeFormatter HOUR = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mmxxx");
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuu-MM-dd");
    private static final DateTimeFormatter MONTH = DateTimeFormatter.ofPattern("uuuu-MM");

    private static final int QUARTER_SECONDS = 900;

    private final String name;
    private final Function<JournalRow, Group> group;

    private Grouping(String name, Function<JournalRow, Group> group) {
        this.name = name;
        this.group = group;
    }

    /**
     * By the account of the journal's rows: the accounts charged, or, in a query of another depth, their parents at that
     * depth.
     */
    public static Grouping account() {
        return new Grouping("account", row -> Group.of(row.account().value()));
    }

    /** By the account that was asked for: of a report of a parent, whose requests they were. */
    public static Grouping origin() {
        return new Grouping("origin", row -> Group.of(row.origin().value()));
    }

    /** By the value of a tag; rows without it are a line of their own, whose group is the empty text. */
    public static Grouping tag(String key) {
        Objects.requireNonNull(key, "key");
        return new Grouping(key, row -> Group.of(row.tags().values().get(key)));
    }

    /** By the tag {@value Tags#MODEL}. */
    public static Grouping model() {
        return tag(Tags.MODEL);
    }

    /** By the hour on a zone's wall clock, such as {@code 2026-03-10T14:00+01:00}. */
    public static Grouping hour(ZoneId zone) {
        return time("hour", QuotaWindow.hourly(zone), HOUR, zone);
    }

    /** By the date in a zone, such as {@code 2026-03-10}. */
    public static Grouping day(ZoneId zone) {
        return time("day", QuotaWindow.daily(zone), DAY, zone);
    }

    /** By the week in a zone, which is called by its Monday, such as {@code 2026-03-09}. */
    public static Grouping week(ZoneId zone) {
        return time("week", QuotaWindow.weekly(zone), DAY, zone);
    }

    /** By the month in a zone, such as {@code 2026-03}. */
    public static Grouping month(ZoneId zone) {
        return time("month", QuotaWindow.monthly(zone), MONTH, zone);
    }

    /** Rows that were merged keep a quarter of an hour: what lies off the quarters could not be told from them. */
    private static Grouping time(String name, QuotaWindow window, DateTimeFormatter format, ZoneId zone) {
        ZoneRules rules = zone.getRules();
        if (rules.isFixedOffset() && rules.getOffset(Instant.EPOCH).getTotalSeconds() % QUARTER_SECONDS != 0) {
            throw new IllegalArgumentException(
                    "zone is " + zone + ": expected an offset from UTC of whole quarters of an hour");
        }
        return new Grouping(name, row -> {
            WindowSpan span = window.spanAt(row.reservedAt());
            return new Group(format.format(span.startInclusive().atZone(zone)), span.startInclusive());
        });
    }

    /** Returns what its column is called, such as {@code account}, {@code model}, {@code day}. */
    public String name() {
        return name;
    }

    Group of(JournalRow row) {
        return group.apply(row);
    }

    /** Returns the name. */
    @Override
    public String toString() {
        return name;
    }
}
