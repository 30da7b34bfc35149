package org.quotaledger.examples.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Counts tokens by a rough rule, without a tokenizer: from the UTF-8 bytes of every text that a model reads or writes.
 *
 * <p>Before a request runs, a token for every 3 bytes begun, which is more than most texts have: a hold that is too large
 * costs nothing, one that is too small lets a charge pass the limit. For what was delivered without a usage report, a
 * token for every 4 bytes begun, which is about right for English. A picture or a sound inside a prompt counts as 1,000
 * tokens, a number (an embedding's token id) as one, and every message as 4 more.
 */
final class RoughTokens {

    private static final int BYTES_RESERVED = 3;
    private static final int BYTES_CHARGED = 4;
    private static final long EMBEDDED_DATA = 1_000;
    private static final long MESSAGE = 4;

    /** What tells parts of a message or of a delta apart and is not read as text. */
    private static final Set<String> LABELS = Set.of("id", "index", "object", "role", "type");

    private final long bytes;
    private final long whole;

    private RoughTokens(long bytes, long whole) {
        this.bytes = bytes;
        this.whole = whole;
    }

    /** Nothing. */
    static final RoughTokens NONE = new RoughTokens(0, 0);

    /** Returns the tokens of a JSON value and all below it. */
    static RoughTokens of(JsonNode node) {
        if (node.isTextual()) {
            String text = node.textValue();
            return text.startsWith("data:")
                    ? new RoughTokens(0, EMBEDDED_DATA)
                    : new RoughTokens(text.getBytes(StandardCharsets.UTF_8).length, 0);
        }
        if (node.isNumber()) {
            return new RoughTokens(0, 1);
        }
        RoughTokens sum = NONE;
        if (node.isArray()) {
            for (JsonNode element : node) {
                sum = sum.plus(of(element));
            }
        }
        if (node.isObject()) {
            for (var member : node.properties()) {
                if (member.getKey().equals("input_audio")) {
                    sum = sum.plus(new RoughTokens(0, EMBEDDED_DATA));
                } else if (!LABELS.contains(member.getKey())) {
                    sum = sum.plus(of(member.getValue()));
                }
            }
        }
        return sum;
    }

    /** Returns the tokens of a prompt's messages. */
    static RoughTokens ofMessages(JsonNode messages) {
        return of(messages).plus(new RoughTokens(0, MESSAGE * messages.size()));
    }

    RoughTokens plus(RoughTokens other) {
        return new RoughTokens(bytes + other.bytes, whole + other.whole);
    }

    /** Returns about the most tokens it can be: what to reserve. */
    long atMost() {
        return whole + (bytes + BYTES_RESERVED - 1) / BYTES_RESERVED;
    }

    /** Returns about how many tokens it is: what to charge where nobody reports better. */
    long about() {
        return whole + (bytes + BYTES_CHARGED - 1) / BYTES_CHARGED;
    }
}
