package org.quotaledger.accounting;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.amount.Amount;
import org.quotaledger.event.LedgerEvent.Cause;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.history.Change;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;

/**
 * A step while it is being decided: the rows it changes and what it journals. What goes in and what comes out is
 * immutable; the draft itself is confined to the one call.
 */
final class Draft {

    /** The most holds whose expiry charges something that a step expires one by one. */
    static final int MOST_ONE_BY_ONE = 100;

    private final Instant now;
    private final List<AccountDraft> accounts;
    private final Facts facts;
    private List<Hold> holds = List.of();
    private List<JournalRow> journal = List.of();
    private List<LedgerEvent> events = List.of();
    private List<Change> changes = List.of();

    /** The spans changed in which an alert was debounced: seldom any. */
    private List<LateAlerts> late = List.of();

    Draft(LedgerState state, Instant now) {
        this(state.chain(), state.facts(), now);
    }

    /** A draft of what is charged to these accounts. */
    Draft(List<AccountState> chain, Facts facts, Instant now) {
        this.facts = facts;
        this.now = now;
        this.accounts = chain.size() == 1 ? List.of(draft(chain.get(0))) : drafts(chain);
    }

    private AccountDraft draft(AccountState account) {
        return new AccountDraft(account, this);
    }

    private List<AccountDraft> drafts(List<AccountState> chain) {
        return chain.stream().map(this::draft).toList();
    }

    /** Most steps write one row of a kind: an immutable list of it need not be copied into the step. */
    private static <T> List<T> plus(List<T> rows, T row) {
        if (rows.isEmpty()) {
            return List.of(row);
        }
        List<T> more = rows instanceof ArrayList ? rows : new ArrayList<>(rows);
        more.add(row);
        return more;
    }

    /** Returns the ids of the accounts, in their order. */
    List<AccountId> chain() {
        if (accounts.size() == 1) {
            return List.of(accounts.get(0).state().id());
        }
        AccountId[] ids = new AccountId[accounts.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = accounts.get(i).state().id();
        }
        return List.of(ids);
    }

    List<AccountDraft> accounts() {
        return accounts;
    }

    Instant now() {
        return now;
    }

    Facts facts() {
        return facts;
    }

    /** Returns the step with everything drafted. */
    <A> Step<A> step(A answer, @Nullable ReservationState reservation, boolean dropsHolds) {
        return step(answer, reservation, dropsHolds, null);
    }

    /** Returns the step with everything drafted. */
    <A> Step<A> step(
            A answer, @Nullable ReservationState reservation, boolean dropsHolds, @Nullable RefundState refund) {
        for (LateAlerts alerts : late) {
            alerts.tell(this);
        }
        List<AccountEntry> changedAccounts = changedAccounts();
        return new Step<>(
                answer,
                changedRows(),
                reservation,
                holds,
                dropsHolds,
                refund,
                journal,
                events,
                changes,
                changedAccounts);
    }

    private List<AccountEntry> changedAccounts() {
        List<AccountEntry> changed = List.of();
        for (int i = 0; i < accounts.size(); i++) {
            AccountEntry entry = accounts.get(i).changedEntry();
            if (entry != null) {
                changed = plus(changed, entry);
            }
        }
        return changed;
    }

    private List<Usage> changedRows() {
        if (accounts.size() == 1) {
            return accounts.get(0).changedRows();
        }
        List<Usage> rows = new ArrayList<>();
        accounts.forEach(account -> rows.addAll(account.changedRows()));
        return rows;
    }

    /** Counts out every hold that has expired, so that nothing of what follows counts a dead one. */
    void expireHolds() {
        for (int i = 0; i < accounts.size(); i++) {
            expireHolds(accounts.get(i));
        }
    }

    /** Does so where an expiry opens a window that what follows might open too. */
    void expireHoldsThatOpen() {
        for (AccountDraft account : accounts) {
            if (account.opensByExpiry()) {
                expireHolds(account);
            }
        }
    }

    /**
     * Holds whose expiry charges something expire one by one, in the order of their expiry: one can open the window that the
     * next is charged to. The sum of all others is subtracted, and of those that are too many.
     */
    private void expireHolds(AccountDraft account) {
        if (!account.canHoldExpired()) {
            return;
        }
        int most = chargesBySettle(account) ? Integer.MAX_VALUE : MOST_ONE_BY_ONE;
        AccountHolds expired = account.expired(most == Integer.MAX_VALUE ? most : most + 1);
        List<Hold> oneByOne = whole(expired.dues(), most);
        List<Usage> before = List.copyOf(account.rows());
        oneByOne.forEach(hold -> expire(account, hold, oneByOne));
        for (LimitEntry entry : account.state().limits()) {
            for (Usage row : before) {
                if (row.isOf(entry.limit()) && account.canHoldExpired(row)) {
                    expireRest(account, entry, row, expired, oneByOne);
                }
            }
        }
        account.tellEarliestExpiries(expired);
    }

    /** The span of a charge depends on the instant of its expiry then, so that a sum is not enough. */
    private static boolean chargesBySettle(AccountDraft account) {
        return account.state().limits().stream().anyMatch(entry -> entry.limit().chargeTime() == ChargeTime.SETTLE);
    }

    /** Returns the first of them. Holds of one reservation stay together, since one of them counts the request. */
    private static List<Hold> whole(List<Hold> due, int most) {
        if (due.size() <= most) {
            return due;
        }
        int end = most;
        while (end > 0 && due.get(end - 1).reservation().equals(due.get(most).reservation())) {
            end--;
        }
        return due.subList(0, end);
    }

    /** Subtracts the holds of a row that did not expire one by one. */
    private void expireRest(
            AccountDraft account, LimitEntry entry, Usage before, AccountHolds expired, List<Hold> oneByOne) {
        AccountHolds.Sum sum = expired.expired().get(account.expiring(before));
        long units = sum == null ? 0 : sum.units();
        long due = sum == null ? 0 : sum.due();
        for (Hold hold : oneByOne) {
            boolean counted = hold.meter().equals(before.meter())
                    && entry.counts(hold.reservedAt())
                    && before.span().contains(hold.reservedAt())
                    && before.counts(hold);
            units = counted && units != Usage.UNCOUNTABLE ? units - hold.units() : units;
            due = counted && due != Usage.UNCOUNTABLE ? due - hold.due() : due;
        }
        if (units == 0 && due == 0) {
            return;
        }
        Usage row = account.rowAt(entry, before.span().startInclusive());
        if (row == null) {
            return;
        }
        if (due == 0 || entry.limit().chargeTime() == ChargeTime.SETTLE) {
            account.put(row.minusHeld(units, now));
        } else {
            Hold last = expired.dues().get(expired.dues().size() - 1);
            addUsed(account, entry, row, due, units, last.reservation());
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

    /**
     * Counts a hold that has expired out of its account, and charges there what is due.
     *
     * @param among the account's holds that expire with it
     */
    void expire(AccountDraft account, Hold hold, List<Hold> among) {
        for (LimitEntry entry : account.state().limits()) {
            if (entry.limit().meter().equals(hold.meter()) && entry.counts(hold.reservedAt())) {
                expire(account, entry, hold);
            }
        }
        holds = plus(holds, hold.countedOut());
        if (hold.due() > 0) {
            journal(new JournalRow(
                    JournalKind.EXPIRE,
                    hold.reservation(),
                    hold.reservation(),
                    hold.account(),
                    hold.origin(),
                    hold.depth(),
                    hold.firstDue(among) ? 1 : 0,
                    hold.meter(),
                    hold.due(),
                    0,
                    hold.reservedAt(),
                    hold.expiresAt(),
                    now,
                    false,
                    null,
                    hold.tags()));
        }
    }

    private void expire(AccountDraft account, LimitEntry entry, Hold hold) {
        Usage row = account.rowAt(entry, hold.reservedAt());
        if (entry.limit().chargeTime() == ChargeTime.SETTLE) {
            takeHeld(account, entry, hold);
            if (hold.due() > 0) {
                Usage charged = account.rowAtExpiry(entry, hold.expiresAt());
                addUsed(account, entry, charged, hold.due(), 0, hold.reservation());
            }
        } else if (row != null && row.counts(hold)) {
            if (hold.due() > 0) {
                addUsed(account, entry, row, hold.due(), hold.units(), hold.reservation());
            } else {
                takeHeld(account, entry, hold);
            }
        }
    }

    /** Adds to what is held of a limit in the span of the reserve. */
    void addHeld(AccountDraft account, LimitEntry entry, long units, Instant reservedAt, Instant expiresAt) {
        Usage row = entry.counts(reservedAt) ? account.rowAt(entry, reservedAt) : null;
        if (row != null) {
            account.put(row.plusHeld(units, expiresAt, now));
        }
    }

    /** Takes a hold out of what is held of a limit. */
    void takeHeld(AccountDraft account, LimitEntry entry, Hold hold) {
        Usage row = entry.counts(hold.reservedAt()) ? account.rowAt(entry, hold.reservedAt()) : null;
        if (row != null && row.counts(hold)) {
            account.put(row.minusHeld(hold.units(), now));
        }
    }

    /**
     * Adds to what is used of a limit, in the span that it charges in; takes away if {@code units} are negative.
     *
     * @param operation the id of what is done
     */
    void addUsed(
            AccountDraft account,
            LimitEntry entry,
            long units,
            Instant reservedAt,
            Instant settledAt,
            RequestId operation) {
        if (entry.counts(reservedAt)) {
            boolean bySettle = entry.limit().chargeTime() == ChargeTime.SETTLE;
            addUsed(account, entry, account.rowAt(entry, bySettle ? settledAt : reservedAt), units, 0, operation);
        }
    }

    /** Takes a hold out of what is held of a limit and adds to what is used of it: one change where both are of one row. */
    void settle(AccountDraft account, LimitEntry entry, Hold hold, long units, Instant settledAt, RequestId operation) {
        if (entry.limit().chargeTime() == ChargeTime.SETTLE) {
            takeHeld(account, entry, hold);
            addUsed(account, entry, units, hold.reservedAt(), settledAt, operation);
        } else if (entry.counts(hold.reservedAt())) {
            Usage row = account.rowAt(entry, hold.reservedAt());
            boolean counted = row == null || row.counts(hold);
            addUsed(account, entry, row, counted ? units : units - hold.due(), counted ? hold.units() : 0, operation);
        }
    }

    private void addUsed(
            AccountDraft account,
            LimitEntry entry,
            @Nullable Usage row,
            long units,
            long released,
            RequestId operation) {
        if (row == null) {
            return;
        }
        if (row.counts(now)) {
            account.noteUsed(entry);
        }
        if (units == 0) {
            account.put(row.plusUsed(0, row.peak(), released, now));
            return;
        }
        AccountDraft.Totals before = account.totals(entry, row);
        long after = Usage.plus(before.used(), units);
        DebouncedAlerts debounced = before.debounced();
        if (debounced != null) {
            late(new LateAlerts(account, entry, row, Cause.CHARGE, operation.value()));
        }
        if (after > before.peak()) {
            QuotaLimit limit = entry.limit();
            Crossing crossing = new Crossing(
                    row, limit, limit.amount(), before.peak(), after, Cause.CHARGE, operation.value(), now);
            debounced = DebouncedAlerts.union(debounced, crossing.tell(debounced, account, this));
        }
        account.put(
                row.plusUsed(units, Math.max(row.peak(), after), released, now).withDebounced(debounced));
    }

    /**
     * Publishes the thresholds that a change of a limit's amount has crossed, as if used had grown. Arms all thresholds above
     * used, published or not.
     *
     * @param before the limit's amount before the change
     * @param operation what tells the change from every other of this limit
     */
    void limitChanged(AccountDraft account, LimitEntry entry, Amount before, String operation) {
        Usage row = account.rowAt(entry, now);
        if (row == null) {
            return;
        }
        AccountDraft.Totals totals = account.totals(entry, row);
        Crossing crossing = new Crossing(
                row, entry.limit(), before, totals.used(), totals.used(), Cause.LIMIT_CHANGED, operation, now);
        DebouncedAlerts debounced = crossing.tell(totals.debounced(), account, this);
        if (totals.debounced() != null) {
            late(new LateAlerts(account, entry, row, Cause.LIMIT_CHANGED, operation));
        }
        if (debounced != null) {
            account.put(row.withDebounced(DebouncedAlerts.union(row.debounced(), debounced)));
        }
        account.arm(entry.limit(), totals.used());
    }

    void keep(Hold hold) {
        holds = plus(holds, hold);
    }

    /** Returns whether this step has told of no refusal by the limit yet. */
    boolean isFirstRefusal(AccountId account, String limit) {
        return events.stream()
                .noneMatch(event -> event instanceof LedgerEvent.Refused refused
                        && refused.account().equals(account)
                        && refused.limit().equals(limit));
    }

    void tell(LedgerEvent event) {
        events = plus(events, event);
    }

    /** Returns the alert of a limit at a level that this step has published already, or {@code null}. */
    LedgerEvent.@Nullable Alert alert(AccountId account, String limit, AlertThreshold.Level level) {
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

    /** Has a span looked at when the whole step is known, unless it is to be already. */
    private void late(LateAlerts alerts) {
        if (late.stream().noneMatch(alerts::isOfSameSpan)) {
            late = plus(late, alerts);
        }
    }

    /**
     * Notes in the history what a person did to what the account has used that is charged.
     *
     * @param byHand who and why, or {@code null} where it was a request
     */
    void note(Change.Kind kind, @Nullable ByHand byHand, RequestId operation) {
        if (byHand != null) {
            AccountEntry entry = accounts().get(0).state().entry();
            Account defined = entry.deleted() ? null : entry.account();
            changes = plus(
                    changes,
                    new Change.OfAccount(
                            now,
                            byHand.actor(),
                            kind,
                            entry.id(),
                            entry.version(),
                            defined,
                            defined,
                            operation,
                            byHand.reason()));
        }
    }

    void journal(JournalRow row) {
        journal = plus(journal, row);
    }
}
