package org.quotaledger.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/** The one way in which this package parses JSON: bounded, exact, and refusing whatever is ambiguous. */
final class StrictJson {

    /** Deeper documents are refused: ours and those we read are a handful of levels deep. */
    private static final int MAX_DEPTH = 64;

    /** More digits than any price or amount has, and few enough that none costs anything to convert. */
    private static final int MAX_NUMBER_LENGTH = 200;

    private static final int MAX_NAME_LENGTH = 10_000;

    private static final int MAX_STRING_LENGTH = 1_000_000;

    private static final long MAX_DOCUMENT_LENGTH = 64L * 1024 * 1024;

    /** Keys are cut to this length where a message names them. */
    private static final int MAX_KEY_IN_PATH = 100;

    /** Configured here and never again, so that sharing it is safe. */
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNumberLength(MAX_NUMBER_LENGTH)
                            .maxNameLength(MAX_NAME_LENGTH)
                            .maxStringLength(MAX_STRING_LENGTH)
                            .maxDocumentLength(MAX_DOCUMENT_LENGTH)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private StrictJson() {}

    /**
     * Parses one document from UTF-8, -16 or -32 bytes, and does not close them.
     *
     * @throws JsonFormatException if it is not well-formed, or out of bounds
     * @throws IOException if the bytes cannot be read
     */
    static JsonNode parse(InputStream bytes) throws IOException {
        return parse(() -> MAPPER.createParser(bytes));
    }

    /**
     * Parses one document from characters, and does not close them.
     *
     * @throws JsonFormatException if it is not well-formed, or out of bounds
     * @throws IOException if the characters cannot be read
     */
    static JsonNode parse(Reader characters) throws IOException {
        return parse(() -> MAPPER.createParser(characters));
    }

    private interface Source {
        JsonParser open() throws IOException;
    }

    private static JsonNode parse(Source source) throws IOException {
        try (JsonParser parser = source.open()) {
            return parse(parser);
        } catch (JsonProcessingException e) {
            throw new JsonFormatException(where(e.getLocation()) + e.getOriginalMessage(), e);
        } catch (CharConversionException e) {
            throw new JsonFormatException(
                    "the document's characters are not encoded as they should: " + e.getMessage(), e);
        }
    }

    private static JsonNode parse(JsonParser parser) throws IOException {
        JsonNode document;
        try {
            document = MAPPER.readTree(parser);
        } catch (NumberFormatException e) {
            // What an exponent outside an int makes of it; the digits themselves were well-formed.
            throw new JsonFormatException(where(parser.currentLocation()) + "a number is too large or too small", e);
        }
        if (document == null) {
            throw new JsonFormatException("", "the document is empty: expected a JSON value");
        }
        return document;
    }

    private static String where(@Nullable JsonLocation location) {
        return location == null
                ? "the document is not JSON: "
                : "line " + location.getLineNr() + ", column " + location.getColumnNr() + ": ";
    }

    /** Returns whether a member is missing or null, which mean the same in a format read from others. */
    static boolean absent(JsonNode value) {
        return value.isMissingNode() || value.isNull();
    }

    /** Returns the path of a member of the object at {@code path}. */
    static String path(String path, String key) {
        boolean plain =
                !key.isEmpty() && key.length() <= MAX_KEY_IN_PATH && key.chars().allMatch(StrictJson::plain);
        if (plain) {
            return path.isEmpty() ? key : path + "." + key;
        }
        StringBuilder quoted = new StringBuilder(path).append("[\"");
        key.chars().limit(MAX_KEY_IN_PATH).forEach(c -> {
            // A quote or a control character would let a hostile key forge the rest of the message.
            quoted.append(c == '"' || Character.isISOControl(c) ? '?' : (char) c);
        });
        return quoted.append(key.length() > MAX_KEY_IN_PATH ? "…\"]" : "\"]").toString();
    }

    private static boolean plain(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }

    /** Returns what a value is, in words for a message. */
    static String describe(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "an array";
            case STRING -> "the string \"" + shortened(value.textValue()) + "\"";
            case NUMBER -> "the number " + shortened(value.asText());
            case BOOLEAN -> value.asText();
            case NULL, MISSING -> "null";
            case BINARY, POJO -> value.getNodeType().toString();
        };
    }

    private static String shortened(String text) {
        return text.length() <= MAX_KEY_IN_PATH ? text : text.substring(0, MAX_KEY_IN_PATH) + "…";
    }
}
