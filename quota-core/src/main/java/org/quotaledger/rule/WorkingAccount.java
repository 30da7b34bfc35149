package org.quotaledger.rule;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.policy.AccountEntry;

/** One account of a step: its definition, its limits and the earliest expiry of its holds. Mutable; confined to one step. */
public final class WorkingAccount {

    private final AccountEntry entry;
    private final WorkingLimit[] limits;
    private @Nullable Instant earliestExpiry;

    /** Creates an account without holds. */
    public WorkingAccount(AccountEntry entry, List<WorkingLimit> limits) {
        this.entry = Objects.requireNonNull(entry, "entry");
        this.limits = limits.toArray(WorkingLimit[]::new);
    }

    /** Returns the account's id. */
    public AccountId id() {
        return entry.id();
    }

    /** Returns the limits in force. */
    public List<WorkingLimit> limits() {
        return List.of(limits);
    }

    AccountEntry entry() {
        return entry;
    }

    int limitCount() {
        return limits.length;
    }

    WorkingLimit limit(int index) {
        return limits[index];
    }

    /** Sets the instant at which the first live hold expires; {@code null} if there is none. */
    public void setEarliestExpiry(@Nullable Instant expiresAt) {
        earliestExpiry = expiresAt;
    }

    boolean hasExpiredHolds(Instant now) {
        Instant earliest = earliestExpiry;
        return earliest != null && !now.isBefore(earliest);
    }
}
