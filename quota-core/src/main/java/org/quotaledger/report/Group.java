package org.quotaledger.report;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the rows of one line have in common by one {@link Grouping}: an account, a tag's value, a span of time. Spans are
 * ordered by their start, everything else by its text. Immutable and thread-safe.
 *
 * @param text what it is called; empty where the rows have no such tag, meter or parent
 * @param start the start of a span of time, else {@code null}
 */
public record Group(String text, @Nullable Instant start) implements Comparable<Group> {

    /** The text is required. */
    public Group {
        Objects.requireNonNull(text, "text");
    }

    static Group of(@Nullable String text) {
        return new Group(text == null ? "" : text, null);
    }

    @Override
    public int compareTo(Group other) {
        if (start != null && other.start != null) {
            return start.compareTo(other.start);
        }
        return text.compareTo(other.text);
    }

    /** Returns the text. */
    @Override
    public String toString() {
        return text;
    }
}
