package org.quotaledger.reservation;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.window.WindowSpan;

/**
 * One limit that had no room, or that has suspended its account. For logs and administrators; a client is not shown
 * amounts. Immutable and thread-safe.
 *
 * @param account whose limit it is: the account asked for or one of its parents
 * @param limit the limit
 * @param code {@link RefusalCode#QUOTA_EXHAUSTED}, {@link RefusalCode#QUOTA_INSUFFICIENT} or
 *     {@link RefusalCode#QUOTA_NEVER_FITS}; {@link RefusalCode#ACCOUNT_SUSPENDED} if it has suspended its account
 * @param requested what was asked of it; nothing if a limit on another meter has suspended the account
 * @param used what is used of it
 * @param held what live holds set aside of it
 * @param span the span it was looked at in; a rolling limit's newest bucket; of one that has suspended its account, the
 *     span in which it did
 * @param retryAt the earliest instant at which it would have room, or its suspension would end, if nothing else happened;
 *     {@code null} where only a person can help
 */
public record LimitRefusal(
        AccountId account,
        QuotaLimit limit,
        RefusalCode code,
        Amount requested,
        Amount used,
        Amount held,
        WindowSpan span,
        @Nullable Instant retryAt) {

    /** All but {@code retryAt} are required. */
    public LimitRefusal {
        Objects.requireNonNull(account, "account");
        Objects.requireNonNull(limit, "limit");
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(requested, "requested");
        Objects.requireNonNull(used, "used");
        Objects.requireNonNull(held, "held");
        Objects.requireNonNull(span, "span");
    }

    /**
     * Returns whether use and holds can be counted: {@code false} where one is as much as a {@code long} holds or more, and
     * is given as {@link Long#MAX_VALUE} units.
     */
    public boolean countable() {
        return used.units() != Long.MAX_VALUE && held.units() != Long.MAX_VALUE;
    }

    /** Returns the earliest instant at which it would have room, or empty where only a person can help. */
    public Optional<Instant> retry() {
        return Optional.ofNullable(retryAt);
    }

    /** Says which limit, why, and how much, for logs. */
    @Override
    public String toString() {
        String when = code == RefusalCode.ACCOUNT_SUSPENDED ? " in " + span : "";
        return account + "/" + limit.name() + " " + code.text() + when + ": asked " + requested + ", used " + used
                + ", held " + held + " of " + limit.amount() + ", room at "
                + (retryAt == null ? "no known time" : retryAt)
                + (countable() ? "" : ", more than can be counted");
    }
}
