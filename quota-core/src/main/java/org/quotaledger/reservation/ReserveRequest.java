package org.quotaledger.reservation;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Charge;

/**
 * What is asked of a reserve. Build one with {@link #builder} or {@link #unbilled}. Immutable and thread-safe.
 *
 * <p>Asking twice with the same id and the same values is one reserve; with any other value it is a conflict.
 */
public final class ReserveRequest {

    /** The shortest time to live. */
    public static final Duration MIN_TIME_TO_LIVE = Duration.ofMillis(1);

    private final @Nullable RequestId id;
    private final AccountId account;
    private final Charge charge;
    private final ReserveMode mode;
    private final @Nullable Duration timeToLive;
    private final Tags tags;
    private final @Nullable UnbilledReason unbilled;
    private final boolean firstAttempt;

    private ReserveRequest(Builder builder) {
        id = builder.id;
        account = Objects.requireNonNull(builder.account, "account");
        charge = Objects.requireNonNull(builder.charge, "charge");
        mode = Objects.requireNonNull(builder.mode, "mode");
        timeToLive = builder.timeToLive;
        tags = builder.tags;
        unbilled = builder.unbilled;
        firstAttempt = id == null || builder.firstAttempt;
        if (unbilled == null && charge.isNone()) {
            throw new IllegalArgumentException("charge to reserve names no meter: expected one or more");
        }
        if (timeToLive != null) {
            checkTimeToLive(timeToLive);
        }
    }

    /**
     * Checks a time to live.
     *
     * @throws IllegalArgumentException if it is shorter than {@link #MIN_TIME_TO_LIVE} or finer than a microsecond
     */
    public static Duration checkTimeToLive(Duration timeToLive) {
        if (timeToLive.compareTo(MIN_TIME_TO_LIVE) < 0 || timeToLive.getNano() % 1000 != 0) {
            throw new IllegalArgumentException("time to live is " + timeToLive + ": expected at least "
                    + MIN_TIME_TO_LIVE + ", in whole microseconds");
        }
        return timeToLive;
    }

    /** Returns a builder: all or nothing, the ledger's time to live, no tags, an id made up by the ledger. */
    public static Builder builder(AccountId account, Charge charge) {
        return new Builder(account, charge, null);
    }

    /**
     * Returns a builder of a request that is not billed: it passes whatever the state of the quota, holds and charges
     * nothing, and is journaled with its reason. A disabled or expired account is refused all the same.
     */
    public static Builder unbilled(AccountId account, UnbilledReason reason) {
        return unbilled(account, reason, Charge.NONE);
    }

    /**
     * Returns a builder of a request that is not billed and still counts something, such as one request. Only the limits on
     * those meters apply to it. It holds that charge, and is settled or released like any other; every settle of it is
     * journaled with its reason.
     *
     * @param counted the amounts that count; {@link Charge#NONE} for a request that counts nothing
     */
    public static Builder unbilled(AccountId account, UnbilledReason reason, Charge counted) {
        return new Builder(account, counted, Objects.requireNonNull(reason, "reason"));
    }

    /** Returns its id, or empty: then the ledger makes one up. */
    public Optional<RequestId> id() {
        return Optional.ofNullable(id);
    }

    /** Returns the account. */
    public AccountId account() {
        return account;
    }

    /** Returns what is asked for; {@link Charge#NONE} if it is unbilled and counts nothing. */
    public Charge charge() {
        return charge;
    }

    /** Returns how it meets the limits. */
    public ReserveMode mode() {
        return mode;
    }

    /** Returns how long the hold may live, or empty: the ledger's time to live. */
    public Optional<Duration> timeToLive() {
        return Optional.ofNullable(timeToLive);
    }

    /** Returns its tags. */
    public Tags tags() {
        return tags;
    }

    /** Returns why it is not billed, or empty. */
    public Optional<UnbilledReason> unbilled() {
        return Optional.ofNullable(unbilled);
    }

    /** Returns whether nobody has asked with its id before: it says so, or the ledger makes the id up. */
    public boolean firstAttempt() {
        return firstAttempt;
    }

    /** Builds a request. Not thread-safe. */
    public static final class Builder {
        private final AccountId account;
        private final Charge charge;
        private final @Nullable UnbilledReason unbilled;
        private @Nullable RequestId id;
        private ReserveMode mode = ReserveMode.ALL_OR_NOTHING;
        private @Nullable Duration timeToLive;
        private Tags tags = Tags.NONE;
        private boolean firstAttempt;

        private Builder(AccountId account, Charge charge, @Nullable UnbilledReason unbilled) {
            this.account = account;
            this.charge = charge;
            this.unbilled = unbilled;
        }

        /** Its id; by default the ledger makes up one that no other has, and a retry is then another request. */
        public Builder id(RequestId value) {
            id = value;
            return this;
        }

        /** Its id; by default the ledger makes up one that no other has, and a retry is then another request. */
        public Builder id(String value) {
            return id(RequestId.of(value));
        }

        /**
         * Says that nobody has asked with its {@link #id} before. Then a caching store may refuse it from memory. Never say
         * so of a retry: it may have been granted, and has to be answered that again. Default: only an id that the ledger
         * makes up is known to be new.
         */
        public Builder firstAttempt() {
            firstAttempt = true;
            return this;
        }

        /** How it meets the limits; default {@link ReserveMode#ALL_OR_NOTHING}. */
        public Builder mode(ReserveMode value) {
            mode = value;
            return this;
        }

        /** How long the hold may live, at most the ledger's maximum; by default the ledger's time to live. */
        public Builder timeToLive(Duration value) {
            timeToLive = value;
            return this;
        }

        /** Adds a tag, such as the model; default none. */
        public Builder tag(String key, String value) {
            tags = tags.with(key, value);
            return this;
        }

        /** Its tags, in the place of all it had; default none. */
        public Builder tags(Tags value) {
            tags = value;
            return this;
        }

        /**
         * Returns the request.
         *
         * @throws IllegalArgumentException if the charge names no meter or the time to live is not as allowed
         */
        public ReserveRequest build() {
            return new ReserveRequest(this);
        }
    }
}
