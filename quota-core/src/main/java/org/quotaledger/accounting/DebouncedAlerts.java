package org.quotaledger.accounting;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Thresholds that used has crossed in a span without an alert, because the limit had just alerted at them in another span or
 * before a reset. The first change after the debounce interval publishes them. Immutable and thread-safe.
 *
 * @param levels the texts of their levels, sorted, at least one
 * @param alertedAt the earliest of the alerts that delay them: before the interval after it, none of them is due
 */
public record DebouncedAlerts(List<String> levels, Instant alertedAt) {

    /** @throws IllegalArgumentException if there is no level */
    public DebouncedAlerts {
        Objects.requireNonNull(alertedAt, "alertedAt");
        levels = List.copyOf(new TreeSet<>(levels));
        if (levels.isEmpty()) {
            throw new IllegalArgumentException("debounced alerts of no level");
        }
    }

    /** Returns the alerts of both; {@code null} stands for none. */
    static @Nullable DebouncedAlerts union(@Nullable DebouncedAlerts one, @Nullable DebouncedAlerts another) {
        if (one == null || another == null) {
            return one == null ? another : one;
        }
        TreeSet<String> levels = new TreeSet<>(one.levels);
        levels.addAll(another.levels);
        boolean earlier = another.alertedAt.isBefore(one.alertedAt);
        return new DebouncedAlerts(List.copyOf(levels), earlier ? another.alertedAt : one.alertedAt);
    }

    /** Returns those of some levels, or {@code null} if none is left. */
    @Nullable
    DebouncedAlerts only(Predicate<String> level) {
        List<String> left = levels.stream().filter(level).toList();
        return left.isEmpty() ? null : new DebouncedAlerts(left, alertedAt);
    }
}
