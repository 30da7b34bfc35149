package org.quotaledger.testkit;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.policy.QuotaLimit;

/**
 * What people define in the naive ledger: accounts, one policy that some of them have, and what they do by hand. Nothing of
 * what is used is touched by that: it is recomputed at every question by the limits as they are then.
 */
final class NaiveDefinitions {

    private record TopUp(String account, String limit, long units) {}

    private final NaiveSuspending suspending;
    private final Map<String, NaiveAccount> accounts = new LinkedHashMap<>();
    private final Map<String, TopUp> topUps = new HashMap<>();
    private List<QuotaLimit> policy = List.of();

    NaiveDefinitions(NaiveSuspending suspending) {
        this.suspending = suspending;
    }

    Collection<NaiveAccount> accounts() {
        return accounts.values();
    }

    NaiveAccount account(String id) {
        return Objects.requireNonNull(accounts.get(id), id);
    }

    void create(String id, @Nullable String parent, boolean hasPolicy, List<QuotaLimit> limits, Instant now) {
        accounts.put(id, new NaiveAccount(id, parent == null ? null : account(parent), hasPolicy));
        changeLimits(id, limits, now);
    }

    void changeLimits(String id, List<QuotaLimit> own, Instant now) {
        account(id).own = List.copyOf(own);
        putInForce(account(id), now);
    }

    void changePolicy(List<QuotaLimit> limits, Instant now) {
        policy = limits;
        accounts.values().forEach(account -> putInForce(account, now));
    }

    private void putInForce(NaiveAccount account, Instant now) {
        List<QuotaLimit> before = account.limits;
        account.limits = inForce(account);
        if (!account.limits.equals(before)) {
            suspending.changed(account, before, List.of(), now);
        }
    }

    private List<QuotaLimit> inForce(NaiveAccount account) {
        Map<String, QuotaLimit> byName = new LinkedHashMap<>();
        if (account.hasPolicy) {
            policy.forEach(limit -> byName.put(limit.name(), limit));
        }
        account.own.forEach(limit -> byName.put(limit.name(), limit));
        return List.copyOf(byName.values());
    }

    /** Gives a limit of the policy another amount. */
    void setPolicyAmount(QuotaLimit limit, long units, Instant now) {
        List<QuotaLimit> changed = policy.stream()
                .map(other -> other.equals(limit) ? LedgerEdits.withUnits(limit, units) : other)
                .toList();
        changePolicy(changed, now);
    }

    List<QuotaLimit> policy() {
        return policy;
    }

    /** Gives a limit in force another amount: it is one of the account's own by that. */
    void setAmount(String id, QuotaLimit limit, long units, Instant now) {
        List<QuotaLimit> own = new ArrayList<>(account(id).own);
        if (limit.amount().units() == units && own.contains(limit)) {
            return;
        }
        own.removeIf(other -> other.name().equals(limit.name()));
        own.add(LedgerEdits.withUnits(limit, units));
        changeLimits(id, own, now);
    }

    /** Returns whether it was done, now or before; if not, the id was used for another. */
    boolean topUp(String operation, String id, QuotaLimit limit, long units, Instant now) {
        TopUp asked = new TopUp(id, limit.name(), units);
        TopUp before = topUps.putIfAbsent(operation, asked);
        if (before == null) {
            setAmount(id, limit, Math.addExact(limit.amount().units(), units), now);
        }
        return before == null || before.equals(asked);
    }

    /** What was reserved until now counts no more. */
    void reset(String id, List<QuotaLimit> limits, Instant now) {
        NaiveAccount account = account(id);
        List<String> names = limits.stream().map(QuotaLimit::name).toList();
        Instant since = now.plus(1, ChronoUnit.MICROS);
        names.forEach(name -> account.resets.put(name, since));
        suspending.changed(account, account.limits, names, since);
    }

    void changeParent(String id, String parent) {
        account(id).parent = account(parent);
    }

    void disable(String id, boolean disabled) {
        account(id).disabled = disabled;
    }

    void suspend(String id, Instant until) {
        account(id).suspension = new NaiveSuspending.Suspension(until.truncatedTo(ChronoUnit.MICROS), null);
    }

    void resume(String id) {
        account(id).suspension = null;
    }

    void expireAt(String id, @Nullable Instant expiresAt) {
        account(id).expiresAt = expiresAt == null ? null : expiresAt.truncatedTo(ChronoUnit.MICROS);
    }
}
