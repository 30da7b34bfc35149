package org.quotaledger.http;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.reservation.LimitRefusal;
import org.quotaledger.window.QuotaWindow;
import org.quotaledger.window.WindowSpan;

/**
 * The fields {@code RateLimit} and {@code RateLimit-Policy} of draft-ietf-httpapi-ratelimit-headers-11, as structured
 * fields (RFC 9651). A limit's name needs no escaping in one: it has no quote and no backslash.
 */
final class RateLimitFields {

    /** As many limits as a field names; servers and clients bound the size of a header. */
    private static final int MAX_LIMITS = 10;

    /** The largest integer of a structured field. */
    private static final long MAX_INTEGER = 999_999_999_999_999L;

    private RateLimitFields() {}

    /**
     * Returns one refusal for each name, the one that lasts longest: accounts of one chain can have limits of the same
     * name, and a field cannot tell whose they are.
     */
    static Collection<LimitRefusal> named(List<LimitRefusal> limits) {
        Map<String, LimitRefusal> named = new LinkedHashMap<>();
        for (LimitRefusal limit : limits) {
            named.merge(limit.limit().name(), limit, (first, next) -> lastsLonger(next, first) ? next : first);
        }
        return named.values();
    }

    private static boolean lastsLonger(LimitRefusal limit, LimitRefusal than) {
        Instant retryAt = limit.retryAt();
        Instant thanRetryAt = than.retryAt();
        return thanRetryAt != null && (retryAt == null || retryAt.isAfter(thanRetryAt));
    }

    /**
     * Returns the value of {@code RateLimit}. What is available is 0 even where something is left: less than what was
     * asked for, and an amount.
     */
    static String rateLimit(Collection<LimitRefusal> limits, Instant from) {
        return limits.stream().limit(MAX_LIMITS).map(limit -> item(limit, from)).collect(Collectors.joining(", "));
    }

    private static String item(LimitRefusal limit, Instant from) {
        Instant retryAt = limit.retryAt();
        String quota = "\"" + limit.limit().name() + "\";r=0";
        return retryAt == null ? quota : quota + ";t=" + new RetryTime(from, retryAt).seconds();
    }

    /** Returns the value of {@code RateLimit-Policy}, which shows the amounts of limits. */
    static String policy(Collection<LimitRefusal> limits) {
        return limits.stream().limit(MAX_LIMITS).map(RateLimitFields::policy).collect(Collectors.joining(", "));
    }

    private static String policy(LimitRefusal limit) {
        Amount amount = limit.limit().amount();
        long quota = Math.min(amount.units(), MAX_INTEGER);
        return "\"" + limit.limit().name() + "\";q=" + quota + unit(amount.meter()) + window(limit);
    }

    /** The draft's own unit is requests. Its registry has none for tokens or money, so the unit says what it is. */
    private static String unit(Meter meter) {
        if (meter.equals(Meter.REQUESTS)) {
            return "";
        }
        String unit =
                meter.scale() == 0 ? meter.name() : Amount.ofUnits(1, meter).toString();
        return ";qu=\"" + unit + "\"";
    }

    private static String window(LimitRefusal limit) {
        WindowSpan span = limit.span();
        if (span.startInclusive().equals(WindowSpan.EARLIEST)
                || span.endExclusive().equals(WindowSpan.LATEST)) {
            return "";
        }
        QuotaWindow window = limit.limit().window();
        // A rolling window's span is a bucket, which counts for the window's length after its end.
        Duration counts = Duration.between(span.endExclusive(), window.countedUntil(span));
        Duration length = counts.isZero() ? span.length() : counts;
        return ";w=" + Math.max(1, length.toSeconds());
    }
}
