package org.quotaledger.examples.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.quotaledger.pricing.TokenUsage;

class ReportedUsageTest {

    private static Optional<TokenUsage> of(String body) {
        return ReportedUsage.of(body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsCachedTokensAsAPartOfThePrompt() {
        assertThat(of("{\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,"
                        + "\"prompt_tokens_details\":{\"cached_tokens\":4}}}"))
                .contains(TokenUsage.inclusive(10, 4, 5));
    }

    @Test
    void readsTheUsageOfEmbeddings() {
        assertThat(of("{\"usage\":{\"prompt_tokens\":10,\"total_tokens\":10}}")).contains(TokenUsage.of(10, 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no JSON",
                "[]",
                "{\"usage\":null}",
                "{\"usage\":{}}",
                "{\"usage\":{\"prompt_tokens\":null}}",
                "{\"usage\":{\"prompt_tokens\":1.5}}",
                "{\"usage\":{\"prompt_tokens\":99999999999999999999}}"
            })
    void takesWhatIsNoWholeNumberForNone(String body) {
        assertThat(of(body)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"usage\":{\"prompt_tokens\":-1}}",
                "{\"usage\":{\"prompt_tokens\":9223372036854775807,\"completion_tokens\":1}}",
                "{\"usage\":{\"prompt_tokens\":1,\"prompt_tokens_details\":{\"cached_tokens\":2}}}"
            })
    void passesOnAContradictionAsAValue(String body) {
        assertThat(of(body).flatMap(TokenUsage::contradiction)).isPresent();
    }
}
