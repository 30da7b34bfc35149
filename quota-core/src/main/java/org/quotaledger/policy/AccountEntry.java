package org.quotaledger.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.account.AccountStatus;

/**
 * An account as the ledger keeps it. A deleted one is kept too: its id, its journal and its usage live on. Immutable and
 * thread-safe.
 *
 * @param account what is defined
 * @param version 1 when it is created, one more with every change
 * @param createdAt when its id was first created; creating a deleted id again keeps it
 * @param deletedAt when it was deleted, or {@code null}
 * @param suspension why it waits, or {@code null}; one that has ended may still stand here
 * @param policySince since when its policy is its policy
 * @param overrides the limits of its own, each with its since
 * @param resets when limits were last reset, by name; of limits that are no longer in force too, so that taking one away
 *     and putting it back brings nothing back that was cleared
 */
public record AccountEntry(
        Account account,
        long version,
        Instant createdAt,
        @Nullable Instant deletedAt,
        @Nullable Suspension suspension,
        Instant policySince,
        List<LimitEntry> overrides,
        Map<String, Instant> resets) {

    /** @throws IllegalArgumentException if the version is below 1 or the overrides are not the account's */
    public AccountEntry {
        Objects.requireNonNull(account, "account");
        Objects.requireNonNull(createdAt, "createdAt");
        Objects.requireNonNull(policySince, "policySince");
        overrides = List.copyOf(overrides);
        resets = Map.copyOf(resets);
        if (version < 1) {
            throw new IllegalArgumentException("version of account " + account.id() + " is " + version);
        }
        if (!overrides.stream().map(LimitEntry::limit).toList().equals(account.overrides())) {
            throw new IllegalArgumentException("overrides of account " + account.id() + " are not those defined");
        }
    }

    /** Returns the account's id. */
    public AccountId id() {
        return account.id();
    }

    /** Returns whether it was deleted. */
    public boolean deleted() {
        return deletedAt != null;
    }

    /** Returns its next version, suspended so or not at all. */
    public AccountEntry suspended(@Nullable Suspension changed) {
        return new AccountEntry(account, version + 1, createdAt, deletedAt, changed, policySince, overrides, resets);
    }

    /** Returns the suspension that lasts at {@code now}, or {@code null}. */
    public @Nullable Suspension suspensionAt(Instant now) {
        return suspension != null && suspension.lasts(now) ? suspension : null;
    }

    /** Returns what it may do at {@code now}. A deletion hides a disabling, that a suspension, and that an expiry. */
    public AccountStatus statusAt(Instant now) {
        AccountStatus otherwise = statusUnlessSuspended(now);
        boolean hidden = otherwise == AccountStatus.DELETED || otherwise == AccountStatus.DISABLED;
        return !hidden && suspensionAt(now) != null ? AccountStatus.SUSPENDED : otherwise;
    }

    /** Returns what it may do at {@code now} where a suspension does not matter. */
    public AccountStatus statusUnlessSuspended(Instant now) {
        if (deletedAt != null) {
            return AccountStatus.DELETED;
        }
        if (account.disabled()) {
            return AccountStatus.DISABLED;
        }
        Optional<Instant> expiresAt = account.expiresAt();
        return expiresAt.isPresent() && now.isAfter(expiresAt.get()) ? AccountStatus.EXPIRED : AccountStatus.ACTIVE;
    }

    /**
     * Returns the limits in force: those of the policy, with the account's own in the place of theirs or after them.
     *
     * @param policy the account's policy, or {@code null} if it has none
     */
    public List<LimitEntry> limits(@Nullable PolicyEntry policy) {
        List<LimitEntry> limits = new ArrayList<>();
        if (policy != null) {
            for (LimitEntry shared : policy.limits()) {
                limits.add(shared.noEarlierThan(policySince));
            }
        }
        for (LimitEntry own : overrides) {
            int at = indexOf(limits, own.limit().name());
            if (at < 0) {
                limits.add(own);
            } else {
                LimitEntry shared = limits.get(at);
                // Another amount of the same limit goes on counting what was counted.
                limits.set(
                        at, own.limit().countsLike(shared.limit()) ? new LimitEntry(own.limit(), shared.since()) : own);
            }
        }
        limits.replaceAll(entry -> entry.withResetAt(resets.get(entry.limit().name())));
        return List.copyOf(limits);
    }

    private static int indexOf(List<LimitEntry> limits, String name) {
        for (int i = 0; i < limits.size(); i++) {
            if (limits.get(i).limit().name().equals(name)) {
                return i;
            }
        }
        return -1;
    }
}
