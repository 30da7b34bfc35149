package org.quotaledger.accounting;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.history.Change;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.reservation.RequestId;

/** Definitions as values, and facts that have nothing else but recounts. */
class GivenDefinitions implements Definitions, Facts {

    final Map<AccountId, AccountEntry> accounts = new HashMap<>();
    final Map<String, PolicyEntry> policies = new HashMap<>();
    final Set<String> used = new HashSet<>();
    final Set<AccountId> overflowTargets = new HashSet<>();
    final Map<RequestId, Change.OfAccount> changes = new HashMap<>();
    int levelsBelow;

    @Nullable
    Instant latestUse;

    /** The used units of every recounted counter. */
    long recounted;

    @Override
    public Definitions definitions() {
        return this;
    }

    @Override
    public List<AccountLimits> chain(AccountId nearest) {
        List<AccountLimits> chain = new ArrayList<>();
        for (AccountEntry entry = accounts.get(nearest);
                entry != null;
                entry = entry.account().parent().map(accounts::get).orElse(null)) {
            chain.add(new AccountLimits(
                    entry, entry.account().policy().map(policies::get).orElse(null)));
        }
        return chain;
    }

    @Override
    public int levelsBelow(AccountId account) {
        return levelsBelow;
    }

    @Override
    public @Nullable PolicyEntry policy(String name) {
        return policies.get(name);
    }

    @Override
    public boolean hasAccounts(String policy) {
        return used.contains(policy);
    }

    @Override
    public boolean isAboveAccounts(AccountId top, String policy) {
        return used.contains(policy);
    }

    @Override
    public Set<AccountId> overflowTargets() {
        return overflowTargets;
    }

    @Override
    public @Nullable Instant latestUse() {
        return latestUse;
    }

    @Override
    public Change.@Nullable OfAccount change(RequestId operation) {
        return changes.get(operation);
    }

    @Override
    public AccountHolds holds(HoldsOf asked) {
        throw new AssertionError("no hold is asked for: " + asked);
    }

    @Override
    public Counter recount(Recount asked) {
        return asked.counter(BigInteger.valueOf(recounted), BigInteger.ZERO, null);
    }

    @Override
    public Map<String, Instant> alerts(AlertsOf asked) {
        return Map.of();
    }

    @Override
    public List<WorkingAccount> overflow(AccountId to) {
        throw new AssertionError("nothing overflows to " + to);
    }
}
