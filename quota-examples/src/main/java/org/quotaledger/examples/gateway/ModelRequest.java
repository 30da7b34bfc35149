package org.quotaledger.examples.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.OpaqueText;
import org.quotaledger.pricing.PriceBook;
import org.quotaledger.pricing.ServiceTier;

/** What the gateway needs to know of a request's body; all else of the body goes to the upstream as it is. Immutable. */
final class ModelRequest {

    private static final List<String> READ_BY_MODEL =
            List.of("tools", "functions", "response_format", "prompt", "input");

    private static final int MOST_CHOICES = 128;

    private final byte[] body;
    private final @Nullable String model;
    private final RoughTokens prompt;
    private final long maxOutputTokens;
    private final long choices;
    private final ServiceTier serviceTier;
    private final boolean reportsUsage;

    private ModelRequest(
            byte[] body,
            @Nullable String model,
            RoughTokens prompt,
            long maxOutputTokens,
            long choices,
            ServiceTier serviceTier,
            boolean reportsUsage) {
        this.body = body;
        this.model = model;
        this.prompt = prompt;
        this.maxOutputTokens = maxOutputTokens;
        this.choices = choices;
        this.serviceTier = serviceTier;
        this.reportsUsage = reportsUsage;
    }

    /**
     * Returns what a body asks for.
     *
     * @param unboundedOutput the most tokens of output that are expected of a request which does not bound them
     * @throws GatewayError if it is not a JSON object, or has a value that cannot be priced
     */
    static ModelRequest of(Endpoint endpoint, byte[] body, long unboundedOutput) {
        ObjectNode json = object(body);
        RoughTokens prompt = json.path("messages").isMissingNode()
                ? RoughTokens.NONE
                : RoughTokens.ofMessages(json.path("messages"));
        for (String member : READ_BY_MODEL) {
            prompt = prompt.plus(RoughTokens.of(json.path(member)));
        }
        long output = endpoint == Endpoint.EMBEDDINGS ? 0 : maxOutput(json, unboundedOutput);
        boolean stream = json.path("stream").asBoolean();
        boolean reportsUsage = json.path("stream_options").path("include_usage").asBoolean();
        byte[] forwarded = stream && !reportsUsage ? Json.bytes(withUsage(json)) : body;
        long choices = whole(json, "n", 1, MOST_CHOICES).orElse(1L);
        return new ModelRequest(forwarded, model(json), prompt, output, choices, serviceTier(json), reportsUsage);
    }

    private static ObjectNode object(byte[] body) {
        try {
            if (Json.parse(body) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException malformed) {
            throw GatewayError.invalid("The body is not valid JSON: " + malformed.getOriginalMessage());
        }
        throw GatewayError.invalid("The body is not a JSON object.");
    }

    private static @Nullable String model(ObjectNode json) {
        JsonNode model = json.path("model");
        if (model.isMissingNode() || model.isNull()) {
            return null;
        }
        if (!model.isTextual()) {
            throw GatewayError.invalid("model is not a string.");
        }
        try {
            return OpaqueText.check("model", model.textValue(), PriceBook.MAX_NAME);
        } catch (IllegalArgumentException notAllowed) {
            throw GatewayError.invalid(String.valueOf(notAllowed.getMessage()));
        }
    }

    private static long maxOutput(ObjectNode json, long unbounded) {
        return whole(json, "max_completion_tokens", 0, Integer.MAX_VALUE)
                .or(() -> whole(json, "max_tokens", 0, Integer.MAX_VALUE))
                .orElse(unbounded);
    }

    private static ServiceTier serviceTier(ObjectNode json) {
        return switch (json.path("service_tier").asText()) {
            case "flex" -> ServiceTier.FLEX;
            case "priority" -> ServiceTier.PRIORITY;
            default -> ServiceTier.STANDARD;
        };
    }

    private static Optional<Long> whole(ObjectNode json, String member, long least, long most) {
        JsonNode value = json.path(member);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < least
                || value.longValue() > most) {
            throw GatewayError.invalid(member + " is not a whole number from " + least + " to " + most + ".");
        }
        return Optional.of(value.longValue());
    }

    /** Without it a stream ends without telling what was used. */
    private static ObjectNode withUsage(ObjectNode json) {
        JsonNode options = json.path("stream_options");
        ObjectNode changed = options instanceof ObjectNode object ? object : Json.object();
        changed.put("include_usage", true);
        json.set("stream_options", changed);
        return json;
    }

    /** Returns the body to forward: as it came, or asking for a stream's usage too. */
    byte[] body() {
        return body;
    }

    /** Returns the model, or {@code null} if the request names none. */
    @Nullable
    String model() {
        return model;
    }

    /** Returns what the model is given to read. */
    RoughTokens prompt() {
        return prompt;
    }

    /** Returns the most tokens of output that it allows itself in each of its choices. */
    long maxOutputTokens() {
        return maxOutputTokens;
    }

    /** Returns how many answers it wants to the one prompt. */
    long choices() {
        return choices;
    }

    /** Returns the service tier it asks for. */
    ServiceTier serviceTier() {
        return serviceTier;
    }

    /** Returns whether the client itself wants a stream's usage, and so expects the event that tells it. */
    boolean reportsUsage() {
        return reportsUsage;
    }
}
