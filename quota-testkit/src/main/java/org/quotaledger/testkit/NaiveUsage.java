package org.quotaledger.testkit;

import static org.quotaledger.testkit.NaiveAmounts.units;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.quotaledger.policy.Boundary;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.window.QuotaWindow;

/** What is used and held, recomputed at every question from every reservation and direct charge there ever was. */
final class NaiveUsage {

    static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999Z");

    final List<NaiveEntry> entries = new ArrayList<>();

    /** The spans of windows since first use that have been opened, by account, limit and window. */
    private final Map<List<String>, List<NaiveWindow.Span>> opened = new HashMap<>();

    /** The windows of limits, each read once. By identity: an equal one is read again. */
    private final IdentityHashMap<QuotaWindow, ReadWindow> windows = new IdentityHashMap<>();

    /** A window as it was read, and its spans found so far by an instant in them. */
    private record ReadWindow(
            String text, NaiveWindow window, boolean sinceFirstUse, Map<Instant, NaiveWindow.Span> spans) {

        static ReadWindow of(QuotaWindow window) {
            String text = window.toString();
            return new ReadWindow(text, NaiveWindow.of(text), text.startsWith("since-first-use"), new HashMap<>());
        }
    }

    private ReadWindow window(QuotaLimit limit) {
        return windows.computeIfAbsent(limit.window(), ReadWindow::of);
    }

    NaiveWindow.Span span(QuotaLimit limit, Instant at) {
        ReadWindow read = window(limit);
        return read.spans.computeIfAbsent(at, read.window::spanAt);
    }

    boolean sinceFirstUse(QuotaLimit limit) {
        return window(limit).sinceFirstUse;
    }

    List<NaiveWindow.Span> opened(NaiveAccount account, QuotaLimit limit) {
        return opened.computeIfAbsent(List.of(account.id, limit.name(), window(limit).text), key -> new ArrayList<>());
    }

    NaiveWindow.@Nullable Span spanOf(NaiveAccount account, QuotaLimit limit, Instant at) {
        if (sinceFirstUse(limit)) {
            return opened(account, limit).stream()
                    .filter(span -> span.contains(at))
                    .findFirst()
                    .orElse(null);
        }
        NaiveWindow.Span span = span(limit, at);
        return span.contains(at) ? span : null;
    }

    Instant countedUntil(QuotaLimit limit, NaiveWindow.Span span) {
        return window(limit).window.countedUntil(span);
    }

    /** Whether a charge at {@code at} counts at {@code now}. */
    boolean counts(NaiveAccount account, QuotaLimit limit, Instant at, Instant now) {
        NaiveWindow.Span span = spanOf(account, limit, at);
        return span != null && !now.isBefore(span.start()) && now.isBefore(countedUntil(limit, span));
    }

    boolean isOpen(QuotaLimit limit, Instant now) {
        return sinceFirstUse(limit) || span(limit, now).contains(now);
    }

    BigInteger used(NaiveAccount account, QuotaLimit limit, Instant now) {
        BigInteger sum = BigInteger.ZERO;
        for (NaiveEntry entry : counting(account, limit, now)) {
            sum = sum.add(units(entry.charges(now), limit));
        }
        return sum;
    }

    /** Returns of that what a step has written down. */
    BigInteger written(NaiveAccount account, QuotaLimit limit, Instant now) {
        return ends(account, limit, now).values().stream().reduce(BigInteger.ZERO, BigInteger::add);
    }

    /** Returns how much of what is written down counts until when. */
    SortedMap<Instant, BigInteger> ends(NaiveAccount account, QuotaLimit limit, Instant now) {
        SortedMap<Instant, BigInteger> ends = new TreeMap<>();
        for (NaiveEntry entry : counting(account, limit, now)) {
            NaiveWindow.Span span = Objects.requireNonNull(spanOf(account, limit, countedAt(entry, limit)));
            ends.merge(countedUntil(limit, span), units(entry.written(account, now), limit), BigInteger::add);
        }
        return ends;
    }

    /** Returns what steps have charged to each span of a limit, whether or not it counts now. */
    Map<NaiveWindow.Span, BigInteger> bySpan(NaiveAccount account, QuotaLimit limit, Instant now) {
        Map<NaiveWindow.Span, BigInteger> used = new LinkedHashMap<>();
        for (NaiveEntry entry : entries) {
            if (entry.chain.contains(account) && account.counts(limit, entry.reservedAt)) {
                NaiveWindow.Span span = spanOf(account, limit, countedAt(entry, limit));
                if (span != null) {
                    used.merge(span, units(entry.written(account, now), limit), BigInteger::add);
                }
            }
        }
        return used;
    }

    /** Writes down what has expired on these accounts. */
    void notice(List<NaiveAccount> accounts, Instant now) {
        for (NaiveEntry entry : entries) {
            if (entry.expired(now)) {
                accounts.stream().filter(entry.chain::contains).forEach(entry.noticed::add);
            }
        }
    }

    private List<NaiveEntry> counting(NaiveAccount account, QuotaLimit limit, Instant now) {
        return entries.stream()
                .filter(entry -> entry.chain.contains(account) && account.counts(limit, entry.reservedAt))
                .filter(entry -> counts(account, limit, countedAt(entry, limit), now))
                .toList();
    }

    private static Instant countedAt(NaiveEntry entry, QuotaLimit limit) {
        return limit.chargeTime() == ChargeTime.SETTLE ? entry.chargedAt() : entry.reservedAt;
    }

    BigInteger held(NaiveAccount account, QuotaLimit limit, Instant now, @Nullable NaiveEntry but) {
        BigInteger sum = BigInteger.ZERO;
        for (NaiveEntry entry : entries) {
            // What is charged at settle time is held whatever span is open, if one was when it was reserved.
            boolean inIt = limit.chargeTime() == ChargeTime.SETTLE
                    ? spanOf(account, limit, entry.reservedAt) != null
                    : counts(account, limit, entry.reservedAt, now);
            boolean asked = entry.chain.contains(account) && account.counts(limit, entry.reservedAt);
            if (entry != but && entry.live(now) && asked && inIt) {
                sum = sum.add(units(entry.held, limit));
            }
        }
        return sum;
    }

    /** What is used and held of a limit where a request would count. */
    record Taken(BigInteger used, BigInteger held) {
        BigInteger sum() {
            return used.add(held);
        }
    }

    Taken taken(NaiveAccount account, QuotaLimit limit, Instant now, @Nullable NaiveEntry but) {
        return new Taken(used(account, limit, now), held(account, limit, now, but));
    }

    /**
     * The same in the span of a hold that is to grow, though it may count no more; in that of now if the limit was reset
     * since.
     */
    Taken takenBeside(NaiveEntry own, NaiveAccount account, QuotaLimit limit, Instant now, @Nullable NaiveEntry but) {
        NaiveWindow.Span span = spanOf(account, limit, own.reservedAt);
        boolean byNow = limit.chargeTime() == ChargeTime.SETTLE || !account.counts(limit, own.reservedAt);
        if (byNow || span == null || now.isBefore(countedUntil(limit, span))) {
            return taken(account, limit, now, but);
        }
        BigInteger used = BigInteger.ZERO;
        BigInteger held = BigInteger.ZERO;
        for (NaiveEntry entry : entries) {
            boolean asked = entry.chain.contains(account) && account.counts(limit, entry.reservedAt);
            if (asked && span.contains(entry.reservedAt)) {
                used = used.add(units(entry.charges(now), limit));
                held = entry != but && entry.live(now) ? held.add(units(entry.held, limit)) : held;
            }
        }
        return new Taken(used, held);
    }

    /** Returns how much of {@code n} fits. */
    BigInteger room(NaiveAccount account, QuotaLimit limit, BigInteger n, Instant now) {
        if (n.signum() == 0 || !isOpen(limit, now)) {
            return BigInteger.ZERO;
        }
        return room(limit, taken(account, limit, now, null).sum(), n);
    }

    static BigInteger room(QuotaLimit limit, BigInteger taken, BigInteger n) {
        BigInteger free = amount(limit).subtract(taken).max(BigInteger.ZERO);
        if (limit.boundary() == Boundary.GRACEFUL) {
            return free.signum() > 0 ? n : BigInteger.ZERO;
        }
        return n.min(free);
    }

    static BigInteger amount(QuotaLimit limit) {
        return BigInteger.valueOf(limit.amount().units());
    }

    /** Returns when the live holds of the limit's meter on an account expire, in that order; none if none of them counts. */
    List<Instant> expiries(NaiveAccount account, QuotaLimit limit, Instant now) {
        List<NaiveEntry> live = entries.stream()
                .filter(entry -> entry.chain.contains(account) && entry.live(now))
                .filter(entry -> entry.held.containsKey(limit.meter().name()))
                .toList();
        boolean counts = live.stream()
                .anyMatch(entry ->
                        account.counts(limit, entry.reservedAt) && spanOf(account, limit, entry.reservedAt) != null);
        return (counts ? live : List.<NaiveEntry>of())
                .stream().map(entry -> entry.expiresAt).sorted().toList();
    }

    NavigableSet<Instant> changes(NaiveAccount account, Instant now) {
        NavigableSet<Instant> changes = new TreeSet<>();
        for (QuotaLimit limit : account.limits) {
            List<Instant> instants = new ArrayList<>(List.of(now));
            for (NaiveEntry entry : entries) {
                if (entry.chain.contains(account)) {
                    instants.addAll(List.of(entry.reservedAt, entry.expiresAt, entry.chargedAt()));
                }
            }
            changes.addAll(instants);
            for (Instant instant : instants) {
                if (!sinceFirstUse(limit)) {
                    changes.add(span(limit, instant).start());
                    changes.add(countedUntil(limit, span(limit, instant)));
                }
            }
            opened(account, limit).forEach(span -> changes.add(span.end()));
        }
        changes.removeIf(instant -> !instant.isAfter(now) || !instant.isBefore(LAST));
        return changes;
    }

    /** Opens the windows since first use that a change of used or held of these meters opens. */
    void open(List<NaiveAccount> chain, Set<String> meters, Instant now) {
        for (NaiveAccount account : chain) {
            for (QuotaLimit limit : account.limits) {
                boolean counts =
                        sinceFirstUse(limit) && meters.contains(limit.meter().name());
                if (counts && spanOf(account, limit, now) == null) {
                    opened(account, limit).add(span(limit, now));
                }
            }
        }
    }
}
