package org.quotaledger.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/** The one reader and writer of JSON. Reading is bounded and exact, and refuses an ambiguous document. */
final class StrictJson {

    /** Deeper documents are refused: ours and those we read are a handful of levels deep. */
    private static final int MAX_DEPTH = 64;

    /** More digits than any price or amount has, and few enough that none costs anything to convert. */
    private static final int MAX_NUMBER_LENGTH = 200;

    private static final int MAX_NAME_LENGTH = 10_000;

    private static final int MAX_STRING_LENGTH = 1_000_000;

    private static final long MAX_DOCUMENT_LENGTH = 64L * 1024 * 1024;

    /** Room for 50 limits with dozens of alerts each; a tree in memory takes many times as much. */
    private static final int MAX_DEFINITION_LENGTH = 1024 * 1024;

    private static final String BYTE_ORDER_MARK = "\ufeff";

    /** Keys are cut to this length where a message names them. */
    private static final int MAX_KEY_IN_PATH = 100;

    /** What the parser says holds what it met; it is cut to this length. */
    private static final int MAX_PROBLEM = 500;

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

    /**
     * Parses a policy or an account from UTF-8 bytes, at most {@value #MAX_DEFINITION_LENGTH} of them, and does not close
     * them. A byte order mark is skipped.
     *
     * @throws JsonFormatException if it is not well-formed, or out of bounds
     * @throws IOException if the bytes cannot be read
     */
    static JsonNode parseDefinition(InputStream bytes) throws IOException {
        byte[] document = bytes.readNBytes(MAX_DEFINITION_LENGTH + 1);
        if (document.length > MAX_DEFINITION_LENGTH) {
            throw new JsonFormatException(
                    "", "the document has more bytes than the " + MAX_DEFINITION_LENGTH + " allowed");
        }
        String text;
        try {
            // Jackson's own decoder lets some bytes pass that are no UTF-8, such as "/" in two bytes.
            text = UTF_8.newDecoder().decode(ByteBuffer.wrap(document)).toString();
        } catch (CharacterCodingException e) {
            throw new JsonFormatException("the document is not in UTF-8: " + e.getMessage(), e);
        }
        return parseDefinition(text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text);
    }

    /**
     * Parses a policy or an account from characters, at most {@value #MAX_DEFINITION_LENGTH} of them.
     *
     * @throws JsonFormatException if it is not well-formed, or out of bounds
     */
    static JsonNode parseDefinition(String text) {
        if (text.length() > MAX_DEFINITION_LENGTH) {
            throw new JsonFormatException(
                    "",
                    "the document has " + text.length() + " characters, more than the " + MAX_DEFINITION_LENGTH
                            + " allowed");
        }
        try {
            return parse(new StringReader(text));
        } catch (IOException impossible) {
            throw new IllegalStateException("a text in memory cannot fail to be read", impossible);
        }
    }

    private interface Source {
        JsonParser open() throws IOException;
    }

    private static JsonNode parse(Source source) throws IOException {
        try (JsonParser parser = source.open()) {
            return parse(parser);
        } catch (CharConversionException e) {
            throw new JsonFormatException(
                    "the document's characters are not encoded as they should: " + e.getMessage(), e);
        }
    }

    private static JsonNode parse(JsonParser parser) throws IOException {
        JsonNode document;
        try {
            document = MAPPER.readTree(parser);
        } catch (JsonProcessingException e) {
            throw malformed(parser, e.getLocation(), e.getOriginalMessage(), e);
        } catch (NumberFormatException e) {
            // What an exponent outside an int makes of it; the digits themselves were well-formed.
            throw malformed(parser, parser.currentLocation(), "a number is too large or too small", e);
        }
        if (document == null) {
            throw new JsonFormatException("", "the document is empty: expected a JSON value");
        }
        return document;
    }

    /** Returns a document as text, indented by two spaces, with line feeds on every system. */
    static String write(JsonNode document) {
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        Separators separators = Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                .withArrayEmptySeparator("");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(separators)
                .withObjectIndenter(indenter)
                .withArrayIndenter(indenter);
        return text(MAPPER.writer(printer), document);
    }

    /** Returns a tree, or maps and lists of plain values, as text on one line. */
    static String line(Object document) {
        return text(MAPPER.writer(), document);
    }

    private static String text(ObjectWriter writer, Object document) {
        try {
            return writer.writeValueAsString(document);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a value in memory cannot fail to be written", impossible);
        }
    }

    private static JsonFormatException malformed(
            JsonParser parser, @Nullable JsonLocation location, String problem, Exception cause) {
        String path = path(parser.getParsingContext());
        String place = path.isEmpty() ? "" : "at " + path + ": ";
        return new JsonFormatException(path, where(location) + place + cut(problem, MAX_PROBLEM), cause);
    }

    /** Returns the path of what the parser was at. */
    private static String path(@Nullable JsonStreamContext context) {
        if (context == null || context.inRoot()) {
            return "";
        }
        String parent = path(context.getParent());
        if (context.inArray()) {
            return path(parent, context.getCurrentIndex());
        }
        String key = context.getCurrentName();
        return key == null ? parent : path(parent, key);
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

    /** Returns the path of an element of the array at {@code path}. */
    static String path(String path, int index) {
        return path + "[" + index + "]";
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
        return cut(text, MAX_KEY_IN_PATH);
    }

    private static String cut(String text, int length) {
        return onOneLine(text.length() <= length ? text : text.substring(0, length) + "…");
    }

    /** A line break in a value would let a hostile document forge a line of a log. */
    static String onOneLine(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.chars().forEach(c -> line.append(Character.isISOControl(c) ? '?' : (char) c));
        return line.toString();
    }
}
