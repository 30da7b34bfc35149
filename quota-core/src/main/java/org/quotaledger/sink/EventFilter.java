package org.quotaledger.sink;

import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.quotaledger.alert.Severity;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.event.LedgerEvent.Kind;

/**
 * Which events a sink is for. Severity and recipients are those of alerts; other kinds have none, and pass by their kind
 * alone. Immutable and thread-safe.
 *
 * @param kinds events of these kinds only
 * @param leastSeverity of alerts those of this severity or a graver one only
 * @param recipients of alerts those for one of these only; empty for all
 */
public record EventFilter(Set<Kind> kinds, Severity leastSeverity, Set<String> recipients)
        implements Predicate<LedgerEvent> {

    /** Everything passes. */
    public static final EventFilter ALL = new EventFilter(EnumSet.allOf(Kind.class), Severity.INFO, Set.of());

    /** All are required. */
    public EventFilter {
        kinds = Set.copyOf(kinds);
        Objects.requireNonNull(leastSeverity, "leastSeverity");
        recipients = Set.copyOf(recipients);
    }

    /** Returns a filter that lets these kinds through. */
    public static EventFilter kinds(Kind... kinds) {
        return new EventFilter(Set.copyOf(List.of(kinds)), Severity.INFO, Set.of());
    }

    /** Returns the same for alerts of this severity or a graver one only. */
    public EventFilter atLeast(Severity severity) {
        return new EventFilter(kinds, severity, recipients);
    }

    /** Returns the same for alerts that are for one of these only. */
    public EventFilter recipients(String... names) {
        return new EventFilter(kinds, leastSeverity, Set.copyOf(List.of(names)));
    }

    @Override
    public boolean test(LedgerEvent event) {
        return kinds.contains(event.kind()) && (!(event instanceof LedgerEvent.Alert alert) || isFor(alert));
    }

    private boolean isFor(LedgerEvent.Alert alert) {
        return alert.threshold().severity().compareTo(leastSeverity) >= 0
                && (recipients.isEmpty()
                        || alert.threshold().recipients().stream().anyMatch(recipients::contains));
    }
}
