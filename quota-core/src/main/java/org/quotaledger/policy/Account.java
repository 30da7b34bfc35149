package org.quotaledger.policy;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.account.OpaqueText;

/**
 * What is defined about an account: its parent, its policy, the limits of its own, and whether and how long it may
 * reserve.
 *
 * <p>A charge to it is charged to its parent too, and to the parent's parent. A limit of its own replaces the policy's
 * limit of the same name, or adds one. Build one with {@link #builder}. Immutable and thread-safe.
 */
public final class Account {

    /** The most accounts from an account up to its topmost parent, itself included. */
    public static final int MAX_CHAIN = 8;

    private final AccountId id;
    private final @Nullable AccountId parent;
    private final @Nullable String policy;
    private final List<QuotaLimit> overrides;
    private final boolean disabled;
    private final @Nullable Instant expiresAt;

    private Account(Builder builder) {
        id = Objects.requireNonNull(builder.id, "id");
        parent = builder.parent;
        policy = builder.policy;
        overrides = QuotaPolicy.checkLimits("account " + id, builder.overrides);
        disabled = builder.disabled;
        expiresAt = builder.expiresAt;
        if (id.equals(parent)) {
            throw new IllegalArgumentException("parent of account " + id + " is the account itself");
        }
        if (policy != null) {
            OpaqueText.check("policy of account " + id, policy, QuotaPolicy.MAX_NAME);
        }
        if (expiresAt != null && (expiresAt.isBefore(EARLIEST_EXPIRY) || expiresAt.isAfter(LATEST_EXPIRY))) {
            throw new IllegalArgumentException("expiry of account " + id + " is " + expiresAt + ": expected "
                    + EARLIEST_EXPIRY + " to " + LATEST_EXPIRY);
        }
    }

    private static final Instant EARLIEST_EXPIRY = Instant.EPOCH;
    private static final Instant LATEST_EXPIRY = Instant.parse("9999-12-31T23:59:59.999999Z");

    /** Returns a builder of an enabled account without parent, policy, limits of its own or expiry. */
    public static Builder builder(AccountId id) {
        return new Builder(id);
    }

    /** Returns a builder of an enabled account without parent, policy, limits of its own or expiry. */
    public static Builder builder(String id) {
        return new Builder(AccountId.of(id));
    }

    /** Returns a builder that starts from what this account is. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Returns its id. */
    public AccountId id() {
        return id;
    }

    /** Returns the account that is charged with it, or empty. */
    public Optional<AccountId> parent() {
        return Optional.ofNullable(parent);
    }

    /** Returns the name of its policy, or empty: then only its own limits count. */
    public Optional<String> policy() {
        return Optional.ofNullable(policy);
    }

    /** Returns the limits of its own, each in the place of the policy's limit of the same name, or beside them. */
    public List<QuotaLimit> overrides() {
        return overrides;
    }

    /** Returns whether a person switched it off. */
    public boolean disabled() {
        return disabled;
    }

    /** Returns the last instant at which it may reserve, or empty. */
    public Optional<Instant> expiresAt() {
        return Optional.ofNullable(expiresAt);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Account that
                && id.equals(that.id)
                && Objects.equals(parent, that.parent)
                && Objects.equals(policy, that.policy)
                && overrides.equals(that.overrides)
                && disabled == that.disabled
                && Objects.equals(expiresAt, that.expiresAt);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, parent, policy, overrides, disabled, expiresAt);
    }

    @Override
    public String toString() {
        return "Account[" + id + ", parent=" + parent + ", policy=" + policy + ", overrides=" + overrides
                + ", disabled=" + disabled + ", expiresAt=" + expiresAt + "]";
    }

    /** Builds an account. Not thread-safe. */
    public static final class Builder {
        private final AccountId id;
        private @Nullable AccountId parent;
        private @Nullable String policy;
        private final List<QuotaLimit> overrides = new ArrayList<>();
        private boolean disabled;
        private @Nullable Instant expiresAt;

        private Builder(AccountId id) {
            this.id = id;
        }

        private Builder(Account account) {
            id = account.id;
            parent = account.parent;
            policy = account.policy;
            overrides.addAll(account.overrides);
            disabled = account.disabled;
            expiresAt = account.expiresAt;
        }

        /** The account that is charged with it; {@code null} (default) for none. */
        public Builder parent(@Nullable AccountId value) {
            parent = value;
            return this;
        }

        /** The account that is charged with it. */
        public Builder parent(String value) {
            return parent(AccountId.of(value));
        }

        /** The name of its policy; {@code null} (default) for none. */
        public Builder policy(@Nullable String value) {
            policy = value;
            return this;
        }

        /** Adds a limit of its own, in the place of its own or the policy's limit of the same name. */
        public Builder override(QuotaLimit limit) {
            overrides.removeIf(other -> other.name().equals(limit.name()));
            overrides.add(limit);
            return this;
        }

        /** Takes a limit of its own away, so that the policy's limit of that name, if any, counts again. */
        public Builder withoutOverride(String limit) {
            overrides.removeIf(other -> other.name().equals(limit));
            return this;
        }

        /** Its own limits, in the place of all it had. */
        public Builder overrides(List<QuotaLimit> limits) {
            overrides.clear();
            overrides.addAll(limits);
            return this;
        }

        /** Whether it is switched off; default {@code false}. */
        public Builder disabled(boolean value) {
            disabled = value;
            return this;
        }

        /**
         * The last instant at which it may reserve, kept to the microsecond (what is finer is cut off); {@code null}
         * (default) for no end.
         */
        public Builder expiresAt(@Nullable Instant value) {
            expiresAt = value == null ? null : value.truncatedTo(ChronoUnit.MICROS);
            return this;
        }

        /**
         * Returns the account.
         *
         * @throws IllegalArgumentException if it is its own parent, the policy's name or the expiry is not as allowed,
         *     there are too many limits or a limit's name stands twice
         */
        public Account build() {
            return new Account(this);
        }
    }
}
