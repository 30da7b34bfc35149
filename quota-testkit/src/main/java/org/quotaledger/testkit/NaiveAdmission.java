package org.quotaledger.testkit;

import static org.quotaledger.testkit.NaiveAmounts.units;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.quotaledger.policy.Boundary;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.ReserveMode;

/**
 * What a request is refused for, and when it may come again: found out by asking for every instant at which anything
 * changes.
 */
final class NaiveAdmission {

    private static final int LOOKED_AT = 100;

    private final NaiveUsage usage;
    private final NaiveDefinitions definitions;

    NaiveAdmission(NaiveUsage usage, NaiveDefinitions definitions) {
        this.usage = usage;
        this.definitions = definitions;
    }

    /** Why not, and when it would be. */
    record Refusal(RefusalCode code, String cause, List<String> limits, Optional<Instant> retry) {

        String text() {
            return LedgerAnswers.refused(code, cause, limits, retry);
        }

        /** Two accounts were asked: it is the refusal of the one that would admit first, and names the limits of both. */
        private Refusal joined(Refusal other) {
            boolean otherFirst = other.retry.isPresent()
                    && (retry.isEmpty() || other.retry.get().isBefore(retry.get()));
            Refusal first = otherFirst ? other : this;
            List<String> both =
                    Stream.concat(limits.stream(), other.limits.stream()).toList();
            return new Refusal(first.code, first.cause, both, first.retry);
        }
    }

    /**
     * What comes of a request.
     *
     * @param chain the accounts that are charged
     * @param held what they hold for it
     * @param refused why it is refused, or {@code null}
     * @param observed what it would have been refused for, or {@code null}
     */
    record Verdict(
            List<NaiveAccount> chain,
            SortedMap<String, BigInteger> held,
            @Nullable Refusal refused,
            @Nullable Refusal observed,
            @Nullable String overflowsTo) {}

    /** Asks an account, and the one that its limits overflow to. */
    Verdict verdict(NaiveAccount account, Asked asked, Instant now) {
        Verdict own = onChain(account.chain(), asked, now);
        if (own.refused == null || own.overflowsTo == null) {
            return own;
        }
        Verdict other = onChain(definitions.account(own.overflowsTo).chain(), asked, now);
        return other.refused == null
                ? other
                : new Verdict(own.chain, own.held, own.refused.joined(other.refused), null, null);
    }

    /**
     * The question of a request.
     *
     * @param amounts of an unbilled one those that still count
     */
    record Asked(SortedMap<String, BigInteger> amounts, ReserveMode mode, boolean unbilled) {

        /** Returns what it is refused for because of an account itself: unbilled, a suspension by other meters is nothing. */
        @Nullable
        RefusalCode refusal(NaiveAccount account, Instant at) {
            RefusalCode code = account.refusal(at);
            if (code != RefusalCode.ACCOUNT_SUSPENDED || suspendedBy(account, at)) {
                return code;
            }
            return account.expired(at) ? RefusalCode.ACCOUNT_EXPIRED : null;
        }

        private boolean suspendedBy(NaiveAccount account, Instant at) {
            NaiveSuspending.Suspension lasting = account.suspension(at);
            return lasting != null
                    && (!unbilled
                            || account.limits.stream()
                                    .filter(limit -> limit.name().equals(lasting.cause()))
                                    .anyMatch(limit ->
                                            amounts.containsKey(limit.meter().name())));
        }
    }

    private Verdict onChain(List<NaiveAccount> chain, Asked asked, Instant now) {
        Refusal byAccount = refusedByAccount(chain, asked, now);
        return byAccount != null
                ? new Verdict(chain, asked.amounts, byAccount, null, null)
                : byLimits(chain, asked, now);
    }

    private static Optional<Instant> first(Collection<Instant> instants, Predicate<Instant> condition) {
        return instants.stream().filter(condition).findFirst();
    }

    @Nullable
    private Refusal refusedByAccount(List<NaiveAccount> chain, Asked asked, Instant now) {
        Optional<RefusalCode> gravest = chain.stream()
                .map(account -> Optional.ofNullable(asked.refusal(account, now)))
                .flatMap(Optional::stream)
                .min(Comparator.naturalOrder());
        if (gravest.isEmpty()) {
            return null;
        }
        NavigableSet<Instant> changes = new TreeSet<>();
        for (NaiveAccount account : chain) {
            changes.addAll(usage.changes(account, now));
            NaiveSuspending.Suspension lasting = account.suspension(now);
            if (lasting != null && lasting.until() != null) {
                changes.add(lasting.until());
            }
        }
        List<Wanted> all = asked.mode == ReserveMode.OBSERVE ? List.of() : wanted(chain, asked.amounts, asked.mode);
        NaiveAccount nearest = chain.stream()
                .filter(account -> asked.refusal(account, now) == gravest.get())
                .findFirst()
                .orElseThrow();
        // A limit that overflows refuses nothing for sure: what the other account says then is not asked.
        Optional<Instant> retry = gravest.get() != RefusalCode.ACCOUNT_SUSPENDED
                ? Optional.empty()
                : first(
                                changes,
                                at -> allActive(chain, asked, at)
                                        && all.stream()
                                                .allMatch(each -> !refuses(each)
                                                        || hasRoom(each, at)
                                                        || isFar(each.account, each.limit, now, at)))
                        .filter(at -> allOpen(all, at));
        List<String> limits =
                gravest.get() == RefusalCode.ACCOUNT_SUSPENDED ? suspending(chain, asked, now) : List.of();
        return new Refusal(gravest.get(), nearest.id, limits, retry);
    }

    /** The limits that have suspended accounts; a person needs none. */
    private List<String> suspending(List<NaiveAccount> chain, Asked asked, Instant now) {
        List<String> limits = new ArrayList<>();
        for (NaiveAccount account : chain) {
            NaiveSuspending.Suspension lasting = account.suspension(now);
            for (QuotaLimit limit : account.limits) {
                if (lasting != null && limit.name().equals(lasting.cause()) && asked.suspendedBy(account, now)) {
                    NaiveUsage.Taken taken = usage.taken(account, limit, now, null);
                    limits.add(LedgerAnswers.limit(
                            account.id,
                            limit.name(),
                            RefusalCode.ACCOUNT_SUSPENDED,
                            taken.used(),
                            taken.held(),
                            Optional.ofNullable(lasting.until())));
                }
            }
        }
        return limits;
    }

    private static boolean allActive(List<NaiveAccount> chain, Asked asked, Instant now) {
        return chain.stream().allMatch(account -> asked.refusal(account, now) == null);
    }

    private static boolean refuses(Wanted each) {
        return !observes(each) && each.limit.onExhaustion().overflow().isEmpty();
    }

    private static boolean observes(Wanted each) {
        return each.limit.onExhaustion().toString().equals("observe");
    }

    private boolean allOpen(List<Wanted> all, Instant at) {
        return all.stream()
                .allMatch(each -> observes(each) || each.asked.signum() == 0 || usage.isOpen(each.limit, at));
    }

    private record Wanted(NaiveAccount account, QuotaLimit limit, BigInteger asked, BigInteger wanted) {}

    private static List<Wanted> wanted(
            List<NaiveAccount> chain, SortedMap<String, BigInteger> asked, ReserveMode mode) {
        List<Wanted> all = new ArrayList<>();
        for (NaiveAccount account : chain) {
            for (QuotaLimit limit : account.limits) {
                BigInteger n = asked.get(limit.meter().name());
                if (n != null) {
                    all.add(new Wanted(account, limit, n, mode == ReserveMode.AT_MOST ? n.min(BigInteger.ONE) : n));
                }
            }
        }
        return all;
    }

    /** What observes refuses nothing; what overflows refuses only where something else does. */
    private Verdict byLimits(List<NaiveAccount> chain, Asked asked, Instant now) {
        ReserveMode mode = asked.mode;
        SortedMap<String, BigInteger> held = new TreeMap<>(asked.amounts);
        List<Wanted> all = wanted(chain, asked.amounts, mode);
        List<Wanted> lacking = new ArrayList<>();
        for (Wanted each : all) {
            BigInteger room = usage.room(each.account, each.limit, each.asked, now);
            if (room.compareTo(each.wanted) < 0) {
                lacking.add(each);
            }
            if (mode == ReserveMode.AT_MOST && !observes(each)) {
                held.merge(each.limit.meter().name(), room, BigInteger::min);
            }
        }
        List<Wanted> inTheWay = mode == ReserveMode.OBSERVE
                ? List.of()
                : lacking.stream().filter(lack -> !observes(lack)).toList();
        if (!inTheWay.isEmpty()) {
            String to = inTheWay.stream().anyMatch(NaiveAdmission::refuses)
                    ? null
                    : inTheWay.get(0)
                            .limit
                            .onExhaustion()
                            .overflow()
                            .orElseThrow()
                            .value();
            return new Verdict(chain, held, refusal(chain, asked, all, inTheWay, now), null, to);
        }
        Refusal observed = lacking.isEmpty() ? null : refusal(chain, asked, all, lacking, now);
        return new Verdict(chain, held, null, observed, null);
    }

    private Refusal refusal(
            List<NaiveAccount> chain, Asked asked, List<Wanted> all, List<Wanted> lacking, Instant now) {
        NavigableSet<Instant> changes = new TreeSet<>();
        chain.forEach(account -> changes.addAll(usage.changes(account, now)));
        Map<Wanted, Optional<Instant>> retries = new LinkedHashMap<>();
        lacking.forEach(lack -> retries.put(
                lack,
                neverFits(lack)
                        ? Optional.empty()
                        : first(changes, at -> hasRoom(lack, at) || isFar(lack.account, lack.limit, now, at))));
        Optional<Instant> retry = latest(retries.values())
                .filter(at -> allActive(chain, asked, at))
                .filter(at -> allOpen(all, at));
        return refused(retries, lack -> taken(lack, now), retry);
    }

    private static Optional<Instant> latest(Collection<Optional<Instant>> instants) {
        return instants.stream().anyMatch(Optional::isEmpty)
                ? Optional.empty()
                : instants.stream().flatMap(Optional::stream).max(Comparator.naturalOrder());
    }

    private static Refusal refused(
            Map<Wanted, Optional<Instant>> lacking, Function<Wanted, NaiveUsage.Taken> taken, Optional<Instant> retry) {
        List<String> limits = new ArrayList<>();
        lacking.forEach((lack, at) -> limits.add(limitText(lack, taken.apply(lack), at)));
        Wanted gravest = lacking.keySet().stream()
                .min(Comparator.comparing(lack -> code(lack, taken.apply(lack))))
                .orElseThrow();
        return new Refusal(code(gravest, taken.apply(gravest)), gravest.account.id, limits, retry);
    }

    private static String limitText(Wanted lack, NaiveUsage.Taken taken, Optional<Instant> retry) {
        return LedgerAnswers.limit(
                lack.account.id, lack.limit.name(), code(lack, taken), taken.used(), taken.held(), retry);
    }

    private NaiveUsage.Taken taken(Wanted lack, Instant now) {
        return usage.taken(lack.account, lack.limit, now, null);
    }

    private boolean hasRoom(Wanted each, Instant at) {
        return usage.room(each.account, each.limit, each.wanted, at).compareTo(each.wanted) >= 0;
    }

    /** Whether it is no earlier than the hundredth expiry of a hold from now on: nobody looks further. */
    private boolean isFar(NaiveAccount account, QuotaLimit limit, Instant now, Instant at) {
        List<Instant> expiries = usage.expiries(account, limit, now);
        return usage.isOpen(limit, now) && expiries.size() > LOOKED_AT && !at.isBefore(expiries.get(LOOKED_AT - 1));
    }

    private static RefusalCode code(Wanted lack, NaiveUsage.Taken taken) {
        if (neverFits(lack)) {
            return RefusalCode.QUOTA_NEVER_FITS;
        }
        boolean exhausted = taken.used().compareTo(NaiveUsage.amount(lack.limit)) >= 0;
        return exhausted ? RefusalCode.QUOTA_EXHAUSTED : RefusalCode.QUOTA_INSUFFICIENT;
    }

    private static boolean neverFits(Wanted lack) {
        return lack.limit.boundary() == Boundary.STRICT
                ? lack.wanted.compareTo(NaiveUsage.amount(lack.limit)) > 0
                : lack.limit.amount().units() == 0;
    }

    @Nullable
    String noRoom(NaiveEntry entry, SortedMap<String, BigInteger> wanted, Instant now) {
        SortedMap<String, BigInteger> more = new TreeMap<>();
        wanted.forEach((meter, units) -> {
            if (units.compareTo(units(entry.held, meter)) > 0) {
                more.put(meter, units);
            }
        });
        List<Wanted> all = wanted(entry.chain, more, ReserveMode.ALL_OR_NOTHING);
        List<Wanted> lacking = all.stream()
                .filter(each -> !observes(each) && !canGrow(entry, each, now))
                .toList();
        if (lacking.isEmpty()) {
            return null;
        }
        NavigableSet<Instant> changes = new TreeSet<>();
        entry.chain.forEach(account -> changes.addAll(usage.changes(account, now)));
        changes.removeIf(at -> !entry.live(at));
        Map<Wanted, Optional<Instant>> retries = new LinkedHashMap<>();
        lacking.forEach(lack -> retries.put(
                lack,
                neverFits(lack)
                        ? Optional.empty()
                        : first(changes, at -> canGrow(entry, lack, at) || isFar(lack.account, lack.limit, now, at))));
        Optional<Instant> retry = latest(retries.values());
        return LedgerAnswers.noRoom(
                refused(retries, lack -> usage.takenBeside(entry, lack.account, lack.limit, now, null), retry)
                        .text());
    }

    /** A hold grows where it will be charged; where no span is open there, nothing is in its way. */
    private boolean canGrow(NaiveEntry entry, Wanted each, Instant now) {
        boolean byNow =
                each.limit.chargeTime() == ChargeTime.SETTLE || !each.account.counts(each.limit, entry.reservedAt);
        boolean open = byNow
                ? usage.isOpen(each.limit, now)
                : usage.spanOf(each.account, each.limit, entry.reservedAt) != null;
        NaiveUsage.Taken taken = usage.takenBeside(entry, each.account, each.limit, now, entry);
        return !open || NaiveUsage.room(each.limit, taken.sum(), each.wanted).compareTo(each.wanted) >= 0;
    }
}
