package org.quotaledger.report;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.reservation.Tags;
import org.quotaledger.spi.JournalQuery;
import org.quotaledger.window.WindowSpan;

/**
 * What a report adds up. Every query counts each request at most once: it asks for one account, which a request is
 * charged to once, or for one depth. Immutable and thread-safe.
 *
 * @param account what was charged to this account, by requests of its own and of the accounts below it; {@code null} for
 *     all accounts
 * @param depth of all accounts, the rows of the accounts charged (0) or of their parents, 1 the nearest; of one account all
 *     rows count
 * @param reservedFrom requests reserved at this instant or later, a whole quarter of an hour
 * @param reservedBefore requests reserved before this instant, a whole quarter of an hour
 * @param tags requests that have these tags, with these values
 */
public record ReportQuery(
        @Nullable AccountId account, int depth, Instant reservedFrom, Instant reservedBefore, Tags tags) {

    /** Rows older than the horizon of retention are kept by the quarter of an hour, so nothing finer can be asked for. */
    private static final long QUARTER_SECONDS = 900;

    /** All that was ever charged. */
    public static final ReportQuery ALL = new ReportQuery(null, 0, WindowSpan.EARLIEST, WindowSpan.LATEST, Tags.NONE);

    /**
     * @throws IllegalArgumentException if the depth is negative, or an instant is no whole quarter of an hour in UTC and
     *     neither {@link WindowSpan#EARLIEST} nor {@link WindowSpan#LATEST}
     */
    public ReportQuery {
        Objects.requireNonNull(tags, "tags");
        if (depth < 0) {
            throw new IllegalArgumentException("depth is " + depth + ": expected 0 or more");
        }
        checkQuarter("reservedFrom", reservedFrom);
        checkQuarter("reservedBefore", reservedBefore);
    }

    private static void checkQuarter(String what, Instant instant) {
        boolean whole = instant.getNano() == 0 && instant.getEpochSecond() % QUARTER_SECONDS == 0;
        if (!whole && !instant.equals(WindowSpan.LATEST)) {
            throw new IllegalArgumentException(
                    what + " is " + instant + ": expected a whole quarter of an hour, such as 14:15");
        }
    }

    /** Returns the query for what was charged to one account. */
    public static ReportQuery of(AccountId account) {
        return new ReportQuery(
                Objects.requireNonNull(account, "account"), 0, WindowSpan.EARLIEST, WindowSpan.LATEST, Tags.NONE);
    }

    /** Returns the query for what was charged to parents: 1 for the nearest. */
    public static ReportQuery ofParents(int depth) {
        return new ReportQuery(null, depth, WindowSpan.EARLIEST, WindowSpan.LATEST, Tags.NONE);
    }

    /** Returns the same for requests reserved in a range of time. */
    public ReportQuery reserved(Instant fromInclusive, Instant beforeExclusive) {
        return new ReportQuery(account, depth, fromInclusive, beforeExclusive, tags);
    }

    /** Returns the same for requests reserved in a span of time. */
    public ReportQuery reserved(WindowSpan in) {
        return reserved(in.startInclusive(), in.endExclusive());
    }

    /** Returns the same for requests that have a tag with this value, beside the tags that were asked for before. */
    public ReportQuery tag(String key, String value) {
        return new ReportQuery(account, depth, reservedFrom, reservedBefore, tags.with(key, value));
    }

    JournalQuery rows() {
        return new JournalQuery(account, reservedFrom, reservedBefore);
    }

    boolean asksFor(JournalRow row) {
        return (account != null || row.depth() == depth)
                && row.tags().values().entrySet().containsAll(tags.values().entrySet());
    }
}
