package org.quotaledger.reservation;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.quotaledger.account.OpaqueText;

/**
 * What a request is told apart by in reports, such as {@code model} → {@code gpt-4o}. Immutable and thread-safe.
 *
 * @param values at most {@value #MAX_TAGS}; keys of 1 to 50 and values of 1 to 200 characters, without control
 *     characters; sorted by key
 */
public record Tags(Map<String, String> values) {

    /** The most tags of a request. */
    public static final int MAX_TAGS = 16;

    /** No tags. */
    public static final Tags NONE = new Tags(Map.of());

    /** The tag that names the model. */
    public static final String MODEL = "model";

    /** @throws IllegalArgumentException if there are too many tags, or a key or value is not as allowed */
    public Tags {
        if (values.size() > MAX_TAGS) {
            throw new IllegalArgumentException("request has " + values.size() + " tags: expected at most " + MAX_TAGS);
        }
        TreeMap<String, String> sorted = new TreeMap<>();
        values.forEach((key, value) -> {
            OpaqueText.check("tag key", Objects.requireNonNull(key, "tag key"), 50);
            OpaqueText.check("tag " + key, Objects.requireNonNull(value, "tag value"), 200);
            sorted.put(key, value);
        });
        values = Collections.unmodifiableMap(sorted);
    }

    /** Returns these tags with one more, or with another value of it. */
    public Tags with(String key, String value) {
        TreeMap<String, String> more = new TreeMap<>(values);
        more.put(key, value);
        return new Tags(more);
    }

    /** Returns the tags such as {@code {model=gpt-4o}}. */
    @Override
    public String toString() {
        return values.toString();
    }
}
