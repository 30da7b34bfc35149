package org.quotaledger.accounting;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.amount.Meter;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.Suspension;
import org.quotaledger.window.QuotaWindow;
import org.quotaledger.window.WindowSpan;

/**
 * One account as the rule reads and changes it: its definition, its limits in force and its counters. A store may keep it for
 * one step, or for good. Not thread-safe: confined to a step, or guarded by the lock of the account.
 */
public final class WorkingAccount {

    /**
     * The most live holds of a meter that a step reads. Where more have to expire before there is room, a retry time is the
     * expiry of the last of these.
     */
    static final int HOLDS_AHEAD = 100;

    private AccountEntry account;
    private List<LimitEntry> limits;
    private final List<Counter> counters;

    /** The unit of work of the step under way. */
    private @Nullable UnitOfWork step;

    private Instant now = Instant.MIN;

    /** The holds that this step has asked for. */
    private List<AccountHolds> lookedUp = List.of();

    /** When limits last alerted at their levels, of the limits that this step has asked for. */
    private Map<String, Map<String, Instant>> alerted = Map.of();

    /** What counted of limits that suspend before this step changed it. */
    private Map<String, Long> usedBefore = Map.of();

    /** The change of limits that this step is about, if it is about one. */
    private @Nullable LimitsChange reassess;

    /**
     * Creates a working account.
     *
     * @param account the account
     * @param limits its limits in force, as {@link AccountEntry#limits} says
     * @param counters its counters: every one that counts at the instant of a step or later, and every one that has an
     *     earliest expiry. More do no harm; those whose spans contain an instant of the reservation at hand save a recount
     */
    public WorkingAccount(AccountEntry account, List<LimitEntry> limits, Collection<Counter> counters) {
        this.account = Objects.requireNonNull(account, "account");
        this.limits = List.copyOf(limits);
        this.counters = new ArrayList<>(counters);
    }

    /** Defines the account anew, with other limits in force. */
    public void define(AccountEntry changed, List<LimitEntry> inForce) {
        account = changed;
        limits = inForce;
    }

    /** Returns an account with the same definition and counters of the same values, which changes by itself. */
    public WorkingAccount copy() {
        return new WorkingAccount(
                account, limits, counters.stream().map(Counter::copy).toList());
    }

    /** Returns the account as it was before this step, with other limits in force. */
    WorkingAccount before(List<LimitEntry> others) {
        return new WorkingAccount(
                account, others, counters.stream().map(work()::before).toList());
    }

    /** Begins a step. */
    void begin(UnitOfWork begun) {
        step = begun;
        now = begun.now();
        lookedUp = List.of();
        alerted = Map.of();
        usedBefore = Map.of();
        reassess = null;
    }

    private UnitOfWork work() {
        return Objects.requireNonNull(step, "step under way");
    }

    /** Ends the step under way: what it has looked up is forgotten. */
    void end() {
        step = null;
        lookedUp = List.of();
        alerted = Map.of();
        usedBefore = Map.of();
        reassess = null;
    }

    /** Counters that were not touched since their limit was reset count nothing. */
    void clearReset() {
        for (int i = 0; i < limits.size(); i++) {
            LimitEntry limit = limits.get(i);
            if (limit.resetAt() != null) {
                clear(limit);
            }
        }
    }

    private void clear(LimitEntry reset) {
        for (Counter counter : counters) {
            if (counter.isOf(reset.limit()) && !reset.counts(counter.updatedAt())) {
                ranges().onlyFound();
                work().remember(counter);
                counter.clear();
            }
        }
    }

    /** Returns the account's id. */
    public AccountId id() {
        return account.id();
    }

    /** Returns the account's definition. */
    public AccountEntry entry() {
        return account;
    }

    /** Returns the limits in force. */
    public List<LimitEntry> limits() {
        return limits;
    }

    /** Returns the counters, to be read only. */
    public List<Counter> counters() {
        return counters;
    }

    /** Adds a counter that a step may need. */
    public void add(Counter counter) {
        counters.add(counter);
    }

    /** Takes out counters that no step needs any more. */
    public void removeIf(Predicate<Counter> unneeded) {
        counters.removeIf(unneeded);
    }

    /** Returns the latest instant that the account has seen: time never runs backwards from it. */
    public Instant seen() {
        Instant seen = Instant.MIN;
        for (int i = 0; i < counters.size(); i++) {
            Instant updatedAt = counters.get(i).updatedAt();
            seen = updatedAt.isAfter(seen) ? updatedAt : seen;
        }
        for (int i = 0; i < limits.size(); i++) {
            Instant since = limits.get(i).countedSince();
            seen = since.isAfter(seen) ? since : seen;
        }
        return seen;
    }

    /** Notes that a counter is about to change. A new one becomes one of the account. */
    void change(Counter counter) {
        if (isKept(counter)) {
            work().changes(counter);
            return;
        }
        Counter replaced = place(counter);
        if (replaced == null && opensByExpiry() && counter.window().opensWithUse()) {
            counter.expireBy(earliestExpiry(counter));
        }
        work().added(this, counter, replaced);
    }

    @SuppressWarnings("ReferenceEquality") // A counter is its identity.
    private boolean isKept(Counter counter) {
        for (int i = 0; i < counters.size(); i++) {
            if (counters.get(i) == counter) {
                return true;
            }
        }
        return false;
    }

    /** Puts a counter in the place of the one of its limit and span, which it returns. */
    private @Nullable Counter place(Counter counter) {
        for (int i = 0; i < counters.size(); i++) {
            if (counters.get(i).isAt(counter)) {
                return counters.set(i, counter);
            }
        }
        counters.add(counter);
        return null;
    }

    /** Takes back that a counter was put in the place of another, or of none. */
    @SuppressWarnings("ReferenceEquality") // A counter is its identity.
    void takeBack(Counter counter, @Nullable Counter replaced) {
        for (int i = 0; i < counters.size(); i++) {
            if (counters.get(i) == counter) {
                if (replaced == null) {
                    counters.remove(i);
                } else {
                    counters.set(i, replaced);
                }
                return;
            }
        }
    }

    /**
     * Takes a recounted counter in the place of the one of its limit and span. The thresholds that were crossed in it stay so,
     * which the journal does not know, unless the limit was reset since.
     */
    void takeRecounted(Counter recounted) {
        Counter counter = recounted.copy();
        for (Counter other : counters) {
            if (other.isAt(counter) && other.isOfSame(counter)) {
                Counter was = work().before(other);
                if (!resetSince(was)) {
                    counter.peak(Math.max(counter.peak(), was.peak()));
                    counter.debounced(was.debounced());
                }
                counter.expireBy(was.earliestExpiry());
            }
        }
        work().found(this, counter, place(counter));
    }

    private boolean resetSince(Counter counter) {
        return limits.stream().anyMatch(limit -> counter.isOf(limit.limit()) && !limit.counts(counter.updatedAt()));
    }

    /** Rows of limits that are no longer in force keep what they held then; nothing reads them. */
    boolean inForce(Counter row) {
        for (LimitEntry entry : limits) {
            if (row.isOf(entry.limit())) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns the row that a charge at {@code at} counts in, or {@code null} if no span of the window contains that instant:
     * a lifetime has a start and an end; a window that opens with its first use was not open then, and is not opened in the
     * past.
     */
    @Nullable
    Counter rowAt(LimitEntry entry, Instant at) {
        QuotaLimit limit = entry.limit();
        Counter row = covering(limit, at);
        if (row == null && limit.window().opensWithUse()) {
            ranges().onlyFound();
            return at.isBefore(now)
                    ? null
                    : Counter.unused(id(), limit, limit.window().spanAt(at), now);
        }
        WindowSpan span = row != null ? row.span() : limit.window().openSpan(at);
        if (span == null) {
            return null;
        }
        if (needsRecount(entry, row, span)) {
            throw recounted(entry, List.of(span));
        }
        return row != null ? row : Counter.unused(id(), limit, span, now);
    }

    /** Has rows recounted, with which the step is decided again: its changes so far were decided without them. */
    private Recounted recounted(LimitEntry entry, List<WindowSpan> spans) {
        ranges().onlyFound();
        return new Recounted(spans.stream()
                .map(span -> work().facts().recount(Facts.Recount.of(id(), entry, span, now)))
                .toList());
    }

    /**
     * Returns the same for a charge that the expiry of a hold makes. That opens a window which charges at settle time and
     * opens with its first use, as of the expiry, whenever it is noticed.
     */
    @Nullable
    Counter rowAtExpiry(LimitEntry entry, Instant expiresAt) {
        QuotaLimit limit = entry.limit();
        boolean opens =
                opensByExpiry(limit) && covering(limit, expiresAt) == null && !expiresAt.isBefore(entry.since());
        return opens ? Counter.unused(id(), limit, limit.window().spanAt(expiresAt), now) : rowAt(entry, expiresAt);
    }

    /** Returns the span that contains an instant, or {@code null} if none is open then. */
    @Nullable
    WindowSpan openSpan(LimitEntry entry, Instant at) {
        Counter row = covering(entry.limit(), at);
        return row != null ? row.span() : entry.limit().window().openSpan(at);
    }

    private static boolean opensByExpiry(QuotaLimit limit) {
        return limit.chargeTime() == ChargeTime.SETTLE && limit.window().opensWithUse();
    }

    /** Whether an expiry can open a window here: nothing else may open it before the expiry was noticed. */
    boolean opensByExpiry() {
        for (LimitEntry entry : limits) {
            if (opensByExpiry(entry.limit())) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether a hold can have expired that counts here. A counter says so by its earliest expiry. But a limit that charges at
     * settle time can be charged by the expiry of a hold that was reserved in a span which it does not count.
     */
    boolean canHoldExpired() {
        for (int i = 0; i < counters.size(); i++) {
            Counter row = counters.get(i);
            if (canHoldExpired(row) && inForce(row)) {
                return true;
            }
        }
        for (LimitEntry entry : limits) {
            if (chargesUncounted(entry)) {
                return true;
            }
        }
        return false;
    }

    private boolean chargesUncounted(LimitEntry entry) {
        if (entry.limit().chargeTime() != ChargeTime.SETTLE) {
            return false;
        }
        Instant createdAt = account.createdAt();
        QuotaWindow window = entry.limit().window();
        if (!window.recurs()) {
            return window.spanAt(createdAt).startInclusive().isAfter(createdAt);
        }
        // A hold can have been reserved before the spans that the limit counts, and expire in one of them.
        return entry.since().isAfter(createdAt);
    }

    boolean canHoldExpired(Counter row) {
        Instant earliest = row.earliestExpiry();
        return earliest != null && !now.isBefore(earliest);
    }

    /**
     * Returns the expired holds of the account.
     *
     * @param oneByOne how many holds whose expiry charges something are asked for
     */
    AccountHolds expired(int oneByOne) {
        Facts.HoldsOf asked = holds(oneByOne);
        for (AccountHolds known : lookedUp) {
            if (known.tellExpired(now, asked.expiring())) {
                return known;
            }
        }
        return lookUp(asked);
    }

    private Facts.HoldsOf holds(int oneByOne) {
        List<Facts.Expiring> expiring = new ArrayList<>();
        Set<Meter> meters = new HashSet<>();
        for (Counter row : counters) {
            if (canHoldExpired(row)) {
                expiring.add(expiring(row));
            }
            if (row.earliestExpiry() != null) {
                meters.add(row.meter());
            }
        }
        return new Facts.HoldsOf(id(), now, expiring, oneByOne, meters, 1, HOLDS_AHEAD);
    }

    /**
     * Returns a question for all that a step at an instant may ask of the account's holds, but for long reads; {@code null} if
     * there is nothing to ask.
     */
    public Facts.@Nullable HoldsOf holdsToAsk(Instant at) {
        now = at;
        Facts.HoldsOf all = holds(canHoldExpired() ? Expiring.MOST_ONE_BY_ONE + 1 : 0);
        return all.meters().isEmpty() && all.maxDue() == 0 ? null : all;
    }

    private AccountHolds lookUp(Facts.HoldsOf asked) {
        AccountHolds found = work().facts().holds(asked);
        List<AccountHolds> more = new ArrayList<>(lookedUp);
        more.add(found);
        lookedUp = more;
        return found;
    }

    /** Returns the row that expired holds are counted in, as it is asked for. */
    Facts.Expiring expiring(Counter row) {
        Instant from = row.span().startInclusive();
        for (LimitEntry entry : limits) {
            Instant resetAt = entry.resetAt();
            if (row.isOf(entry.limit()) && resetAt != null && resetAt.isAfter(from)) {
                from = resetAt;
            }
        }
        Instant earliest = Objects.requireNonNull(row.earliestExpiry(), "earliestExpiry");
        return new Facts.Expiring(row.meter(), from, row.span().endExclusive(), earliest);
    }

    /**
     * Moves the earliest expiry of the counters whose expired holds were taken off.
     *
     * @param expired the sums of those counters
     */
    void tellEarliestExpiries(AccountHolds expired) {
        for (Counter counter : counters) {
            if (canHoldExpired(counter)) {
                AccountHolds.Sum sum = expired.expired().get(expiring(counter));
                change(counter);
                counter.earliestExpiry(sum == null ? null : sum.earliest());
                if (opensByExpiry()) {
                    counter.expireBy(earliestCharge(counter));
                }
            }
        }
    }

    /**
     * Returns an instant before which no expiry is charged to a row that opens with its first use, or {@code null} if none
     * will be. Such a row has to be there when the expiry is noticed, even if its span is over by then.
     */
    private @Nullable Instant earliestCharge(Counter row) {
        if (!row.window().opensWithUse()) {
            return null;
        }
        Instant first = next(row.meter()).first();
        return first != null && first.isBefore(row.span().endExclusive()) ? first : null;
    }

    /** Returns an instant before which no hold expires that a new row which opens with its first use has to do with. */
    private @Nullable Instant earliestExpiry(Counter row) {
        AccountHolds.Next next = next(row.meter());
        for (AccountHolds.Ahead hold : next.holds()) {
            if (row.span().contains(hold.reservedAt())
                    || hold.expiresAt().isBefore(row.span().endExclusive())) {
                return hold.expiresAt();
            }
        }
        return next.horizon();
    }

    /** Returns the counter of a limit in the span that contains an instant, or {@code null}. */
    @Nullable
    Counter covering(QuotaLimit limit, Instant at) {
        for (int i = 0; i < counters.size(); i++) {
            Counter row = counters.get(i);
            if (row.isOf(limit) && row.span().contains(at)) {
                return row;
            }
        }
        return null;
    }

    /**
     * A limit that came to count after its span had begun has usage that no row of it knows: it is recomputed once; one
     * that has counted as long as its account exists never needs that. A row of a span that counts no more, where it was
     * not given, may be kept all the same: it is recomputed too.
     */
    private boolean needsRecount(LimitEntry entry, @Nullable Counter row, WindowSpan span) {
        if (row == null && !now.isBefore(entry.limit().window().countedUntil(span))) {
            return true;
        }
        if (row != null && !row.countable() && row.updatedAt().isBefore(now)) {
            // It says nothing but that it was too much: something may have been given back since.
            return true;
        }
        Instant since = entry.since();
        return since.isAfter(account.createdAt())
                && span.startInclusive().isBefore(since)
                && (row == null || row.updatedAt().isBefore(since));
    }

    /**
     * Returns what counts of a limit beside a row of it: everything that counts now, or, where the row does not count any
     * more, that row alone.
     *
     * @param row the row, or {@code null} for everything that counts now
     */
    Totals totals(LimitEntry entry, @Nullable Counter row) {
        if (row != null && (countsOneSpan(entry.limit()) || !row.counts(now))) {
            return new Totals(row.used(), row.held(), Math.max(row.used(), row.peak()), row.debounced());
        }
        return totals(entry);
    }

    /** Whether nothing but one row of a limit can count at any instant. */
    static boolean countsOneSpan(QuotaLimit limit) {
        return limit.chargeTime() == ChargeTime.RESERVE && limit.window().countsOneSpan();
    }

    private Totals totals(LimitEntry entry) {
        QuotaLimit limit = entry.limit();
        requireCountedSpans(entry);
        long used = 0;
        long held = 0;
        long peak = 0;
        DebouncedAlerts debounced = null;
        for (int i = 0; i < counters.size(); i++) {
            Counter other = counters.get(i);
            if (!other.isOf(limit)) {
                continue;
            }
            boolean counts = other.counts(now);
            if (counts) {
                used = Counter.plus(used, other.used());
                peak = Math.max(peak, other.peak());
                debounced = DebouncedAlerts.union(debounced, other.debounced());
            }
            if (counts || limit.chargeTime() == ChargeTime.SETTLE) {
                held = Counter.plus(held, other.held());
            }
        }
        return new Totals(used, held, Math.max(used, peak), debounced);
    }

    /**
     * A rolling window counts spans before the current one, and a limit that charges at settle time what is held in any:
     * they can need recomputing as the current one can.
     */
    private void requireCountedSpans(LimitEntry entry) {
        if (!entry.since().isAfter(account.createdAt())) {
            return;
        }
        if (!entry.limit().window().countsOneSpan()) {
            // Spans that began later were counted from their start: so once this one counts no more, none is looked at.
            List<WindowSpan> unknown = entry.limit().window().countedSpans(now, entry.since()).stream()
                    .filter(span -> needsRecount(entry, covering(entry.limit(), span.startInclusive()), span))
                    .toList();
            if (!unknown.isEmpty()) {
                throw recounted(entry, unknown);
            }
        }
        if (entry.limit().chargeTime() == ChargeTime.SETTLE) {
            for (AccountHolds.Ahead hold : next(entry.limit().meter(), true).holds()) {
                if (entry.counts(hold.reservedAt())) {
                    rowAt(entry, hold.reservedAt());
                }
            }
            for (Counter row : counters) {
                if (row.isOf(entry.limit()) && needsRecount(entry, row, row.span())) {
                    throw recounted(entry, List.of(row.span()));
                }
            }
        }
    }

    /** Whether there can be a hold that a limit counts, or that it will be charged for. */
    boolean canHold(LimitEntry entry) {
        QuotaLimit limit = entry.limit();
        if (chargesUncounted(entry)) {
            return true;
        }
        for (int i = 0; i < counters.size(); i++) {
            Counter row = counters.get(i);
            if (row.isOf(limit) && row.earliestExpiry() != null) {
                return true;
            }
        }
        return false;
    }

    /** Returns the holds of a meter that expire next. */
    AccountHolds.Next next(Meter meter) {
        return next(meter, false).first(HOLDS_AHEAD);
    }

    private AccountHolds.Next next(Meter meter, boolean all) {
        for (AccountHolds known : lookedUp) {
            AccountHolds.Next next = known.next(meter, now);
            if (next != null && (next.complete() || !all)) {
                return next;
            }
        }
        return lookUp(meter, all ? Integer.MAX_VALUE : 1, all ? Integer.MAX_VALUE : HOLDS_AHEAD);
    }

    /** Returns the same where those known do not reach as far as a look-up does: some of them have ended since. */
    AccountHolds.Next nextAsFarAsCanBe(Meter meter) {
        for (AccountHolds known : lookedUp) {
            AccountHolds.Next next = known.next(meter, now);
            if (next != null && (next.complete() || next.holds().size() >= HOLDS_AHEAD)) {
                return next.first(HOLDS_AHEAD);
            }
        }
        return lookUp(meter, HOLDS_AHEAD, HOLDS_AHEAD).first(HOLDS_AHEAD);
    }

    private AccountHolds.Next lookUp(Meter meter, int least, int most) {
        AccountHolds found = lookUp(new Facts.HoldsOf(id(), now, List.of(), 0, Set.of(meter), least, most));
        return Objects.requireNonNull(found.next(meter, now), "next holds");
    }

    /** Returns the levels at which a limit alerted within its debounce interval, and when. */
    Map<String, Instant> alertedLately(QuotaLimit limit) {
        Duration debounce = limit.alertDebounce();
        if (debounce.isZero()) {
            return Map.of();
        }
        // An alert can be later than now where a clock was set back: it is within the interval as well.
        return alerted(limit.name(), now.minus(debounce), now.plus(debounce));
    }

    /** Returns whether refusals by a limit were published between two instants. */
    boolean hasToldRefusals(String limit, Instant after, Instant before) {
        return alerted(limit, after, before).containsKey(LedgerEvent.Kind.REFUSED.name());
    }

    private Map<String, Instant> alerted(String limit, Instant after, Instant before) {
        ranges().onlyNow();
        Map<String, Instant> levels = alerted.get(limit);
        if (levels == null) {
            levels = work().facts().alerts(new Facts.AlertsOf(id(), limit, after, before));
            alerted = alerted.isEmpty() ? new HashMap<>() : alerted;
            alerted.put(limit, levels);
        }
        return levels;
    }

    /**
     * Has the rows of a limit that count beside a row, and that one, remember none but these debounced alerts.
     *
     * @param left the debounced alerts of the row; the others keep their share of them
     */
    void leaveDebounced(QuotaLimit limit, Counter row, @Nullable DebouncedAlerts left) {
        change(row);
        row.debounced(left);
        if (countsOneSpan(limit) || !row.counts(now)) {
            return;
        }
        for (Counter other : counters) {
            DebouncedAlerts its = other.debounced();
            if (its != null && other.isOf(limit) && other.counts(now)) {
                change(other);
                other.debounced(its.only(level -> left != null && left.levels().contains(level)));
            }
        }
    }

    /** Arms the thresholds of a limit above the used amount, as if no change had crossed them. */
    void arm(QuotaLimit limit, long used) {
        Set<String> reached = limit.thresholds().stream()
                .map(AlertThreshold::level)
                .filter(level -> level.units(limit.amount()) <= used)
                .map(Object::toString)
                .collect(Collectors.toUnmodifiableSet());
        for (Counter counted : counters) {
            if (counted.isOf(limit) && counted.counts(now)) {
                DebouncedAlerts before = counted.debounced();
                DebouncedAlerts left = before == null ? null : before.only(reached::contains);
                if (counted.peak() > used || !Objects.equals(left, before)) {
                    change(counted);
                    counted.peak(Math.min(counted.peak(), used));
                    counted.debounced(left);
                }
            }
        }
    }

    /** Says that this step is about a change of limits. */
    void limitsChanged(LimitsChange change) {
        reassess = change;
    }

    /**
     * Writes rows down as cleared that were not touched since their limit was reset; but not those that were left by a
     * window which has come back since: they know nothing of what was charged after the reset.
     */
    void writeCleared() {
        for (LimitEntry entry : limits) {
            for (Counter row : counters) {
                if (row.isOf(entry.limit())
                        && !entry.counts(row.updatedAt())
                        && !needsRecount(entry, row, row.span())) {
                    change(row);
                    row.touch(now);
                }
            }
        }
    }

    /** Writes rows of a limit down that were kept before it came to count anew. */
    void writeRecounted(LimitEntry entry) {
        for (Counter row : counters) {
            if (row.isOf(entry.limit()) && row.span().startInclusive().isBefore(entry.since())) {
                if (needsRecount(entry, row, row.span())) {
                    throw recounted(entry, List.of(row.span()));
                } else {
                    change(row);
                    row.touch(now);
                }
            }
        }
    }

    /** Notes what counts of a limit before this step changes it for the first time. */
    void noteUsed(LimitEntry entry) {
        if (entry.limit().onExhaustion().suspendsUntil() != null
                && !usedBefore.containsKey(entry.limit().name())) {
            if (usedBefore.isEmpty()) {
                usedBefore = new HashMap<>();
            }
            usedBefore.put(entry.limit().name(), totals(entry, null).used());
        }
    }

    /**
     * Returns the account suspended or resumed by what this step changed, or by the time that has come; {@code null} if
     * neither. It looks at the whole step: what is taken back and charged anew in one step neither resumes nor suspends.
     */
    @Nullable
    AccountEntry changedEntry() {
        AccountEntry entry = account;
        Suspension kept = entry.suspension();
        if ((kept == null && usedBefore.isEmpty() && reassess == null) || entry.deleted()) {
            return null;
        }
        Suspension after = suspensionAfter(entry.suspensionAt(now));
        if (Objects.equals(kept, after)) {
            return null;
        }
        AccountEntry changed = entry.suspended(after);
        if (kept != null && (after == null || !kept.lasts(now))) {
            work().publish(LedgerEvent.Resumed.of(entry, now, Suspending.endedBy(kept, reassess, limits)));
        }
        if (after != null) {
            work().publish(LedgerEvent.Suspended.of(changed, spanOf(after)));
        }
        return changed;
    }

    private @Nullable WindowSpan spanOf(Suspension suspension) {
        String limit = suspension.cause();
        LimitEntry cause = limit == null ? null : Suspending.named(limit, limits);
        return cause == null ? null : openSpan(cause, now);
    }

    private @Nullable Suspension suspensionAfter(@Nullable Suspension before) {
        Suspension after = before;
        for (LimitEntry entry : limits) {
            Long used = usedBefore.get(entry.limit().name());
            if (used != null) {
                after = Suspending.byUse(after, entry, used, this);
            }
        }
        if (reassess != null) {
            after = Suspending.byChange(after, reassess, this);
        }
        return after;
    }

    Instant now() {
        return now;
    }

    /** Returns the ranges that the command under way records. */
    Ranges ranges() {
        return work().ranges();
    }

    /** Returns the first instant after that of the step at which the account means something else than the step leaves. */
    Instant unchangedUntil() {
        Instant first = unchangedUntil(now);
        for (AccountHolds known : lookedUp) {
            Instant expiry = known.firstExpiry();
            first = expiry == null ? first : earlier(first, expiry, now);
        }
        return first;
    }

    /**
     * Returns the first instant after {@code at} at which the account means something else though nothing was kept in between:
     * a span begins or ends or counts no more, a hold or the account expires, a suspension ends, a debounced alert is due. A
     * decision at {@code at} stands at any instant before that. Never later than {@link WindowSpan#LATEST}.
     */
    public Instant unchangedUntil(Instant at) {
        Instant first = WindowSpan.LATEST;
        Instant expiresAt = account.account().expiresAt().orElse(null);
        if (expiresAt != null) {
            // At its expiry an account is still valid.
            first = earlier(first, expiresAt.plus(1, ChronoUnit.MICROS), at);
        }
        Suspension suspension = account.suspension();
        if (suspension != null && suspension.until() != null) {
            first = earlier(first, suspension.until(), at);
        }
        for (LimitEntry entry : limits) {
            first = earlier(first, spanChanges(entry.limit(), at), at);
        }
        for (Counter counter : counters) {
            first = earlier(first, counter.span().startInclusive(), at);
            first = earlier(first, counter.countedUntil(), at);
            if (counter.earliestExpiry() != null) {
                first = earlier(first, counter.earliestExpiry(), at);
            }
            DebouncedAlerts debounced = counter.debounced();
            if (debounced != null) {
                for (LimitEntry entry : limits) {
                    if (counter.isOf(entry.limit())) {
                        first = earlier(
                                first, debounced.alertedAt().plus(entry.limit().alertDebounce()), at);
                    }
                }
            }
        }
        return first;
    }

    private Instant spanChanges(QuotaLimit limit, Instant at) {
        for (Counter counter : counters) {
            if (counter.isOf(limit) && counter.span().contains(at)) {
                return counter.span().endExclusive();
            }
        }
        WindowSpan span = limit.window().spanAt(at);
        return at.isBefore(span.startInclusive()) ? span.startInclusive() : span.endExclusive();
    }

    private static Instant earlier(Instant first, Instant other, Instant now) {
        return other.isAfter(now) && other.isBefore(first) ? other : first;
    }

    /**
     * The counts of a limit: used and held units, and the most that was used since alerts were armed. Some of the
     * thresholds up to that may be debounced.
     */
    record Totals(long used, long held, long peak, @Nullable DebouncedAlerts debounced) {}
}
