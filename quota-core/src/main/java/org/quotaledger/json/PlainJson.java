package org.quotaledger.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.quotaledger.reservation.Tags;

/**
 * Plain values as JSON, on one line. Tags are an object of strings, such as {@code {"model":"gpt-4o"}}; names are an array of
 * strings, such as {@code ["owner","admin"]}; members are an object of any plain values.
 */
public final class PlainJson {

    private PlainJson() {}

    /** Returns the tags as an object, in the order of their keys. */
    public static String write(Tags tags) {
        return tags.values().isEmpty() ? "{}" : write(tags.values());
    }

    /** Returns the names as an array, in their order. */
    public static String write(List<String> names) {
        return StrictJson.line(names);
    }

    /**
     * Returns the members as an object, in their order.
     *
     * @param members strings, whole numbers, null, and lists and maps of these
     */
    public static String write(Map<String, ? extends @Nullable Object> members) {
        return StrictJson.line(members);
    }

    /**
     * Returns the tags that a text says.
     *
     * @throws JsonFormatException if it is not an object of strings
     * @throws IllegalArgumentException if these are no tags
     */
    public static Tags parseTags(String text) {
        if ("{}".equals(text)) {
            return Tags.NONE;
        }
        JsonNode document = document(text);
        if (!document.isObject()) {
            throw new JsonFormatException("", "expected an object of strings but was " + StrictJson.describe(document));
        }
        Map<String, String> tags = new TreeMap<>();
        document.properties()
                .forEach(member ->
                        tags.put(member.getKey(), string(StrictJson.path("", member.getKey()), member.getValue())));
        return new Tags(tags);
    }

    /**
     * Returns the names that a text says.
     *
     * @throws JsonFormatException if it is not an array of strings
     */
    public static List<String> parseNames(String text) {
        JsonNode document = document(text);
        if (!document.isArray()) {
            throw new JsonFormatException("", "expected an array of strings but was " + StrictJson.describe(document));
        }
        List<String> names = new ArrayList<>(document.size());
        for (int i = 0; i < document.size(); i++) {
            names.add(string("[" + i + "]", document.get(i)));
        }
        return List.copyOf(names);
    }

    private static String string(String path, JsonNode value) {
        if (!value.isTextual()) {
            throw new JsonFormatException(path, "expected a string but was " + StrictJson.describe(value));
        }
        return value.textValue();
    }

    private static JsonNode document(String text) {
        try {
            return StrictJson.parse(new StringReader(text));
        } catch (JsonFormatException malformed) {
            throw malformed;
        } catch (IOException impossible) {
            throw new UncheckedIOException("reading a string failed", impossible);
        }
    }
}
