package org.quotaledger.policy;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.quotaledger.account.OpaqueText;
import org.quotaledger.amount.Amount;

/**
 * A named set of limits that many accounts can share.
 *
 * <p>A policy without limits limits nothing. Immutable and thread-safe.
 *
 * @param name 1 to {@value #MAX_NAME} characters
 * @param limits at most {@value #MAX_LIMITS}, no name twice
 */
public record QuotaPolicy(String name, List<QuotaLimit> limits) {

    /** The most characters of a name. */
    public static final int MAX_NAME = 100;

    /** The most limits of a policy, and the most an account overrides. */
    public static final int MAX_LIMITS = 50;

    /** @throws IllegalArgumentException if a value is not as allowed; the message names it */
    public QuotaPolicy {
        Objects.requireNonNull(name, "name");
        OpaqueText.check("policy name", name, MAX_NAME);
        limits = checkLimits("policy " + name, limits);
    }

    static List<QuotaLimit> checkLimits(String owner, List<QuotaLimit> limits) {
        List<QuotaLimit> copy = List.copyOf(limits);
        if (copy.size() > MAX_LIMITS) {
            throw new IllegalArgumentException(
                    owner + " has " + copy.size() + " limits: expected at most " + MAX_LIMITS);
        }
        Set<String> names = new HashSet<>();
        for (QuotaLimit limit : copy) {
            if (!names.add(limit.name())) {
                throw new IllegalArgumentException(owner + " names limit " + limit.name() + " twice");
            }
        }
        return copy;
    }

    /** Returns a policy of these limits. */
    public static QuotaPolicy of(String name, QuotaLimit... limits) {
        return new QuotaPolicy(name, List.of(limits));
    }

    /**
     * Returns the same policy with another amount of a limit.
     *
     * @throws IllegalArgumentException if there is no limit of this name, or the amount is of another meter
     */
    public QuotaPolicy withAmount(String limitName, Amount amount) {
        QuotaLimit before = limit(limitName)
                .orElseThrow(
                        () -> new IllegalArgumentException("policy " + name + " has no limit \"" + limitName + "\""));
        if (!before.meter().equals(amount.meter())) {
            throw new IllegalArgumentException(
                    "amount of limit " + limitName + " is " + amount + ": expected one of its meter " + before.meter());
        }
        return new QuotaPolicy(
                name,
                limits.stream()
                        .map(limit -> limit.equals(before) ? limit.withAmount(amount) : limit)
                        .toList());
    }

    /** Returns the limit of this name, or empty. */
    public Optional<QuotaLimit> limit(String limitName) {
        return limits.stream().filter(limit -> limit.name().equals(limitName)).findFirst();
    }
}
