package org.quotaledger.admin;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One thing in which an account would be let do more than before. Immutable and thread-safe.
 *
 * @param limit the name of the limit that it is about, or {@code null} if it is about the account itself
 * @param field what would be another, such as {@code amount}
 * @param before what it is
 * @param after what it would be
 */
public record Relaxation(@Nullable String limit, String field, String before, String after) {

    /** All but the limit are required. */
    public Relaxation {
        Objects.requireNonNull(field, "field");
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(after, "after");
    }

    /** Returns it in words, with the amounts: for people, not for clients. */
    @Override
    public String toString() {
        return field + (limit == null ? "" : " of limit " + limit) + " is " + before + " and would be " + after;
    }
}
