package org.quotaledger.testkit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.RefusalCode;

/** An account of the naive ledger, as it is now. */
final class NaiveAccount {

    final String id;

    @Nullable
    NaiveAccount parent;

    List<QuotaLimit> limits = List.of();

    /** When its limits last came to count otherwise: its time is no earlier. */
    Instant limitsSince;

    boolean disabled;

    @Nullable
    Instant suspendedUntil;

    @Nullable
    Instant expiresAt;

    NaiveAccount(String id, @Nullable NaiveAccount parent, Instant createdAt) {
        this.id = id;
        this.parent = parent;
        this.limitsSince = createdAt;
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
        if (suspendedUntil != null && now.isBefore(suspendedUntil)) {
            return RefusalCode.ACCOUNT_SUSPENDED;
        }
        return expiresAt != null && now.isAfter(expiresAt) ? RefusalCode.ACCOUNT_EXPIRED : null;
    }
}
