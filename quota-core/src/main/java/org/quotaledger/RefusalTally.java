package org.quotaledger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.RefusalCount;
import org.quotaledger.reservation.LimitRefusal;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.Tags;
import org.quotaledger.window.WindowSpan;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts refusals until they are written down together: a refusal costs no round trip, whoever is refused a million times.
 * What is counted when the process dies is lost. Thread-safe.
 *
 * <p>Each refused reserve counts once, with its tags, for the limit or the account at fault. Unknown accounts are not
 * counted, so that whoever makes keys up fills neither the memory nor the journal.
 */
final class RefusalTally {

    private static final Logger LOG = LoggerFactory.getLogger(QuotaLedger.class);

    /** So many reasons of accounts in quarters of an hour are counted apart at once; the rest is not counted. */
    private static final int MAX_COUNTS = 10_000;

    /**
     * The most combinations of tags of an account that are counted apart in a quarter of an hour. Refusals with any other
     * are counted without tags, so that a client which makes tags up does not fill the journal.
     */
    static final int MAX_TAGS = 20;

    private static final long QUARTER_SECONDS = 900;

    private final ConcurrentHashMap<Reason, Count> counts = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Place, Set<Tags>> tagged = new ConcurrentHashMap<>();
    private final AtomicLong uncounted = new AtomicLong();

    private record Reason(
            AccountId account,
            AccountId cause,
            @Nullable String limit,
            @Nullable WindowSpan span,
            RefusalCode code,
            long quarter,
            Tags tags) {}

    /** Where combinations of tags are bounded. */
    private record Place(AccountId account, long quarter) {}

    private record Count(Instant first, long times) {

        Count plus(Count other) {
            return new Count(other.first.isBefore(first) ? other.first : first, times + other.times);
        }
    }

    void add(Refusal refusal, Tags tags) {
        if (refusal.code() == RefusalCode.ACCOUNT_UNKNOWN) {
            return;
        }
        // The suspension itself was an event of the limit: its refusals are counted, and are no further event.
        LimitRefusal limit = refusal.code() == RefusalCode.ACCOUNT_SUSPENDED ? null : limit(refusal);
        long quarter = Math.floorDiv(refusal.at().getEpochSecond(), QUARTER_SECONDS);
        Reason reason = new Reason(
                refusal.account(),
                refusal.cause(),
                limit == null ? null : limit.limit().name(),
                limit == null ? null : span(limit),
                refusal.code(),
                quarter,
                bounded(tags, new Place(refusal.account(), quarter)));
        add(reason, new Count(refusal.at(), 1));
    }

    private Tags bounded(Tags tags, Place place) {
        if (tags.values().isEmpty() || (tagged.size() >= MAX_COUNTS && !tagged.containsKey(place))) {
            return Tags.NONE;
        }
        Set<Tags> known = tagged.computeIfAbsent(place, first -> ConcurrentHashMap.newKeySet());
        if (known.contains(tags)) {
            return tags;
        }
        synchronized (known) { // Two that come at once must not both take the last place.
            return known.size() < MAX_TAGS && known.add(tags) ? tags : Tags.NONE;
        }
    }

    /** Of a rolling window, whose span is a small part of what it counts, the first of a quarter of an hour stands for all. */
    private static WindowSpan span(LimitRefusal limit) {
        WindowSpan span = limit.span();
        if (limit.limit().window().countsOneSpan()) {
            return span;
        }
        long quarter = Math.floorDiv(span.startInclusive().getEpochSecond(), QUARTER_SECONDS) * QUARTER_SECONDS;
        return new WindowSpan(Instant.ofEpochSecond(quarter), Instant.ofEpochSecond(quarter + QUARTER_SECONDS));
    }

    private void add(Reason reason, Count count) {
        if (counts.size() < MAX_COUNTS || counts.containsKey(reason)) {
            counts.merge(reason, count, Count::plus);
        } else {
            uncounted.addAndGet(count.times());
        }
    }

    private static @Nullable LimitRefusal limit(Refusal refusal) {
        for (LimitRefusal limit : refusal.limits()) {
            if (limit.code() == refusal.code() && limit.account().equals(refusal.cause())) {
                return limit;
            }
        }
        return null;
    }

    /**
     * Counts of one account, in the order in which the first of each was refused.
     *
     * @param account the account that was asked for
     * @param counts those of limits are of one span
     */
    record Taken(AccountId account, List<RefusalCount> counts) {

        Taken {
            counts = counts.stream()
                    .sorted(Comparator.comparing(RefusalCount::first))
                    .toList();
        }
    }

    /** Takes all that was counted, of each account the earliest span first. */
    List<Taken> take() {
        long missing = uncounted.getAndSet(0);
        if (missing > 0) {
            LOG.warn("{} refusals were not counted: those counted were not written down for too long", missing);
        }
        Map<AccountId, Map<@Nullable WindowSpan, List<RefusalCount>>> bySpan = new LinkedHashMap<>();
        long oldest = Long.MAX_VALUE;
        for (Reason reason : counts.keySet()) {
            // Removed before it is read: what comes meanwhile is counted anew.
            Count count = counts.remove(reason);
            if (count != null) {
                bySpan.computeIfAbsent(reason.account(), account -> new HashMap<>())
                        .computeIfAbsent(reason.span(), span -> new ArrayList<>())
                        .add(new RefusalCount(
                                reason.cause(),
                                reason.limit(),
                                reason.span(),
                                reason.code(),
                                Instant.ofEpochSecond(reason.quarter() * QUARTER_SECONDS),
                                count.first(),
                                count.times(),
                                reason.tags()));
                oldest = Math.min(oldest, reason.quarter());
            }
        }
        if (!bySpan.isEmpty()) {
            // Not by the newest: an account whose time is ahead of the clock would end the quarters of all others.
            long first = oldest;
            tagged.keySet().removeIf(place -> place.quarter() < first);
        }
        List<Taken> taken = new ArrayList<>();
        bySpan.forEach((account, spans) -> spans.values().stream()
                .map(ofSpan -> new Taken(account, ofSpan))
                .sorted(Comparator.comparing(one -> one.counts().get(0).first()))
                .forEach(taken::add));
        return taken;
    }

    /** Counts again what was taken and not written down. */
    void giveBack(Taken taken) {
        for (RefusalCount count : taken.counts()) {
            Reason reason = new Reason(
                    taken.account(),
                    count.cause(),
                    count.limit(),
                    count.span(),
                    count.code(),
                    Math.floorDiv(count.quarter().getEpochSecond(), QUARTER_SECONDS),
                    count.tags());
            add(reason, new Count(count.first(), count.times()));
        }
    }
}
