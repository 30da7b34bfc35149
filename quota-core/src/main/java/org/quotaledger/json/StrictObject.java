package org.quotaledger.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A JSON object of a format of our own while it is read: no member that is not known, each of the type it must have. */
final class StrictObject {

    /** Longer than any value of these formats: what is longer would be repeated in a message. */
    private static final int MAX_STRING = 1000;

    private final String path;
    private final JsonNode members;

    /** @throws JsonFormatException if it is no object, or has a member that is not of {@code known} */
    StrictObject(String path, JsonNode value, List<String> known) {
        if (!value.isObject()) {
            throw wrong(path, "an object with " + String.join(", ", known), value);
        }
        this.path = path;
        this.members = value;
        value.fieldNames().forEachRemaining(key -> {
            if (!known.contains(key)) {
                throw new JsonFormatException(
                        at(key), "there is no such field: expected one of " + String.join(", ", known));
            }
        });
    }

    static JsonFormatException wrong(String path, String expected, JsonNode value) {
        return new JsonFormatException(path, "expected " + expected + ", but was " + StrictJson.describe(value));
    }

    /** Returns what {@code value} makes; what it throws of a value becomes an error at {@code path}. */
    static <T> T checked(String path, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException | ArithmeticException notAllowed) {
            throw new JsonFormatException(path, StrictJson.onOneLine(String.valueOf(notAllowed.getMessage())));
        }
    }

    /** Returns the path of a member. */
    String at(String key) {
        return StrictJson.path(path, key);
    }

    /** Returns whether there is a member of that name, be it null. */
    boolean has(String key) {
        return members.has(key);
    }

    /** @param expected what it must be, for the message */
    JsonNode required(String key, String expected) {
        JsonNode value = members.get(key);
        if (value == null) {
            throw new JsonFormatException(at(key), "is missing: expected " + expected);
        }
        return value;
    }

    /** Returns a string of at most {@value #MAX_STRING} characters. */
    String text(String key, String expected) {
        return text(at(key), required(key, expected), expected);
    }

    static String text(String path, JsonNode value, String expected) {
        if (!value.isTextual()) {
            throw wrong(path, expected, value);
        }
        String text = value.textValue();
        if (text.length() > MAX_STRING) {
            throw new JsonFormatException(
                    path,
                    "the string has " + text.length() + " characters: expected " + expected + ", at most " + MAX_STRING
                            + " characters");
        }
        return text;
    }

    /** Returns what a parser of java.time makes of a string. */
    <T> T parsed(String key, String expected, Function<String, T> reader) {
        String text = text(key, expected);
        try {
            return reader.apply(text);
        } catch (DateTimeException notAsExpected) {
            throw wrong(at(key), expected, required(key, expected));
        }
    }

    /** Returns a string, or null if the member is missing or null. */
    @Nullable
    String textOrNull(String key, String expected) {
        JsonNode value = members.get(key);
        return value == null || value.isNull() ? null : text(at(key), value, expected + " or null");
    }

    boolean flag(String key, boolean otherwise) {
        JsonNode value = members.get(key);
        if (value == null) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw wrong(at(key), "true or false", value);
        }
        return value.booleanValue();
    }

    int whole(String key, String expected) {
        JsonNode value = required(key, expected);
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw wrong(at(key), expected, value);
        }
        return value.intValue();
    }

    /** Returns the constant whose name in lower case the member holds. */
    <E extends Enum<E>> E word(String key, E otherwise) {
        JsonNode value = members.get(key);
        if (value == null) {
            return otherwise;
        }
        E[] constants = otherwise.getDeclaringClass().getEnumConstants();
        for (E constant : constants) {
            if (value.isTextual() && value.textValue().equals(word(constant))) {
                return constant;
            }
        }
        String words = Stream.of(constants).map(StrictObject::word).collect(Collectors.joining("\", \""));
        throw wrong(at(key), "one of \"" + words + "\"", value);
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** Returns what {@code reader} makes of the path and value of each element of an array. */
    <T> List<T> list(String key, String expected, BiFunction<String, JsonNode, T> reader) {
        JsonNode value = required(key, expected);
        if (!value.isArray()) {
            throw wrong(at(key), expected, value);
        }
        List<T> all = new ArrayList<>();
        for (JsonNode element : value) {
            all.add(reader.apply(StrictJson.path(at(key), all.size()), element));
        }
        return all;
    }
}
