package org.quotaledger.accounting;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.history.Change;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;

/**
 * The working copy that one command reads and changes: accounts, the reservation of its id, and what it adds. A store opens
 * it, has the command decided, and keeps its changes, all or none. Not thread-safe: confined to the step.
 *
 * <p>An undone unit of work is as it was opened: a refusal, and a rule that throws, leave no trace.
 */
public final class UnitOfWork {

    private final List<WorkingAccount> opened;
    private final @Nullable ReservationState known;
    private final List<Hold> itsHolds;
    private final @Nullable RefundState knownRefund;
    private final Facts facts;

    private List<WorkingAccount> accounts;
    private Instant clock = Instant.MIN;
    private Instant now = Instant.MIN;
    private List<Counter> recounted = List.of();

    /** The counters that remember their values and need not be kept: seldom any. */
    private List<Counter> remembered = List.of();

    /** The counters that accounts did not have before: seldom any. */
    private List<Added> added = List.of();

    private List<Counter> counters = List.of();
    private @Nullable ReservationState reservation;
    private List<Hold> holds = List.of();
    private boolean dropsHolds;
    private @Nullable RefundState refund;
    private List<JournalRow> journal = List.of();
    private List<LedgerEvent> events = List.of();
    private List<Change> changes = List.of();
    private List<AccountEntry> changedAccounts = List.of();
    private @Nullable PolicyChange changedPolicy;

    /** The account that an edit has defined anew, or {@code null}. */
    private @Nullable Defined defined;

    private Ranges ranges = Ranges.UNRECORDED;

    /** The spans changed in which an alert was debounced: seldom any. */
    private List<LateAlerts> late = List.of();

    /**
     * A counter that an account did not have.
     *
     * @param found its values when it was added
     * @param replaced the counter that it took the place of, or {@code null}
     */
    private record Added(
            WorkingAccount to,
            Counter counter,
            Counter.Values found,
            @Nullable Counter replaced) {}

    /**
     * An account that an edit has defined anew.
     *
     * @param before its definition before
     * @param limits its limits in force before
     */
    private record Defined(WorkingAccount account, AccountEntry before, List<LimitEntry> limits) {}

    /**
     * Opens a unit of work.
     *
     * @param accounts the accounts concerned: of a reserve, check or direct charge the account asked for and its parents,
     *     nearest first, empty if it was never created; of an edit its account alone, or none; of everything else those of the
     *     reservation, in its order
     * @param reservation the reservation or direct charge of the command's id, or {@code null}
     * @param holds the holds of that reservation, those that are marked expired too
     * @param refund the refund of the command's id, or {@code null}
     * @param facts answers for state that is seldom needed
     */
    public UnitOfWork(
            List<WorkingAccount> accounts,
            @Nullable ReservationState reservation,
            List<Hold> holds,
            @Nullable RefundState refund,
            Facts facts) {
        this.opened = Objects.requireNonNull(accounts, "accounts");
        this.accounts = accounts;
        this.known = reservation;
        this.itsHolds = Objects.requireNonNull(holds, "holds");
        this.knownRefund = refund;
        this.facts = Objects.requireNonNull(facts, "facts");
    }

    /** Returns one without accounts: the store knows nothing of the account or the id. */
    public static UnitOfWork ofNothing() {
        return new UnitOfWork(List.of(), null, List.of(), null, Facts.NOTHING);
    }

    /**
     * Has the command record in which ranges of its counters it is decided alike, which takes time: for a store that adds
     * differences to rows which it has not locked.
     *
     * @return the ranges, to be read after the decision and before {@link #close}
     */
    RecordedRanges recordRanges() {
        RecordedRanges recorded = new RecordedRanges(this);
        ranges = recorded;
        return recorded;
    }

    /** Returns the ranges that the command records; they record nothing unless {@link #recordRanges} was called. */
    Ranges ranges() {
        return ranges;
    }

    /** Returns the accounts that it was opened with. */
    List<WorkingAccount> opened() {
        return opened;
    }

    /**
     * Begins a step anew, on the accounts that it was opened with.
     *
     * @param read the instant of the clock
     * @param counters counters that were recounted
     */
    void begin(Instant read, List<Counter> counters) {
        clock = read;
        recounted = counters;
        begin(noEarlierThanSeen(read));
    }

    /** Begins the step anew at a later instant. */
    void begin(Instant at) {
        now = at;
        begin(opened);
    }

    /**
     * Begins the step anew on an account that is defined anew: the limits in force from now on count. Time does not run
     * backwards from any use of the account.
     */
    void define(WorkingAccount account, AccountEntry changed, List<LimitEntry> inForce) {
        undoIfChanged();
        defined = new Defined(account, account.entry(), account.limits());
        account.define(changed, inForce);
        define(changed);
        Instant use = facts.definitions().latestUse();
        now = noEarlierThanSeen(use == null ? clock : later(clock, use));
        start();
    }

    /** Records the next version of an account, in the place of an earlier one of this step. */
    AccountEntry define(AccountEntry changed) {
        if (!changedAccounts.isEmpty()) {
            changedAccounts = new ArrayList<>(changedAccounts);
            changedAccounts.removeIf(other -> other.id().equals(changed.id()));
        }
        changedAccounts = plus(changedAccounts, changed);
        return changed;
    }

    /** Records a policy that is created, changed or deleted. */
    void change(PolicyChange changed) {
        changedPolicy = changed;
    }

    /** Begins the step anew on another chain of accounts: a request overflows to it. */
    void overflowTo(List<WorkingAccount> chain) {
        begin(chain);
    }

    private void begin(List<WorkingAccount> chain) {
        undoIfChanged();
        accounts = chain;
        start();
    }

    private void start() {
        for (int i = 0; i < accounts.size(); i++) {
            WorkingAccount account = accounts.get(i);
            account.begin(this);
            for (Counter counter : recounted) {
                if (counter.account().equals(account.id())) {
                    account.takeRecounted(counter);
                }
            }
            account.clearReset();
        }
    }

    Instant now() {
        return now;
    }

    /** Returns the instant of the clock, which is earlier than that of the step where the clock was set back. */
    Instant clock() {
        return clock;
    }

    /** Returns the definitions of the ledger, for an edit. */
    Definitions definitions() {
        return facts.definitions();
    }

    Facts facts() {
        return facts;
    }

    /** Returns the accounts that the command charges, nearest first. */
    List<WorkingAccount> accounts() {
        return accounts;
    }

    /** Returns the ids of the accounts that the command charges, nearest first. */
    public List<AccountId> chain() {
        if (accounts.size() == 1) {
            return List.of(accounts.get(0).id());
        }
        return accounts.stream().map(WorkingAccount::id).toList();
    }

    /** Returns the reservation of the command's id as it was before, or {@code null}. */
    public @Nullable ReservationState known() {
        return known;
    }

    /** Returns the holds of the reservation as they were before. */
    public List<Hold> itsHolds() {
        return itsHolds;
    }

    @Nullable
    RefundState knownRefund() {
        return knownRefund;
    }

    /**
     * Time never runs backwards for an account: returns the later of a clock and the latest instant that the accounts and the
     * reservation have seen.
     */
    Instant noEarlierThanSeen(Instant clock) {
        Instant seen = clock;
        if (known != null) {
            Instant endedAt = known.endedAt();
            seen = later(seen, endedAt == null ? known.reservedAt() : endedAt);
        }
        return noEarlierThanSeen(opened, seen);
    }

    static Instant noEarlierThanSeen(List<WorkingAccount> accounts, Instant clock) {
        Instant seen = clock;
        for (int i = 0; i < accounts.size(); i++) {
            seen = later(seen, accounts.get(i).seen());
        }
        return seen;
    }

    private static Instant later(Instant one, Instant another) {
        return another.isAfter(one) ? another : one;
    }

    /**
     * Returns the account that is furthest ahead of a clock, or {@code null} if none is by more than a bound. Steps of such an
     * account are decided at the instant that it has seen, until the clock comes there.
     */
    public @Nullable WorkingAccount ahead(Instant clock, java.time.Duration bound) {
        WorkingAccount furthest = null;
        for (WorkingAccount account : opened) {
            boolean further = furthest == null || account.seen().isAfter(furthest.seen());
            furthest = further && account.seen().isAfter(clock.plus(bound)) ? account : furthest;
        }
        return furthest;
    }

    /** Most commands add one row of a kind. */
    private static <T> List<T> plus(List<T> rows, T row) {
        if (rows.isEmpty()) {
            return List.of(row);
        }
        List<T> more = rows instanceof ArrayList ? rows : new ArrayList<>(rows);
        more.add(row);
        return more;
    }

    /** Has a counter remember what it is, before it is changed in a way that a store need not keep. */
    void remember(Counter counter) {
        if (counter.remember(this)) {
            remembered = plus(remembered, counter);
        }
    }

    /** Notes that a counter of an account is about to change. */
    void changes(Counter counter) {
        counter.remember(this);
        note(counter);
    }

    /** Notes that an account has another counter. */
    void added(WorkingAccount to, Counter counter, @Nullable Counter replaced) {
        found(to, counter, replaced);
        note(counter);
    }

    /** Notes that an account has found another counter, which is nothing that a store need keep. */
    void found(WorkingAccount to, Counter counter, @Nullable Counter replaced) {
        added = plus(added, new Added(to, counter, counter.values(), replaced));
    }

    /** Returns a copy of a counter as the step found it. */
    @SuppressWarnings("ReferenceEquality") // A counter is its identity.
    Counter before(Counter counter) {
        for (Added each : added) {
            if (each.counter() == counter) {
                return counter.in(counter.span(), each.found());
            }
        }
        return counter.in(counter.span(), counter.valuesBefore(this));
    }

    private void note(Counter counter) {
        for (int i = 0; i < counters.size(); i++) {
            if (counters.get(i) == counter) {
                return;
            }
        }
        if (counters.isEmpty()) {
            counters = new ArrayList<>(3);
        }
        counters.add(counter);
    }

    /** Takes back every change. */
    public void undo() {
        counters.forEach(counter -> counter.undo(this));
        remembered.forEach(counter -> counter.undo(this));
        remembered = List.of();
        for (int i = added.size() - 1; i >= 0; i--) {
            Added each = added.get(i);
            each.to().takeBack(each.counter(), each.replaced());
        }
        added = List.of();
        counters = List.of();
        reservation = null;
        holds = List.of();
        dropsHolds = false;
        refund = null;
        journal = List.of();
        events = List.of();
        changes = List.of();
        changedAccounts = List.of();
        changedPolicy = null;
        if (defined != null) {
            defined.account().define(defined.before(), defined.limits());
            defined = null;
        }
        late = List.of();
    }

    private void undoIfChanged() {
        if (!remembered.isEmpty() || !added.isEmpty() || !changesNothing()) {
            undo();
        }
    }

    /** Returns an answer that leaves no trace. */
    <A> A unchanged(A answer) {
        undoIfChanged();
        return answer;
    }

    /**
     * Ends the unit of work: its accounts forget it, and can be kept for others. It cannot be undone any more; its changes can
     * still be read.
     */
    public void close() {
        counters.forEach(Counter::forget);
        remembered.forEach(Counter::forget);
        remembered = List.of();
        added = List.of();
        defined = null;
        for (int i = 0; i < accounts.size(); i++) {
            accounts.get(i).end();
        }
        for (int i = 0; i < opened.size(); i++) {
            opened.get(i).end();
        }
    }

    /** Ends the step with another state of the reservation: publishes late alerts, suspends and resumes. */
    <A> A done(A answer, @Nullable ReservationState changed) {
        for (LateAlerts alerts : late) {
            alerts.tell(this);
        }
        for (int i = 0; i < accounts.size(); i++) {
            AccountEntry entry = accounts.get(i).changedEntry();
            if (entry != null) {
                define(entry);
            }
        }
        reservation = changed;
        return answer;
    }

    /** Notes that the reservation holds nothing any more. */
    void dropHolds() {
        dropsHolds = true;
    }

    void refund(RefundState made) {
        refund = made;
    }

    void keep(Hold hold) {
        holds = plus(holds, hold);
    }

    void journal(JournalRow row) {
        journal = plus(journal, row);
    }

    void publish(LedgerEvent event) {
        events = plus(events, event);
    }

    void note(Change change) {
        changes = plus(changes, change);
    }

    /** Has a span looked at when the whole step is known, unless it is to be already. */
    void late(LateAlerts alerts) {
        if (late.stream().noneMatch(alerts::isOfSameSpan)) {
            late = plus(late, alerts);
        }
    }

    /** Returns a hold as this step leaves it so far. */
    Hold latest(Hold hold) {
        for (Hold kept : holds) {
            if (kept.reservation().equals(hold.reservation())
                    && kept.account().equals(hold.account())
                    && kept.meter().equals(hold.meter())) {
                return kept;
            }
        }
        return hold;
    }

    /** Returns the counters to keep, each in the place of the one of its account, limit and span. */
    public List<Counter> counters() {
        return counters;
    }

    /** Returns the reservation to keep in the place of the one of its id, or {@code null} for no change. */
    public @Nullable ReservationState reservation() {
        return reservation;
    }

    /** Returns the holds to keep, each in the place of the one of its reservation, account and meter. */
    public List<Hold> holds() {
        return holds;
    }

    /** Returns whether all holds of the reservation are to be dropped instead. */
    public boolean dropsHolds() {
        return dropsHolds;
    }

    /** Returns the refund to keep, or {@code null}. */
    public @Nullable RefundState refund() {
        return refund;
    }

    /** Returns the rows to append to the journal. */
    public List<JournalRow> journal() {
        return journal;
    }

    /** Returns the events to keep, in this order. */
    public List<LedgerEvent> events() {
        return events;
    }

    /** Returns the changes to keep in the history, in this order. */
    public List<Change> changes() {
        return changes;
    }

    /** Returns the next versions of accounts, to keep in the place of those of their ids. */
    public List<AccountEntry> changedAccounts() {
        return changedAccounts;
    }

    /** Returns the policy to keep or to drop, or {@code null} for no change. */
    public @Nullable PolicyChange changedPolicy() {
        return changedPolicy;
    }

    /** Returns whether there is nothing to keep. */
    public boolean changesNothing() {
        return counters.isEmpty()
                && reservation == null
                && holds.isEmpty()
                && !dropsHolds
                && refund == null
                && journal.isEmpty()
                && events.isEmpty()
                && changes.isEmpty()
                && changedAccounts.isEmpty()
                && changedPolicy == null;
    }

    /** Returns the alert of a limit at a level that this step has published already, or {@code null}. */
    LedgerEvent.@Nullable Alert alert(
            AccountId account, String limit, org.quotaledger.alert.AlertThreshold.Level level) {
        for (LedgerEvent event : events) {
            if (event instanceof LedgerEvent.Alert alert
                    && alert.account().equals(account)
                    && alert.limit().equals(limit)
                    && alert.threshold().level().equals(level)) {
                return alert;
            }
        }
        return null;
    }

    /** Returns whether this step has published no refusal by the limit yet. */
    boolean isFirstRefusal(AccountId account, String limit) {
        return events.stream()
                .noneMatch(event -> event instanceof LedgerEvent.Refused refused
                        && refused.account().equals(account)
                        && refused.limit().equals(limit));
    }

    /** Notes in the history a charge or a refund that a person made; nothing where it was a request. */
    void note(Change.Kind kind, @Nullable ByHand byHand, RequestId operation) {
        if (byHand != null) {
            AccountEntry entry = accounts.get(0).entry();
            Account defined = entry.deleted() ? null : entry.account();
            note(new Change.OfAccount(
                    now,
                    byHand.actor(),
                    kind,
                    entry.id(),
                    entry.version(),
                    new Change.OfAccount.Definition(defined, defined),
                    operation,
                    byHand.reason()));
        }
    }
}
