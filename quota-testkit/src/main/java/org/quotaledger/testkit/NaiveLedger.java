package org.quotaledger.testkit;

import static java.util.stream.Collectors.joining;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.quotaledger.policy.Boundary;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.OnExcess;
import org.quotaledger.policy.OnExpiry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.ReserveMode;

/**
 * The ledger's rules a second time, slow and plain, to compare the real ones with.
 *
 * <p>It keeps every reservation and direct charge there ever was, and recomputes what is used and held from all of them
 * at every question; when a refused request may come again it finds out by asking for every instant at which anything
 * changes. It shares no code with {@code org.quotaledger.accounting} nor, by {@link NaiveWindow}, with the windows;
 * amounts are whole numbers of any size. Answers are texts, in the words of {@link LedgerAnswers}.
 *
 * <p>Not modelled: alerts, tags, and a window since first use that charges at settle time. Not thread-safe.
 */
final class NaiveLedger {

    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999Z");
    private static final Duration REMEMBERED = Duration.ofDays(7);

    private static final class Account {
        final String id;

        @Nullable
        Account parent;

        List<QuotaLimit> limits = List.of();

        /** When its limits last came to count otherwise: its time is no earlier. */
        Instant limitsSince;

        boolean disabled;

        @Nullable
        Instant suspendedUntil;

        @Nullable
        Instant expiresAt;

        Account(String id, @Nullable Account parent, Instant createdAt) {
            this.id = id;
            this.parent = parent;
            this.limitsSince = createdAt;
        }
    }

    private enum Status {
        HELD,
        SETTLED,
        RELEASED
    }

    /** A reservation or a direct charge. */
    private static final class Entry {
        final List<Account> chain;
        final boolean direct;
        final SortedMap<String, BigInteger> asked;
        final ReserveMode mode;
        final Duration timeToLive;
        final Instant reservedAt;
        SortedMap<String, BigInteger> held;
        Instant expiresAt;
        Status status = Status.HELD;
        boolean expiryWritten;

        @Nullable
        SortedMap<String, BigInteger> progress;

        SortedMap<String, BigInteger> due = new TreeMap<>();
        SortedMap<String, BigInteger> cost = new TreeMap<>();
        SortedMap<String, BigInteger> charged = new TreeMap<>();
        SortedMap<String, BigInteger> refunded = new TreeMap<>();

        @Nullable
        Instant endedAt;

        boolean late;

        Entry(
                List<Account> chain,
                boolean direct,
                SortedMap<String, BigInteger> asked,
                SortedMap<String, BigInteger> held,
                ReserveMode mode,
                Duration timeToLive,
                Instant now) {
            this.chain = chain;
            this.direct = direct;
            this.asked = asked;
            this.held = held;
            this.mode = mode;
            this.timeToLive = timeToLive;
            this.reservedAt = now;
            this.expiresAt = now.plus(timeToLive);
        }

        boolean live(Instant now) {
            return status == Status.HELD && now.isBefore(expiresAt);
        }

        boolean expired(Instant now) {
            return status == Status.HELD && !now.isBefore(expiresAt);
        }

        String statusText(Instant now) {
            return expired(now) ? "EXPIRED" : status.name();
        }

        /** Returns what it charges to each of its accounts, if nothing else happens until then. */
        SortedMap<String, BigInteger> charges(Instant now) {
            if (status == Status.SETTLED) {
                return minus(charged, refunded);
            }
            return expired(now) ? due : new TreeMap<>();
        }

        Instant chargedAt() {
            return endedAt == null ? expiresAt : endedAt;
        }
    }

    private record Refund(String reservation, SortedMap<String, BigInteger> amounts, String total, Instant at) {}

    private final Map<String, Account> accounts = new LinkedHashMap<>();
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, Entry> remembered = new HashMap<>();
    private final Map<String, Refund> refunds = new HashMap<>();

    /** The spans of windows since first use that have been opened, by account, limit and window. */
    private final Map<List<String>, List<NaiveWindow.Span>> opened = new HashMap<>();

    private final Map<List<Object>, NaiveWindow.Span> spans = new HashMap<>();
    private Instant clock;

    /** When used or held last changed: no later step is earlier. */
    private Instant changedAt;

    NaiveLedger(Instant start) {
        clock = start;
        changedAt = start;
    }

    /** Returns the time: no earlier than the clock nor than anything that has changed. */
    Instant time() {
        return clock.isAfter(changedAt) ? clock : changedAt;
    }

    /** Sets the clock, forwards or back. */
    void clock(Instant instant) {
        clock = instant.truncatedTo(ChronoUnit.MICROS);
    }

    void createAccount(String id, @Nullable String parent, List<QuotaLimit> limits) {
        Account account = new Account(id, parent == null ? null : account(parent), clock);
        account.limits = limits;
        accounts.put(id, account);
    }

    void changeLimits(String id, List<QuotaLimit> limits) {
        Account account = account(id);
        if (!counting(account.limits).equals(counting(limits))) {
            Instant latest = clock.isAfter(account.limitsSince) ? clock : account.limitsSince;
            account.limitsSince = latest.plus(1, ChronoUnit.MICROS);
        }
        account.limits = limits;
    }

    private static Set<List<Object>> counting(List<QuotaLimit> limits) {
        Set<List<Object>> set = new HashSet<>();
        for (QuotaLimit limit : limits) {
            set.add(List.of(limit.name(), limit.meter().name(), limit.window().toString(), limit.chargeTime()));
        }
        return set;
    }

    void changeParent(String id, String parent) {
        account(id).parent = account(parent);
    }

    void disable(String id, boolean disabled) {
        account(id).disabled = disabled;
    }

    void suspend(String id, Instant until) {
        account(id).suspendedUntil = until.truncatedTo(ChronoUnit.MICROS);
    }

    void expireAt(String id, @Nullable Instant expiresAt) {
        account(id).expiresAt = expiresAt == null ? null : expiresAt.truncatedTo(ChronoUnit.MICROS);
    }

    /** Returns every instant after now at which anything changes by itself: where mistakes are. */
    NavigableSet<Instant> changesAhead() {
        NavigableSet<Instant> changes = new TreeSet<>();
        for (Account account : accounts.values()) {
            changes.addAll(changes(account, clock));
            Stream.of(Optional.ofNullable(account.suspendedUntil), Optional.ofNullable(account.expiresAt))
                    .flatMap(Optional::stream)
                    .filter(instant -> instant.isAfter(clock))
                    .forEach(changes::add);
        }
        return changes;
    }

    private Account account(String id) {
        return Objects.requireNonNull(accounts.get(id), id);
    }

    private static List<Account> chain(Account account) {
        List<Account> chain = new ArrayList<>();
        for (Account next = account; next != null; next = next.parent) {
            chain.add(next);
        }
        return chain;
    }

    /** Time never runs backwards. */
    private Instant now(List<Account> chain, @Nullable Entry entry) {
        Instant now = clock.isAfter(changedAt) ? clock : changedAt;
        for (Account account : chain) {
            if (!account.limits.isEmpty() && account.limitsSince.isAfter(now)) {
                now = account.limitsSince;
            }
        }
        if (entry != null) {
            Instant seen = entry.endedAt == null ? entry.reservedAt : entry.endedAt;
            now = seen.isAfter(now) ? seen : now;
        }
        return now;
    }

    // ---- What is used and held, from everything there ever was

    private NaiveWindow.Span span(QuotaLimit limit, Instant at) {
        String text = limit.window().toString();
        return spans.computeIfAbsent(
                List.of(text, at), key -> NaiveWindow.of(text).spanAt(at));
    }

    private static boolean sinceFirstUse(QuotaLimit limit) {
        return limit.window().toString().startsWith("since-first-use");
    }

    private List<NaiveWindow.Span> opened(Account account, QuotaLimit limit) {
        return opened.computeIfAbsent(
                List.of(account.id, limit.name(), limit.window().toString()), key -> new ArrayList<>());
    }

    private NaiveWindow.@Nullable Span spanOf(Account account, QuotaLimit limit, Instant at) {
        if (sinceFirstUse(limit)) {
            return opened(account, limit).stream()
                    .filter(span -> span.contains(at))
                    .findFirst()
                    .orElse(null);
        }
        NaiveWindow.Span span = span(limit, at);
        return span.contains(at) ? span : null;
    }

    private Instant countedUntil(QuotaLimit limit, NaiveWindow.Span span) {
        return NaiveWindow.of(limit.window().toString()).countedUntil(span);
    }

    /** Whether a charge at {@code at} counts at {@code now}. */
    private boolean counts(Account account, QuotaLimit limit, Instant at, Instant now) {
        NaiveWindow.Span span = spanOf(account, limit, at);
        return span != null && !now.isBefore(span.start()) && now.isBefore(countedUntil(limit, span));
    }

    private boolean isOpen(QuotaLimit limit, Instant now) {
        return sinceFirstUse(limit) || span(limit, now).contains(now);
    }

    private BigInteger used(Account account, QuotaLimit limit, Instant now) {
        BigInteger sum = BigInteger.ZERO;
        for (Entry entry : entries) {
            Instant at = limit.chargeTime() == ChargeTime.SETTLE ? entry.chargedAt() : entry.reservedAt;
            if (entry.chain.contains(account) && counts(account, limit, at, now)) {
                sum = sum.add(units(entry.charges(now), limit));
            }
        }
        return sum;
    }

    private BigInteger held(Account account, QuotaLimit limit, Instant now, @Nullable Entry but) {
        BigInteger sum = BigInteger.ZERO;
        for (Entry entry : entries) {
            // What is charged at settle time is held whatever span is open, if one was when it was reserved.
            boolean inIt = limit.chargeTime() == ChargeTime.SETTLE
                    ? spanOf(account, limit, entry.reservedAt) != null
                    : counts(account, limit, entry.reservedAt, now);
            if (entry != but && entry.live(now) && entry.chain.contains(account) && inIt) {
                sum = sum.add(units(entry.held, limit));
            }
        }
        return sum;
    }

    /** What is used and held of a limit where a request would count. */
    private record Taken(BigInteger used, BigInteger held) {
        BigInteger sum() {
            return used.add(held);
        }
    }

    private Taken taken(Account account, QuotaLimit limit, Instant now, @Nullable Entry but) {
        return new Taken(used(account, limit, now), held(account, limit, now, but));
    }

    /** The same in the span of a hold that is to grow, though it may count no more. */
    private Taken takenBeside(Entry own, Account account, QuotaLimit limit, Instant now, @Nullable Entry but) {
        NaiveWindow.Span span = spanOf(account, limit, own.reservedAt);
        if (limit.chargeTime() == ChargeTime.SETTLE || span == null || now.isBefore(countedUntil(limit, span))) {
            return taken(account, limit, now, but);
        }
        BigInteger used = BigInteger.ZERO;
        BigInteger held = BigInteger.ZERO;
        for (Entry entry : entries) {
            if (entry.chain.contains(account) && span.contains(entry.reservedAt)) {
                used = used.add(units(entry.charges(now), limit));
                held = entry != but && entry.live(now) ? held.add(units(entry.held, limit)) : held;
            }
        }
        return new Taken(used, held);
    }

    /** Returns how much of {@code n} fits. */
    private BigInteger room(Account account, QuotaLimit limit, BigInteger n, Instant now) {
        if (n.signum() == 0 || !isOpen(limit, now)) {
            return BigInteger.ZERO;
        }
        return room(limit, taken(account, limit, now, null).sum(), n);
    }

    private static BigInteger room(QuotaLimit limit, BigInteger taken, BigInteger n) {
        BigInteger free = amount(limit).subtract(taken).max(BigInteger.ZERO);
        if (limit.boundary() == Boundary.GRACEFUL) {
            return free.signum() > 0 ? n : BigInteger.ZERO;
        }
        return n.min(free);
    }

    private static BigInteger amount(QuotaLimit limit) {
        return BigInteger.valueOf(limit.amount().units());
    }

    private NavigableSet<Instant> changes(Account account, Instant now) {
        NavigableSet<Instant> changes = new TreeSet<>();
        for (QuotaLimit limit : account.limits) {
            List<Instant> instants = new ArrayList<>(List.of(now));
            for (Entry entry : entries) {
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

    private static Optional<Instant> first(Collection<Instant> instants, Predicate<Instant> condition) {
        return instants.stream().filter(condition).findFirst();
    }

    // ---- Reserve and check

    String reserve(String id, String accountId, Map<String, Long> charge, ReserveMode mode, Duration timeToLive) {
        SortedMap<String, BigInteger> asked = amounts(charge);
        Entry known = remembered.get(id);
        if (known != null) {
            return replay(known, accountId, asked, mode, timeToLive);
        }
        List<Account> chain = chain(account(accountId));
        Instant now = now(chain, null);
        String refused = refusedByAccount(chain, asked, mode, now);
        if (refused != null) {
            return refused;
        }
        SortedMap<String, BigInteger> held = new TreeMap<>(asked);
        String refusedByLimit = refusedByLimits(chain, asked, mode, now, held);
        if (refusedByLimit != null && mode != ReserveMode.OBSERVE) {
            return refusedByLimit;
        }
        Entry entry = new Entry(chain, false, asked, held, mode, timeToLive, now);
        entries.add(entry);
        remembered.put(id, entry);
        use(chain, asked.keySet(), now);
        String observed = refusedByLimit == null ? "" : ", observed " + refusedByLimit;
        return LedgerAnswers.held(text(held), entry.expiresAt) + observed;
    }

    private String replay(
            Entry known, String accountId, SortedMap<String, BigInteger> asked, ReserveMode mode, Duration timeToLive) {
        if (known.direct) {
            return LedgerAnswers.conflict("operation");
        }
        if (!known.chain.get(0).id.equals(accountId)) {
            return LedgerAnswers.conflict("account");
        }
        if (!known.asked.equals(asked)) {
            return LedgerAnswers.conflict("charge");
        }
        if (known.mode != mode) {
            return LedgerAnswers.conflict("mode");
        }
        if (!known.timeToLive.equals(timeToLive)) {
            return LedgerAnswers.conflict("timeToLive");
        }
        return LedgerAnswers.replayed(LedgerAnswers.held(text(known.held), known.expiresAt));
    }

    String check(String accountId, Map<String, Long> charge) {
        List<Account> chain = chain(account(accountId));
        Instant now = now(chain, null);
        SortedMap<String, BigInteger> asked = amounts(charge);
        String refused = refusedByAccount(chain, asked, ReserveMode.ALL_OR_NOTHING, now);
        if (refused == null) {
            refused = refusedByLimits(chain, asked, ReserveMode.ALL_OR_NOTHING, now, new TreeMap<>(asked));
        }
        return refused == null ? LedgerAnswers.ADMISSIBLE : refused;
    }

    private @Nullable String refusedByAccount(
            List<Account> chain, SortedMap<String, BigInteger> asked, ReserveMode mode, Instant now) {
        Optional<RefusalCode> gravest = chain.stream()
                .map(account -> Optional.ofNullable(accountCode(account, now)))
                .flatMap(Optional::stream)
                .min(Comparator.naturalOrder());
        if (gravest.isEmpty()) {
            return null;
        }
        NavigableSet<Instant> changes = new TreeSet<>();
        for (Account account : chain) {
            changes.addAll(changes(account, now));
            if (account.suspendedUntil != null && account.suspendedUntil.isAfter(now)) {
                changes.add(account.suspendedUntil);
            }
        }
        List<Wanted> all = mode == ReserveMode.OBSERVE ? List.of() : wanted(chain, asked, mode);
        Account nearest = chain.stream()
                .filter(account -> accountCode(account, now) == gravest.get())
                .findFirst()
                .orElseThrow();
        Optional<Instant> retry = gravest.get() != RefusalCode.ACCOUNT_SUSPENDED
                ? Optional.empty()
                : first(changes, at -> allActive(chain, at) && all.stream().allMatch(each -> hasRoom(each, at)));
        return LedgerAnswers.refused(gravest.get(), nearest.id, List.of(), retry);
    }

    private static boolean allActive(List<Account> chain, Instant now) {
        return chain.stream().allMatch(account -> accountCode(account, now) == null);
    }

    private static @Nullable RefusalCode accountCode(Account account, Instant now) {
        if (account.disabled) {
            return RefusalCode.ACCOUNT_DISABLED;
        }
        if (account.suspendedUntil != null && now.isBefore(account.suspendedUntil)) {
            return RefusalCode.ACCOUNT_SUSPENDED;
        }
        return account.expiresAt != null && now.isAfter(account.expiresAt) ? RefusalCode.ACCOUNT_EXPIRED : null;
    }

    private record Wanted(Account account, QuotaLimit limit, BigInteger asked, BigInteger wanted) {}

    private static List<Wanted> wanted(List<Account> chain, SortedMap<String, BigInteger> asked, ReserveMode mode) {
        List<Wanted> all = new ArrayList<>();
        for (Account account : chain) {
            for (QuotaLimit limit : account.limits) {
                BigInteger n = asked.get(limit.meter().name());
                if (n != null) {
                    all.add(new Wanted(account, limit, n, mode == ReserveMode.AT_MOST ? n.min(BigInteger.ONE) : n));
                }
            }
        }
        return all;
    }

    /** Leaves in {@code held} what an at-most reserve gets. */
    private @Nullable String refusedByLimits(
            List<Account> chain,
            SortedMap<String, BigInteger> asked,
            ReserveMode mode,
            Instant now,
            SortedMap<String, BigInteger> held) {
        List<Wanted> all = wanted(chain, asked, mode);
        List<Wanted> lacking = new ArrayList<>();
        for (Wanted each : all) {
            BigInteger room = room(each.account, each.limit, each.asked, now);
            if (room.compareTo(each.wanted) < 0) {
                lacking.add(each);
            }
            if (mode == ReserveMode.AT_MOST) {
                held.merge(each.limit.meter().name(), room, BigInteger::min);
            }
        }
        if (lacking.isEmpty()) {
            return null;
        }
        NavigableSet<Instant> changes = new TreeSet<>();
        chain.forEach(account -> changes.addAll(changes(account, now)));
        Map<Wanted, Optional<Instant>> retries = new LinkedHashMap<>();
        lacking.forEach(lack ->
                retries.put(lack, neverFits(lack) ? Optional.empty() : first(changes, at -> hasRoom(lack, at))));
        Optional<Instant> retry = latest(retries.values())
                .filter(at -> allActive(chain, at))
                .filter(at -> all.stream().allMatch(each -> each.asked.signum() == 0 || isOpen(each.limit, at)));
        return refused(retries, lack -> taken(lack, now), retry);
    }

    private static Optional<Instant> latest(Collection<Optional<Instant>> instants) {
        return instants.stream().anyMatch(Optional::isEmpty)
                ? Optional.empty()
                : instants.stream().flatMap(Optional::stream).max(Comparator.naturalOrder());
    }

    private static String refused(
            Map<Wanted, Optional<Instant>> lacking, Function<Wanted, Taken> taken, Optional<Instant> retry) {
        List<String> limits = new ArrayList<>();
        lacking.forEach((lack, at) -> limits.add(limitText(lack, taken.apply(lack), at)));
        Wanted gravest = lacking.keySet().stream()
                .min(Comparator.comparing(lack -> code(lack, taken.apply(lack))))
                .orElseThrow();
        return LedgerAnswers.refused(code(gravest, taken.apply(gravest)), gravest.account.id, limits, retry);
    }

    private static String limitText(Wanted lack, Taken taken, Optional<Instant> retry) {
        return LedgerAnswers.limit(
                lack.account.id, lack.limit.name(), code(lack, taken), taken.used, taken.held, retry);
    }

    private Taken taken(Wanted lack, Instant now) {
        return taken(lack.account, lack.limit, now, null);
    }

    private boolean hasRoom(Wanted each, Instant at) {
        return room(each.account, each.limit, each.wanted, at).compareTo(each.wanted) >= 0;
    }

    private static RefusalCode code(Wanted lack, Taken taken) {
        if (neverFits(lack)) {
            return RefusalCode.QUOTA_NEVER_FITS;
        }
        boolean exhausted = taken.used.compareTo(amount(lack.limit)) >= 0;
        return exhausted ? RefusalCode.QUOTA_EXHAUSTED : RefusalCode.QUOTA_INSUFFICIENT;
    }

    private static boolean neverFits(Wanted lack) {
        return lack.limit.boundary() == Boundary.STRICT
                ? lack.wanted.compareTo(amount(lack.limit)) > 0
                : lack.limit.amount().units() == 0;
    }

    /** Notes that used or held of these meters changes now: that opens windows since first use. */
    private void use(List<Account> chain, Set<String> meters, Instant now) {
        changedAt = now;
        for (Account account : chain) {
            for (QuotaLimit limit : account.limits) {
                boolean counts =
                        sinceFirstUse(limit) && meters.contains(limit.meter().name());
                if (counts && spanOf(account, limit, now) == null) {
                    opened(account, limit).add(span(limit, now));
                }
            }
        }
    }

    // ---- What becomes of a reservation

    String settle(String id, Map<String, Long> said) {
        Entry entry = remembered.get(id);
        if (entry == null) {
            return LedgerAnswers.NOT_FOUND;
        }
        if (entry.direct) {
            return LedgerAnswers.conflict("operation");
        }
        SortedMap<String, BigInteger> cost = amounts(said);
        if (entry.status == Status.SETTLED && cost.equals(entry.cost)) {
            return LedgerAnswers.replayed(settled(entry));
        }
        if (!cost.keySet().equals(entry.held.keySet())) {
            return LedgerAnswers.METER_MISMATCH;
        }
        Instant now = now(entry.chain, entry);
        if (entry.status == Status.SETTLED) {
            return LedgerAnswers.conflict("cost");
        }
        if (entry.status == Status.RELEASED) {
            return LedgerAnswers.wrongState(entry.statusText(now));
        }
        boolean late = entry.expired(now);
        SortedMap<String, BigInteger> charged = new TreeMap<>();
        for (Map.Entry<String, BigInteger> amount : cost.entrySet()) {
            BigInteger held = units(entry.held, amount.getKey());
            boolean exceeds = amount.getValue().compareTo(held) > 0;
            OnExcess choice = exceeds ? onExcess(entry, amount.getKey()) : OnExcess.CHARGE;
            if (choice == OnExcess.REFUSE && !late) {
                return LedgerAnswers.EXCESS_REFUSED;
            }
            charged.put(amount.getKey(), choice == OnExcess.CAP ? held : amount.getValue());
        }
        entry.status = Status.SETTLED;
        entry.cost = cost;
        entry.charged = charged;
        entry.late = late;
        entry.endedAt = now;
        changedAt = now;
        return settled(entry);
    }

    private static String settled(Entry entry) {
        SortedMap<String, BigInteger> excess = new TreeMap<>();
        entry.charged.forEach((meter, units) ->
                excess.put(meter, units.subtract(units(entry.held, meter)).max(BigInteger.ZERO)));
        return LedgerAnswers.settled(text(entry.charged), text(excess), entry.late);
    }

    private static OnExcess onExcess(Entry entry, String meter) {
        return limits(entry, meter)
                .map(QuotaLimit::onExcess)
                .max(Comparator.naturalOrder())
                .orElse(OnExcess.CHARGE);
    }

    private static Stream<QuotaLimit> limits(Entry entry, String meter) {
        return entry.chain.stream()
                .flatMap(account -> account.limits.stream())
                .filter(limit -> limit.meter().name().equals(meter));
    }

    String release(String id) {
        Entry entry = remembered.get(id);
        if (entry == null) {
            return LedgerAnswers.NOT_FOUND;
        }
        Instant now = now(entry.chain, entry);
        if (entry.status == Status.RELEASED) {
            return LedgerAnswers.replayed(LedgerAnswers.RELEASED);
        }
        if (!entry.live(now)) {
            return LedgerAnswers.wrongState(entry.statusText(now));
        }
        entry.status = Status.RELEASED;
        entry.endedAt = now;
        changedAt = now;
        return LedgerAnswers.RELEASED;
    }

    String extend(String id, Duration timeToLive) {
        Entry entry = remembered.get(id);
        if (entry == null) {
            return LedgerAnswers.NOT_FOUND;
        }
        Instant now = now(entry.chain, entry);
        if (!entry.live(now)) {
            return LedgerAnswers.wrongState(entry.statusText(now));
        }
        Instant longer = now.plus(timeToLive);
        entry.expiresAt = longer.isAfter(entry.expiresAt) ? longer : entry.expiresAt;
        return LedgerAnswers.extended(entry.expiresAt);
    }

    String adjust(String id, Map<String, Long> charge) {
        Entry entry = remembered.get(id);
        if (entry == null) {
            return LedgerAnswers.NOT_FOUND;
        }
        SortedMap<String, BigInteger> wanted = amounts(charge);
        if (!wanted.keySet().equals(entry.held.keySet())) {
            return LedgerAnswers.METER_MISMATCH;
        }
        Instant now = now(entry.chain, entry);
        if (!entry.live(now)) {
            return LedgerAnswers.wrongState(entry.statusText(now));
        }
        String noRoom = entry.mode == ReserveMode.OBSERVE ? null : noRoom(entry, wanted, now);
        if (noRoom != null) {
            return noRoom;
        }
        if (!wanted.equals(entry.held)) {
            entry.held = wanted;
            entry.due = due(entry);
            changedAt = now;
        }
        return LedgerAnswers.adjusted(text(wanted));
    }

    private @Nullable String noRoom(Entry entry, SortedMap<String, BigInteger> wanted, Instant now) {
        SortedMap<String, BigInteger> more = new TreeMap<>();
        wanted.forEach((meter, units) -> {
            if (units.compareTo(units(entry.held, meter)) > 0) {
                more.put(meter, units);
            }
        });
        List<Wanted> all = wanted(entry.chain, more, ReserveMode.ALL_OR_NOTHING);
        List<Wanted> lacking =
                all.stream().filter(each -> !canGrow(entry, each, now)).toList();
        if (lacking.isEmpty()) {
            return null;
        }
        NavigableSet<Instant> changes = new TreeSet<>();
        entry.chain.forEach(account -> changes.addAll(changes(account, now)));
        changes.removeIf(at -> !entry.live(at));
        Map<Wanted, Optional<Instant>> retries = new LinkedHashMap<>();
        lacking.forEach(lack ->
                retries.put(lack, neverFits(lack) ? Optional.empty() : first(changes, at -> canGrow(entry, lack, at))));
        Optional<Instant> retry = latest(retries.values());
        return LedgerAnswers.noRoom(
                refused(retries, lack -> takenBeside(entry, lack.account, lack.limit, now, null), retry));
    }

    /** A hold grows where it will be charged; where no span is open there, nothing is in its way. */
    private boolean canGrow(Entry entry, Wanted each, Instant now) {
        boolean open = each.limit.chargeTime() == ChargeTime.SETTLE
                ? isOpen(each.limit, now)
                : spanOf(each.account, each.limit, entry.reservedAt) != null;
        Taken taken = takenBeside(entry, each.account, each.limit, now, entry);
        return !open || room(each.limit, taken.sum(), each.wanted).compareTo(each.wanted) >= 0;
    }

    String progress(String id, Map<String, Long> delivered) {
        Entry entry = remembered.get(id);
        if (entry == null) {
            return LedgerAnswers.NOT_FOUND;
        }
        SortedMap<String, BigInteger> most = amounts(delivered);
        if (!most.keySet().equals(entry.held.keySet())) {
            return LedgerAnswers.METER_MISMATCH;
        }
        Instant now = now(entry.chain, entry);
        if (!entry.live(now)) {
            return LedgerAnswers.wrongState(entry.statusText(now));
        }
        if (entry.progress != null) {
            entry.progress.forEach((meter, units) -> most.merge(meter, units, BigInteger::max));
        }
        if (!most.equals(entry.progress)) {
            entry.progress = most;
            entry.due = due(entry);
        }
        return LedgerAnswers.progressed(text(most));
    }

    /** What its expiry charges, by the choices of the limits as they are now. */
    private static SortedMap<String, BigInteger> due(Entry entry) {
        SortedMap<String, BigInteger> due = new TreeMap<>();
        if (entry.progress != null) {
            entry.progress.forEach((meter, delivered) -> {
                OnExpiry choice = limits(entry, meter)
                        .map(QuotaLimit::onExpiry)
                        .max(Comparator.naturalOrder())
                        .orElse(OnExpiry.PROGRESS);
                if (choice == OnExpiry.PROGRESS) {
                    due.put(meter, delivered);
                } else if (choice == OnExpiry.HOLD) {
                    due.put(meter, delivered.max(units(entry.held, meter)));
                }
            });
        }
        return due;
    }

    String charge(String id, String accountId, Map<String, Long> charge) {
        SortedMap<String, BigInteger> amounts = amounts(charge);
        Entry known = remembered.get(id);
        if (known != null) {
            if (!known.direct) {
                return LedgerAnswers.conflict("operation");
            }
            if (!known.chain.get(0).id.equals(accountId)) {
                return LedgerAnswers.conflict("account");
            }
            return known.asked.equals(amounts)
                    ? LedgerAnswers.replayed(LedgerAnswers.charged(text(amounts)))
                    : LedgerAnswers.conflict("charge");
        }
        List<Account> chain = chain(account(accountId));
        Instant now = now(chain, null);
        SortedMap<String, BigInteger> nothing = new TreeMap<>();
        amounts.keySet().forEach(meter -> nothing.put(meter, BigInteger.ZERO));
        Entry entry = new Entry(chain, true, amounts, nothing, ReserveMode.ALL_OR_NOTHING, Duration.ZERO, now);
        entry.status = Status.SETTLED;
        entry.cost = amounts;
        entry.charged = amounts;
        entry.endedAt = now;
        entries.add(entry);
        remembered.put(id, entry);
        use(chain, amounts.keySet(), now);
        return LedgerAnswers.charged(text(amounts));
    }

    String refund(String id, String reservation, Map<String, Long> charge) {
        SortedMap<String, BigInteger> amounts = amounts(charge);
        Refund before = refunds.get(id);
        if (before != null) {
            if (!before.reservation.equals(reservation)) {
                return LedgerAnswers.conflict("reservation");
            }
            return before.amounts.equals(amounts)
                    ? LedgerAnswers.replayed(LedgerAnswers.refunded(text(amounts), before.total))
                    : LedgerAnswers.conflict("charge");
        }
        Entry entry = remembered.get(reservation);
        if (entry == null) {
            return LedgerAnswers.NOT_FOUND;
        }
        if (!entry.held.keySet().containsAll(amounts.keySet())) {
            return LedgerAnswers.METER_MISMATCH;
        }
        Instant now = now(entry.chain, entry);
        if (entry.status != Status.SETTLED) {
            return LedgerAnswers.wrongState(entry.statusText(now));
        }
        SortedMap<String, BigInteger> left = minus(entry.charged, entry.refunded);
        boolean tooLarge = amounts.entrySet().stream()
                .anyMatch(amount -> amount.getValue().compareTo(units(left, amount.getKey())) > 0);
        if (tooLarge) {
            return LedgerAnswers.REFUND_TOO_LARGE;
        }
        entry.held.keySet().forEach(meter -> entry.refunded.merge(meter, BigInteger.ZERO, BigInteger::add));
        amounts.forEach((meter, units) -> entry.refunded.merge(meter, units, BigInteger::add));
        changedAt = now;
        refunds.put(id, new Refund(reservation, amounts, text(entry.refunded), now));
        return LedgerAnswers.refunded(text(amounts), text(entry.refunded));
    }

    /** Writes down what has expired, and forgets ids. Nothing of it may show but the ids. */
    String sweep() {
        int expired = 0;
        for (Entry entry : entries) {
            if (entry.expired(clock) && !entry.expiryWritten) {
                entry.expiryWritten = true;
                entry.endedAt = entry.expiresAt;
                changedAt = now(entry.chain, entry);
                expired++;
            }
        }
        Instant before = clock.minus(REMEMBERED);
        remembered.values().removeIf(entry -> entry.endedAt != null && entry.endedAt.isBefore(before));
        refunds.values().removeIf(refund -> refund.at.isBefore(before));
        return LedgerAnswers.swept(expired);
    }

    String usage(String accountId) {
        List<Account> chain = chain(account(accountId));
        Instant now = now(chain, null);
        List<String> limits = new ArrayList<>();
        for (Account account : chain) {
            for (QuotaLimit limit : account.limits) {
                limits.add(LedgerAnswers.usage(
                        account.id, limit.name(), used(account, limit, now), held(account, limit, now, null)));
            }
        }
        return limits.toString();
    }

    String reservation(String id) {
        Entry entry = remembered.get(id);
        if (entry == null) {
            return LedgerAnswers.NOT_FOUND;
        }
        return LedgerAnswers.reservation(
                entry.statusText(time()),
                text(entry.held),
                entry.status == Status.SETTLED ? text(entry.charged) : "nothing",
                entry.reservedAt,
                entry.expiresAt);
    }

    // ---- Amounts

    private static SortedMap<String, BigInteger> amounts(Map<String, Long> units) {
        SortedMap<String, BigInteger> amounts = new TreeMap<>();
        units.forEach((meter, number) -> amounts.put(meter, BigInteger.valueOf(number)));
        return amounts;
    }

    private static BigInteger units(SortedMap<String, BigInteger> amounts, QuotaLimit limit) {
        return units(amounts, limit.meter().name());
    }

    private static BigInteger units(SortedMap<String, BigInteger> amounts, String meter) {
        return amounts.getOrDefault(meter, BigInteger.ZERO);
    }

    private static SortedMap<String, BigInteger> minus(
            SortedMap<String, BigInteger> amounts, SortedMap<String, BigInteger> others) {
        SortedMap<String, BigInteger> left = new TreeMap<>();
        amounts.forEach((meter, units) -> left.put(meter, units.subtract(units(others, meter))));
        return left;
    }

    private static String text(SortedMap<String, BigInteger> amounts) {
        return amounts.entrySet().stream()
                .map(amount -> amount.getValue() + " " + amount.getKey())
                .collect(joining(" + "));
    }
}
