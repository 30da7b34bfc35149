package org.quotaledger.testkit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.RefusalCode;

/** An account of the naive ledger, as it is now. */
final class NaiveAccount {

    final String id;

    @Nullable
    NaiveAccount parent;

    final boolean hasPolicy;

    /** Its own, and those in force: the policy's with its own in their place or after them. */
    List<QuotaLimit> own = List.of();

    List<QuotaLimit> limits = List.of();

    /** Since when what is reserved counts for a limit, by its name. */
    final Map<String, Instant> resets = new HashMap<>();

    boolean disabled;

    NaiveSuspending.@Nullable Suspension suspension;

    @Nullable
    Instant expiresAt;

    NaiveAccount(String id, @Nullable NaiveAccount parent, boolean hasPolicy) {
        this.id = id;
        this.parent = parent;
        this.hasPolicy = hasPolicy;
    }

    NaiveSuspending.@Nullable Suspension suspension(Instant now) {
        return suspension != null && suspension.lasts(now) ? suspension : null;
    }

    boolean counts(QuotaLimit limit, Instant reservedAt) {
        Instant reset = resets.get(limit.name());
        return reset == null || !reservedAt.isBefore(reset);
    }

    /** Returns the account and its parents, nearest first. */
    List<NaiveAccount> chain() {
        List<NaiveAccount> chain = new ArrayList<>();
        for (NaiveAccount next = this; next != null; next = next.parent) {
            chain.add(next);
        }
        return chain;
    }

    /** Returns what a reserve is refused for because of the account itself, or {@code null}. */
    @Nullable
    RefusalCode refusal(Instant now) {
        if (disabled) {
            return RefusalCode.ACCOUNT_DISABLED;
        }
        if (suspension(now) != null) {
            return RefusalCode.ACCOUNT_SUSPENDED;
        }
        return expired(now) ? RefusalCode.ACCOUNT_EXPIRED : null;
    }

    boolean expired(Instant now) {
        return expiresAt != null && now.isAfter(expiresAt);
    }
}
