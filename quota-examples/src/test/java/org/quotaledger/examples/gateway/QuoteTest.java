package org.quotaledger.examples.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.json.LiteLlmPrices;
import org.quotaledger.pricing.PriceBook;
import org.quotaledger.pricing.TokenUsage;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.UnbilledReason;

class QuoteTest {

    private static final AccountId KEY = AccountId.of("key-1");
    private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");

    private final PriceBook prices = prices();

    private static PriceBook prices() {
        try {
            return LiteLlmPrices.read(new StringReader("""
                    {"bounded": {"input_cost_per_token": 0.01, "output_cost_per_token": 0.1, "max_output_tokens": 50,
                                 "input_cost_per_token_priority": 0.02, "output_cost_per_token_priority": 0.2},
                     "unbounded": {"input_cost_per_token": 0.01, "output_cost_per_token": 0.1},
                     "dear": {"input_cost_per_token": 1, "output_cost_per_token": 1}}"""));
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private Quote quote(String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return Quote.of(prices, ModelRequest.of(Endpoint.CHAT_COMPLETIONS, bytes, 100), NOON);
    }

    private String reserved(String body) {
        return quote(body).reserve(KEY).build().charge().toString();
    }

    @Test
    void reservesPromptAndTheMostOutputThatIsAllowed() {
        assertThat(reserved("{\"model\":\"unbounded\",\"prompt\":\"123456\",\"max_tokens\":7}"))
                .isEqualTo("1 requests + 9 tokens + 0.72 usd");
        assertThat(reserved("{\"model\":\"unbounded\",\"max_tokens\":7,\"max_completion_tokens\":3}"))
                .isEqualTo("1 requests + 3 tokens + 0.3 usd");
    }

    @Test
    void reservesNoMoreThanTheModelCanProduceInEachChoice() {
        assertThat(reserved("{\"model\":\"bounded\",\"max_tokens\":1000}")).isEqualTo("1 requests + 50 tokens + 5 usd");
        assertThat(reserved("{\"model\":\"bounded\",\"max_tokens\":1000,\"n\":3}"))
                .isEqualTo("1 requests + 150 tokens + 15 usd");
    }

    @Test
    void reservesADefaultWhereNothingBoundsTheOutput() {
        assertThat(reserved("{\"model\":\"unbounded\"}")).isEqualTo("1 requests + 100 tokens + 10 usd");
    }

    @Test
    void pricesTheServiceTierThatIsAskedFor() {
        String body = "{\"model\":\"bounded\",\"max_tokens\":1,\"service_tier\":\"priority\"}";

        assertThat(reserved(body)).isEqualTo("1 requests + 1 tokens + 0.2 usd");
        assertThat(quote(body).bill(Optional.of(TokenUsage.of(1, 1))))
                .hasToString("Charged[charge=1 requests + 2 tokens + 0.22 usd]");
    }

    @Test
    void letsWhatHasNoPricePassWithItsReason() {
        ReserveRequest unknown = quote("{\"model\":\"other\"}").reserve(KEY).build();
        ReserveRequest missing = quote("{}").reserve(KEY).build();

        assertThat(unknown.unbilled()).contains(UnbilledReason.PRICE_NOT_FOUND);
        assertThat(missing.unbilled()).contains(UnbilledReason.MODEL_MISSING);
        assertThat(quote("{}").isBilled()).isFalse();
    }

    @Test
    void billsAUsageThatCannotBeTrueAsInvalid() {
        assertThat(quote("{\"model\":\"bounded\"}").bill(Optional.of(TokenUsage.inclusive(100, 200, 10))))
                .isEqualTo(new Bill.Unbilled(UnbilledReason.USAGE_INVALID));
        assertThat(quote("{\"model\":\"bounded\"}").bill(Optional.of(TokenUsage.of(Long.MAX_VALUE, 0))))
                .isEqualTo(new Bill.Unbilled(UnbilledReason.USAGE_INVALID));
    }

    @Test
    void refusesARequestThatCouldCostMoreThanCanBeCounted() {
        assertThatThrownBy(() -> quote("{\"model\":\"dear\",\"n\":128,\"max_tokens\":2147483647}"))
                .isInstanceOf(GatewayError.class);
    }
}
