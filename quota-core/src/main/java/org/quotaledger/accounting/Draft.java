package org.quotaledger.accounting;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.alert.Alert;
import org.quotaledger.alert.AlertThreshold;
import org.quotaledger.amount.Amount;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.ChargeTime;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.ReservationState;

/**
 * A step while it is being decided: the rows it changes and what it journals. What goes in and what comes out is
 * immutable; the draft itself is confined to the one call.
 */
final class Draft {

    private final Instant now;
    private final List<AccountDraft> accounts;
    private final Set<AccountId> holdsNeeded = new HashSet<>();
    private final List<Step.Recount> recounts = new ArrayList<>();
    private final List<Hold> holds = new ArrayList<>();
    private final List<JournalRow> journal = new ArrayList<>();
    private final List<Alert> alerts = new ArrayList<>();
    private final Set<AccountId> overflowsNeeded = new HashSet<>(0);

    Draft(LedgerState state, Instant now) {
        this(state.chain(), now);
    }

    /** A draft of what is charged to these accounts. */
    Draft(List<AccountState> chain, Instant now) {
        this.now = now;
        this.accounts = new ArrayList<>(chain.size());
        for (AccountState account : chain) {
            accounts.add(new AccountDraft(account, now, holdsNeeded, recounts));
        }
    }

    List<AccountDraft> accounts() {
        return accounts;
    }

    Instant now() {
        return now;
    }

    /** Returns whether something has to be looked up: then nothing that was drafted counts. */
    boolean lacksSomething() {
        return !holdsNeeded.isEmpty() || !recounts.isEmpty() || !overflowsNeeded.isEmpty();
    }

    void needOverflow(AccountId to) {
        overflowsNeeded.add(to);
    }

    <A> Step<A> needs() {
        return new Step.Needs<>(holdsNeeded, recounts, overflowsNeeded);
    }

    /** Returns the step with everything drafted, or what it needs. */
    <A> Step<A> step(A answer, @Nullable ReservationState reservation, boolean dropsHolds) {
        return step(answer, reservation, dropsHolds, null);
    }

    /** Returns the step with everything drafted, or what it needs. */
    <A> Step<A> step(
            A answer, @Nullable ReservationState reservation, boolean dropsHolds, @Nullable RefundState refund) {
        List<AccountEntry> changedAccounts = lacksSomething() ? List.of() : changedAccounts();
        return lacksSomething()
                ? needs()
                : new Step.Done<>(
                        answer,
                        changedRows(),
                        reservation,
                        holds,
                        dropsHolds,
                        refund,
                        journal,
                        alerts,
                        changedAccounts);
    }

    private List<AccountEntry> changedAccounts() {
        List<AccountEntry> changed = new ArrayList<>(0);
        for (AccountDraft account : accounts) {
            AccountEntry entry = account.changedEntry();
            if (entry != null) {
                changed.add(entry);
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

    /**
     * Counts out every hold that has expired, so that nothing of what follows counts a dead one. A row tells by its
     * earliest expiry whether there can be one.
     */
    void expireHolds() {
        for (AccountDraft account : accounts) {
            if (!canHoldExpired(account)) {
                continue;
            }
            List<Hold> live = account.holds();
            if (lacksSomething()) {
                continue;
            }
            for (Hold hold : live) {
                if (!now.isBefore(hold.expiresAt())) {
                    expire(account, hold);
                }
            }
            for (Usage row : List.copyOf(account.rows())) {
                if (canHoldExpired(row)) {
                    account.put(row.withEarliestExpiry(earliestExpiry(row, live)));
                }
            }
        }
    }

    private boolean canHoldExpired(AccountDraft account) {
        for (int i = 0; i < account.rows().size(); i++) {
            Usage row = account.rows().get(i);
            if (canHoldExpired(row) && account.inForce(row)) {
                return true;
            }
        }
        return false;
    }

    private boolean canHoldExpired(Usage row) {
        Instant earliest = row.earliestExpiry();
        return earliest != null && !now.isBefore(earliest);
    }

    private @Nullable Instant earliestExpiry(Usage row, List<Hold> live) {
        return live.stream()
                .filter(hold -> now.isBefore(hold.expiresAt())
                        && hold.meter().equals(row.meter())
                        && row.span().contains(hold.reservedAt()))
                .map(Hold::expiresAt)
                .min(Instant::compareTo)
                .orElse(null);
    }

    /** Counts a hold that has expired out of its account, and charges there what is due. */
    void expire(AccountDraft account, Hold hold) {
        for (LimitEntry entry : account.state().limits()) {
            if (entry.limit().meter().equals(hold.meter())) {
                addHeld(account, entry, -hold.units(), hold.reservedAt(), hold.expiresAt());
                if (hold.due() > 0) {
                    addUsed(account, entry, hold.due(), hold.reservedAt(), hold.expiresAt());
                }
            }
        }
        holds.add(hold.countedOut());
        if (hold.due() > 0) {
            journal(new JournalRow(
                    JournalKind.EXPIRE,
                    hold.reservation(),
                    hold.reservation(),
                    hold.account(),
                    hold.origin(),
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

    /** Adds to what is held of a limit in the span of the reserve; takes away if {@code units} are negative. */
    void addHeld(AccountDraft account, LimitEntry entry, long units, Instant reservedAt, Instant expiresAt) {
        Usage row = entry.counts(reservedAt) ? account.rowAt(entry, reservedAt) : null;
        if (row != null) {
            account.put(units < 0 ? row.minusHeld(-units, now) : row.plusHeld(units, expiresAt, now));
        }
    }

    /** Adds to what is used of a limit, in the span that it charges in; takes away if {@code units} are negative. */
    void addUsed(AccountDraft account, LimitEntry entry, long units, Instant reservedAt, Instant settledAt) {
        if (!entry.counts(reservedAt)) {
            return;
        }
        QuotaLimit limit = entry.limit();
        Usage row = account.rowAt(entry, limit.chargeTime() == ChargeTime.SETTLE ? settledAt : reservedAt);
        if (row == null) {
            return;
        }
        if (row.counts(now)) {
            account.noteUsed(entry);
        }
        AccountDraft.Totals before = account.totals(entry, row);
        long after = Math.addExact(before.used(), units);
        account.put(row.plusUsed(units, Math.max(row.peak(), after), now));
        alert(account, limit, row, before.peak(), after);
    }

    /** A threshold is crossed once in a span: what was used before and given back crosses nothing again. */
    private void alert(AccountDraft account, QuotaLimit limit, Usage row, long peak, long used) {
        if (used <= peak) {
            return;
        }
        for (AlertThreshold threshold : limit.thresholds()) {
            long level = threshold.level().units(limit.amount());
            if (peak < level && level <= used) {
                alert(account, limit, row, threshold, used);
            }
        }
    }

    /** Alerts of the thresholds that a lower amount has put at or below what is used, unless they were told before. */
    void alertLowered(AccountDraft account, LimitEntry before, LimitEntry entry) {
        QuotaLimit limit = entry.limit();
        Usage row = account.rowAt(entry, now);
        if (row == null
                || !limit.countsLike(before.limit())
                || limit.amount().compareTo(before.limit().amount()) >= 0) {
            return;
        }
        AccountDraft.Totals totals = account.totals(entry, null);
        for (AlertThreshold threshold : limit.thresholds()) {
            boolean untold = before.limit().thresholds().stream()
                    .anyMatch(old -> old.level().equals(threshold.level())
                            && totals.peak() < old.level().units(before.limit().amount()));
            if (untold && threshold.level().units(limit.amount()) <= totals.used()) {
                alert(account, limit, row, threshold, totals.used());
            }
        }
    }

    private void alert(AccountDraft account, QuotaLimit limit, Usage row, AlertThreshold threshold, long used) {
        alerts.add(new Alert(
                account.state().id(),
                limit.name(),
                row.span(),
                threshold,
                Amount.ofUnits(used, limit.meter()),
                limit.amount(),
                now));
    }

    void keep(Hold hold) {
        holds.add(hold);
    }

    void journal(JournalRow row) {
        journal.add(row);
    }
}
