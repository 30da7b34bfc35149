package org.quotaledger.policy;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * A policy as the ledger keeps it. Immutable and thread-safe.
 *
 * @param policy what is defined
 * @param version 1 when it is created, one more with every change
 * @param changedAt since when this version counts; none of its limits is younger
 * @param limits the policy's limits, each with its since
 */
public record PolicyEntry(QuotaPolicy policy, long version, Instant changedAt, List<LimitEntry> limits) {

    /** @throws IllegalArgumentException if the version is below 1 or the limits are not the policy's */
    public PolicyEntry {
        Objects.requireNonNull(policy, "policy");
        Objects.requireNonNull(changedAt, "changedAt");
        limits = List.copyOf(limits);
        if (version < 1) {
            throw new IllegalArgumentException("version of policy " + policy.name() + " is " + version);
        }
        if (!limits.stream().map(LimitEntry::limit).toList().equals(policy.limits())) {
            throw new IllegalArgumentException("limits of policy " + policy.name() + " are not those defined");
        }
    }

    /** Returns the policy's name. */
    public String name() {
        return policy.name();
    }
}
