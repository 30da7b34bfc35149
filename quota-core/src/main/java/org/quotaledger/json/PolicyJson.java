package org.quotaledger.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;

/**
 * Policies as JSON.
 *
 * <pre>{@code
 * {
 *   "name": "standard",
 *   "limits": [
 *     {"name": "daily", "meter": "usd", "amount": "5", "window": "daily Asia/Shanghai 09:00"}
 *   ]
 * }
 * }</pre>
 *
 * <table>
 * <caption>Fields of a limit; the first four are required</caption>
 * <tr><th>field</th><th>value</th><th>default</th></tr>
 * <tr><td>{@code name}</td><td>as {@link QuotaLimit#name()} says</td><td></td></tr>
 * <tr><td>{@code meter}</td><td>{@code "usd"}, {@code "tokens"}, {@code "requests"} or
 *     <code>{"name": "credits", "scale": 2}</code></td><td></td></tr>
 * <tr><td>{@code amount}</td><td>a decimal in a string; a number is read too, digit by digit</td><td></td></tr>
 * <tr><td>{@code window}</td><td>the text that {@link org.quotaledger.window.QuotaWindow#parse} reads, or an object with a
 *     member {@code kind}, the text's first word, and one for each part of the text</td><td></td></tr>
 * <tr><td>{@code boundary}</td><td>{@code "strict"}, {@code "graceful"}</td><td>{@code "strict"}</td></tr>
 * <tr><td>{@code chargeTime}</td><td>{@code "reserve"}, {@code "settle"}</td><td>{@code "reserve"}</td></tr>
 * <tr><td>{@code onExcess}</td><td>{@code "charge"}, {@code "cap"}, {@code "refuse"}</td><td>{@code "charge"}</td></tr>
 * <tr><td>{@code onExpiry}</td><td>{@code "nothing"}, {@code "progress"}, {@code "hold"}</td><td>{@code "progress"}</td></tr>
 * <tr><td>{@code onExhaustion}</td><td>{@code "refuse"}, {@code "suspend until window end"},
 *     {@code "suspend until resumed"}, {@code "overflow to …"} with the id of an account, {@code "observe"}</td>
 *     <td>{@code "refuse"}</td></tr>
 * <tr><td>{@code alerts}</td><td>objects with {@code percent} or {@code amount}, {@code severity} ({@code "info"},
 *     {@code "warning"} unless given, {@code "urgent"}) and {@code recipients} ({@code ["owner"]} unless given)</td>
 *     <td>{@link org.quotaledger.alert.AlertThreshold#DEFAULTS}</td></tr>
 * <tr><td>{@code alertDebounce}</td><td>an ISO 8601 duration of at most seven days</td><td>{@code "PT1H"}</td></tr>
 * </table>
 *
 * <p>A document that is malformed, longer than 1 MiB, or has a field that is not known, stands there twice, is missing or
 * has a value that is not allowed is refused with a {@link JsonFormatException} that names the place, such as
 * {@code limits[1].window}. What {@link #write} writes, {@code read} reads back to an equal policy,
 * up to that length. Thread-safe.
 */
public final class PolicyJson {

    private PolicyJson() {}

    /**
     * Reads a policy.
     *
     * @throws JsonFormatException if the text is not as it must be
     */
    public static QuotaPolicy read(String text) {
        return policy(StrictJson.parseDefinition(text));
    }

    /**
     * Reads a policy from UTF-8 bytes, and does not close them. A byte order mark is skipped.
     *
     * @throws JsonFormatException if the document is not as it must be
     * @throws IOException if the bytes cannot be read
     */
    public static QuotaPolicy read(InputStream bytes) throws IOException {
        return policy(StrictJson.parseDefinition(bytes));
    }

    /**
     * Reads a policy from a file of UTF-8 bytes.
     *
     * @throws JsonFormatException if the document is not as it must be
     * @throws IOException if the file cannot be read
     */
    public static QuotaPolicy read(Path file) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            return read(bytes);
        }
    }

    /** Returns the policy as JSON, indented, with every field. */
    public static String write(QuotaPolicy policy) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("name", policy.name());
        json.set("limits", LimitJson.write(policy.limits()));
        return StrictJson.write(json);
    }

    private static QuotaPolicy policy(JsonNode document) {
        StrictObject policy = new StrictObject("", document, List.of("name", "limits"));
        String name = policy.text("name", "the policy's name");
        StrictObject.checked("name", () -> new QuotaPolicy(name, List.of()));
        List<QuotaLimit> limits = policy.list("limits", "an array of limits", LimitJson::read);
        return StrictObject.checked("limits", () -> new QuotaPolicy(name, limits));
    }
}
