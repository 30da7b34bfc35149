package org.quotaledger.testkit;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.policy.QuotaLimit;

/**
 * Which thresholds the naive ledger alerts at. Every alert there ever was is remembered, and of every span how far its use
 * has come and which alerts it owes.
 */
final class NaiveAlerts {

    private final NaiveUsage usage;
    private final Map<Place, Memory> memories = new HashMap<>();
    private final Map<List<String>, List<Instant>> history = new HashMap<>();
    private final List<String> published = new ArrayList<>();

    NaiveAlerts(NaiveUsage usage) {
        this.usage = usage;
    }

    /** One span of a limit as it counts: the same limit with another window is another place. */
    private record Place(String account, String limit, String window, String meter, NaiveWindow.Span span) {

        static Place of(NaiveAccount account, QuotaLimit limit, NaiveWindow.Span span) {
            return new Place(
                    account.id,
                    limit.name(),
                    limit.window().toString(),
                    limit.meter().name(),
                    span);
        }
    }

    private static final class Memory {
        private BigInteger reached = BigInteger.ZERO;
        private Set<String> owed = new HashSet<>();
    }

    private record Counted(NaiveAccount account, QuotaLimit limit) {}

    /** Returns the alerts since this was asked last. */
    List<String> take() {
        List<String> taken = published.stream().sorted().toList();
        published.clear();
        return taken;
    }

    /** Runs a step that changes what is used of these accounts. */
    void step(List<NaiveAccount> accounts, Instant now, Runnable change) {
        Map<Counted, Map<NaiveWindow.Span, BigInteger>> before = new LinkedHashMap<>();
        for (NaiveAccount account : accounts) {
            for (QuotaLimit limit : account.limits) {
                before.put(new Counted(account, limit), usage.bySpan(account, limit, now));
            }
        }
        change.run();
        before.forEach((counted, usedBefore) -> {
            Map<NaiveWindow.Span, BigInteger> used = usage.bySpan(counted.account, counted.limit, now);
            used.forEach((span, units) -> {
                if (!units.equals(usedBefore.getOrDefault(span, BigInteger.ZERO))) {
                    charged(counted.account, counted.limit, span, usedBefore, used, now);
                }
            });
        });
    }

    private void charged(
            NaiveAccount account,
            QuotaLimit limit,
            NaiveWindow.Span span,
            Map<NaiveWindow.Span, BigInteger> usedBefore,
            Map<NaiveWindow.Span, BigInteger> used,
            Instant now) {
        List<Memory> group = group(account, limit, span, used, now);
        BigInteger sumBefore = sum(limit, span, usedBefore, now);
        BigInteger sum = sum(limit, span, used, now);
        BigInteger armedAbove = group.stream().map(memory -> memory.reached).reduce(sumBefore, BigInteger::max);
        Set<String> owed = new HashSet<>();
        group.forEach(memory -> owed.addAll(memory.owed));
        Set<String> left = new HashSet<>(owed);
        for (AlertThreshold threshold : limit.thresholds()) {
            String level = threshold.level().toString();
            BigInteger units = units(threshold, limit);
            boolean due = owed.contains(level) || units.compareTo(armedAbove) > 0;
            if (due && units.compareTo(sum) <= 0) {
                alert(account, limit, level, span, sum, "CHARGE", now, left);
            }
        }
        Memory own = memory(account, limit, span);
        // A limit that came to count this span later finds use in it that nothing here has seen.
        own.reached =
                own.reached.max(usedBefore.getOrDefault(span, BigInteger.ZERO)).max(sum);
        own.owed = new HashSet<>(left);
        group.forEach(memory -> memory.owed.retainAll(left));
    }

    /** Publishes an alert, or has it owed. */
    private void alert(
            NaiveAccount account,
            QuotaLimit limit,
            String level,
            NaiveWindow.Span span,
            BigInteger used,
            String cause,
            Instant now,
            Set<String> owed) {
        List<Instant> alerts =
                history.computeIfAbsent(List.of(account.id, limit.name(), level), first -> new ArrayList<>());
        boolean tooSoon = alerts.stream()
                .anyMatch(at ->
                        now.isBefore(at.plus(limit.alertDebounce())) && at.isBefore(now.plus(limit.alertDebounce())));
        if (tooSoon) {
            owed.add(level);
        } else {
            owed.remove(level);
            alerts.add(now);
            published.add(LedgerAnswers.alert(account.id, limit.name(), level, span.start(), used.toString(), cause));
        }
    }

    /** Looks at an account again whose limits were changed. */
    void limitsChanged(NaiveAccount account, List<QuotaLimit> before, Instant now) {
        for (QuotaLimit limit : account.limits) {
            before.stream()
                    .filter(was -> was.name().equals(limit.name())
                            && was.countsLike(limit)
                            && !was.amount().equals(limit.amount()))
                    .forEach(was -> amountChanged(account, was, limit, now));
        }
    }

    private void amountChanged(NaiveAccount account, QuotaLimit was, QuotaLimit limit, Instant now) {
        NaiveWindow.Span span = usage.spanOf(account, limit, now);
        if (span == null) {
            return;
        }
        Map<NaiveWindow.Span, BigInteger> used = usage.bySpan(account, limit, now);
        List<Memory> group = group(account, limit, span, used, now);
        BigInteger sum = sum(limit, span, used, now);
        Set<String> owed = new HashSet<>();
        group.forEach(memory -> owed.addAll(memory.owed));
        Set<String> left = new HashSet<>();
        for (AlertThreshold threshold : limit.thresholds()) {
            String level = threshold.level().toString();
            boolean crossed = sum.compareTo(units(threshold, was)) < 0;
            if ((owed.contains(level) || crossed) && units(threshold, limit).compareTo(sum) <= 0) {
                alert(account, limit, level, span, sum, "LIMIT_CHANGED", now, left);
            }
        }
        memory(account, limit, span).owed.addAll(left);
        group.forEach(memory -> {
            memory.owed.retainAll(left);
            memory.reached = memory.reached.min(sum);
        });
    }

    /** Forgets the debts and the peak of a reset limit, and remembers its alerts. */
    void reset(NaiveAccount account, String limit) {
        memories.keySet().removeIf(place -> place.account.equals(account.id) && place.limit.equals(limit));
    }

    private Memory memory(NaiveAccount account, QuotaLimit limit, NaiveWindow.Span span) {
        return memories.computeIfAbsent(Place.of(account, limit, span), place -> new Memory());
    }

    /** Returns the memories of all spans that count now, if that span does; else its own alone. */
    private List<Memory> group(
            NaiveAccount account,
            QuotaLimit limit,
            NaiveWindow.Span span,
            Map<NaiveWindow.Span, BigInteger> used,
            Instant now) {
        Set<NaiveWindow.Span> spans = new HashSet<>(used.keySet());
        memories.keySet().stream()
                .filter(place -> place.equals(Place.of(account, limit, place.span)))
                .forEach(place -> spans.add(place.span));
        spans.add(span);
        return spans.stream()
                .filter(other -> other.equals(span) || (counts(limit, span, now) && counts(limit, other, now)))
                .map(other -> memory(account, limit, other))
                .toList();
    }

    private BigInteger sum(
            QuotaLimit limit, NaiveWindow.Span span, Map<NaiveWindow.Span, BigInteger> used, Instant now) {
        if (!counts(limit, span, now)) {
            return used.getOrDefault(span, BigInteger.ZERO);
        }
        return used.entrySet().stream()
                .filter(each -> counts(limit, each.getKey(), now))
                .map(Map.Entry::getValue)
                .reduce(BigInteger.ZERO, BigInteger::add);
    }

    private boolean counts(QuotaLimit limit, NaiveWindow.Span span, Instant now) {
        return !now.isBefore(span.start()) && now.isBefore(usage.countedUntil(limit, span));
    }

    /** The least use at a share of the limit, rounded up; of nothing it is one unit. */
    private static BigInteger units(AlertThreshold threshold, QuotaLimit limit) {
        if (threshold.level() instanceof AlertThreshold.Percent percent) {
            BigInteger hundredfold = NaiveUsage.amount(limit).multiply(BigInteger.valueOf(percent.percent()));
            return hundredfold
                    .add(BigInteger.valueOf(99))
                    .divide(BigInteger.valueOf(100))
                    .max(BigInteger.ONE);
        }
        throw new IllegalArgumentException("not modelled: " + threshold);
    }
}
