package org.quotaledger.policy;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why an account waits: since when, until when, and because of what. It ends by itself, without any job, at
 * {@code until}; what the account was before it is again then. Kept to the microsecond. Immutable and thread-safe.
 *
 * @param since since when
 * @param until when it ends by itself, or {@code null} where only a person ends it
 * @param cause the name of the account's limit that was exhausted, or {@code null} if a person suspended it
 */
public record Suspension(
        Instant since, @Nullable Instant until, @Nullable String cause) {

    /** @throws IllegalArgumentException if {@code until} is not after {@code since} */
    public Suspension {
        since = Objects.requireNonNull(since, "since").truncatedTo(ChronoUnit.MICROS);
        until = until == null ? null : until.truncatedTo(ChronoUnit.MICROS);
        if (until != null && !until.isAfter(since)) {
            throw new IllegalArgumentException("suspension until " + until + ": expected an instant after " + since);
        }
    }

    /** Returns the instant at which it ends by itself, or empty where only a person ends it. */
    public Optional<Instant> end() {
        return Optional.ofNullable(until);
    }

    /** Returns the name of the account's limit that was exhausted, or empty if a person suspended it. */
    public Optional<String> limit() {
        return Optional.ofNullable(cause);
    }

    /** Returns whether it still lasts. */
    public boolean lasts(Instant now) {
        return until == null || now.isBefore(until);
    }
}
