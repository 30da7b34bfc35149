package org.quotaledger.accounting;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.policy.QuotaLimit;

/** The events of limits that an edit has changed. */
final class LimitChanges {

    private final @Nullable AccountId account;
    private final @Nullable String policy;
    private final String version;
    private final Instant at;
    private final List<LedgerEvent> events = new ArrayList<>();

    private LimitChanges(@Nullable AccountId account, @Nullable String policy, String version, Instant at) {
        this.account = account;
        this.policy = policy;
        this.version = version;
        this.at = at;
    }

    /** Returns the events of a change of an account's limits in force. */
    static List<LedgerEvent> of(AccountEntry account, List<LimitEntry> before, List<LimitEntry> after, Instant at) {
        return new LimitChanges(account.id(), null, "version " + account.version(), at).between(before, after);
    }

    /** Returns the events of a change of a policy's limits. */
    static List<LedgerEvent> of(PolicyEntry before, PolicyEntry after, Instant at) {
        // A policy that was dropped and made again starts again at version 1, at another instant.
        String version = "version " + after.version() + " of " + after.changedAt();
        return new LimitChanges(null, after.name(), version, at).between(before.limits(), after.limits());
    }

    private List<LedgerEvent> between(List<LimitEntry> before, List<LimitEntry> after) {
        Set<String> names = new LinkedHashSet<>();
        before.forEach(entry -> names.add(entry.limit().name()));
        after.forEach(entry -> names.add(entry.limit().name()));
        for (String name : names) {
            QuotaLimit then = named(name, before);
            QuotaLimit now = named(name, after);
            if (Objects.equals(then, now)) {
                continue;
            }
            if (then != null && now != null && !then.meter().equals(now.meter())) {
                tell(name, then.amount(), null);
                tell(name, null, now.amount());
            } else {
                tell(name, then == null ? null : then.amount(), now == null ? null : now.amount());
            }
        }
        return events;
    }

    private static @Nullable QuotaLimit named(String name, List<LimitEntry> entries) {
        return entries.stream()
                .map(LimitEntry::limit)
                .filter(limit -> limit.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    private void tell(String limit, @Nullable Amount before, @Nullable Amount after) {
        String owner = account != null ? "account " + account : "policy " + policy;
        UUID id = LedgerEvent.id(
                LedgerEvent.Kind.LIMIT_CHANGED,
                owner,
                limit,
                version,
                before == null ? "added" : after == null ? "dropped" : "changed");
        events.add(new LedgerEvent.LimitChanged(id, account, policy, at, limit, before, after));
    }
}
