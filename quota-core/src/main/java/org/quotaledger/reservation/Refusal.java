package org.quotaledger.reservation;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;

/**
 * A reserve was refused, and nothing was written: which account and limits, why, and when to come back. Immutable and
 * thread-safe.
 *
 * @param code why; of several limits the gravest: never fits, then exhausted, then insufficient
 * @param account the account asked for
 * @param cause the account at fault for that, that one or the nearest of its parents
 * @param limits every limit that had no room, those of an account that the request overflowed to after the account's own;
 *     of suspended accounts the limits that suspended them; empty if the account itself is at fault, or a person suspended
 *     it
 * @param at the instant of the decision
 * @param retryAt the earliest instant at which, if nothing else happened, it would be admitted, or {@code null} where
 *     only a person can help
 */
public record Refusal(
        RefusalCode code,
        AccountId account,
        AccountId cause,
        List<LimitRefusal> limits,
        Instant at,
        @Nullable Instant retryAt) {

    /** All but {@code retryAt} are required. */
    public Refusal {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(account, "account");
        Objects.requireNonNull(cause, "cause");
        Objects.requireNonNull(at, "at");
        limits = List.copyOf(limits);
    }

    /** Returns the earliest instant at which it would be admitted, or empty where only a person can help. */
    public Optional<Instant> retry() {
        return Optional.ofNullable(retryAt);
    }

    /** Returns the same with the limits that are at fault. */
    public Refusal by(List<LimitRefusal> others) {
        return new Refusal(code, account, cause, others, at, retryAt);
    }

    /** Returns the same with another instant at which it would be admitted, or {@code null} where that never comes. */
    public Refusal retryAt(@Nullable Instant instant) {
        return new Refusal(code, account, cause, limits, at, instant);
    }

    /**
     * Returns the refusal of a request that two accounts were asked for: it names the limits of both, and is otherwise the
     * one that would be admitted first.
     */
    public Refusal joined(Refusal other) {
        boolean otherFirst = other.retryAt != null && (retryAt == null || other.retryAt.isBefore(retryAt));
        Refusal first = otherFirst ? other : this;
        List<LimitRefusal> both =
                Stream.concat(limits.stream(), other.limits.stream()).toList();
        return new Refusal(first.code, account, first.cause, both, at, first.retryAt);
    }

    /** Says it all, with amounts, for logs. */
    @Override
    public String toString() {
        String by = code == RefusalCode.ACCOUNT_SUSPENDED ? ", by hand" : "";
        return "refused " + account + ": " + code.text() + (limits.isEmpty() ? " at " + cause + by : " " + limits)
                + ", retry " + (retryAt == null ? "at no known time" : "at " + retryAt);
    }
}
