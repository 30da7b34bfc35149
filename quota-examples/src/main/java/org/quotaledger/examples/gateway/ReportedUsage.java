package org.quotaledger.examples.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.quotaledger.pricing.TokenUsage;

/** Reads the usage that an upstream reports in OpenAI's form; cached tokens are among the prompt's. Stateless. */
final class ReportedUsage {

    private ReportedUsage() {}

    /** Returns the usage of an answer's body, or empty if it is not JSON or reports none in whole numbers. */
    static Optional<TokenUsage> of(byte[] body) {
        try {
            return of(Json.parse(body));
        } catch (JsonProcessingException noJson) {
            return Optional.empty();
        }
    }

    /**
     * Returns the usage of an answer or of an event of a stream, or empty if it reports none in whole numbers. One that
     * contradicts itself is returned: the price book says that it is no price.
     */
    static Optional<TokenUsage> of(JsonNode answer) {
        JsonNode usage = answer.path("usage");
        if (!usage.path("prompt_tokens").isNumber()) {
            return Optional.empty();
        }
        try {
            return Optional.of(TokenUsage.inclusive(
                    tokens(usage.path("prompt_tokens")),
                    tokens(usage.path("prompt_tokens_details").path("cached_tokens")),
                    tokens(usage.path("completion_tokens"))));
        } catch (IllegalArgumentException noWholeNumber) {
            return Optional.empty();
        }
    }

    private static long tokens(JsonNode count) {
        if (count.isMissingNode() || count.isNull()) {
            return 0;
        }
        if (!count.isIntegralNumber() || !count.canConvertToLong()) {
            throw new IllegalArgumentException("tokens are " + count);
        }
        return count.longValue();
    }
}
