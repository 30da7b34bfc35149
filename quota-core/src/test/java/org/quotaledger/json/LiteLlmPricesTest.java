package org.quotaledger.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.quotaledger.pricing.ModelPrice;
import org.quotaledger.pricing.PriceBook;
import org.quotaledger.pricing.ServiceTier;
import org.quotaledger.pricing.TokenRates;

class LiteLlmPricesTest {

    @Test
    void readsEveryKindOfPriceExactlyAsWritten() {
        ModelPrice price = model("""
                "input_cost_per_token": 1.25e-06, "output_cost_per_token": 0.00001,
                "cache_read_input_token_cost": 1.25E-7, "cache_creation_input_token_cost": 3.3333333333333335e-05,
                "cache_creation_input_token_cost_above_1hr": 1
                """);

        assertThat(price)
                .isEqualTo(ModelPrice.of(TokenRates.perToken()
                        .input("0.00000125")
                        .output("0.00001")
                        .cachedRead("0.000000125")
                        .cachedWrite5m("0.000033333333333333335")
                        .cachedWrite1h("1")
                        .build()));
    }

    @ParameterizedTest
    @CsvSource({"128k, 128000", "200k, 200000", "272k, 272000", "1000k, 1000000", "4096, 4096"})
    void readsAnyThreshold(String written, long threshold) {
        ModelPrice price = model("""
                "input_cost_per_token": 1, "input_cost_per_token_above_%s_tokens": 2
                """.formatted(written));

        assertThat(input(price, ServiceTier.STANDARD, threshold)).isEqualTo("1");
        assertThat(input(price, ServiceTier.STANDARD, threshold + 1)).isEqualTo("2");
    }

    @Test
    void aThresholdOfAnyKindOfPriceCounts() {
        ModelPrice price = model("""
                "input_cost_per_token": 1, "output_cost_per_token": 2,
                "cache_creation_input_token_cost_above_1hr_above_32k_tokens": 5
                """);

        TokenRates above = price.ratesFor(ServiceTier.STANDARD, 32_001);
        assertThat(above.cachedWrite1h()).isEqualTo("5");
        assertThat(above.cachedWrite5m()).isEqualTo("1");
        assertThat(above.output()).isEqualTo("2");
    }

    @Test
    void thresholdsOfXaiIncludeTheThresholdItself() {
        ModelPrice price = model("""
                "litellm_provider": "xai", "input_cost_per_token": 1, "input_cost_per_token_above_128k_tokens": 2
                """);

        assertThat(input(price, ServiceTier.STANDARD, 127_999)).isEqualTo("1");
        assertThat(input(price, ServiceTier.STANDARD, 128_000)).isEqualTo("2");
    }

    @Test
    void readsServiceTiersWithAndWithoutThreshold() {
        ModelPrice price = model("""
                "input_cost_per_token": 2, "input_cost_per_token_batches": 1, "input_cost_per_token_flex": 1.5,
                "input_cost_per_token_priority": 4, "input_cost_per_token_above_200k_tokens": 3,
                "input_cost_per_token_above_200k_tokens_priority": 8
                """);

        assertThat(input(price, ServiceTier.BATCH, 1)).isEqualTo("1");
        assertThat(input(price, ServiceTier.FLEX, 1)).isEqualTo("1.5");
        assertThat(input(price, ServiceTier.PRIORITY, 1)).isEqualTo("4");
        assertThat(input(price, ServiceTier.PRIORITY, 200_001)).isEqualTo("8");
        assertThat(input(price, ServiceTier.FLEX, 200_001)).isEqualTo("3");
    }

    @Test
    void readsTheMaximumOutput() {
        assertThat(model("\"input_cost_per_token\": 1, \"max_output_tokens\": 8192")
                        .maxOutputTokens())
                .hasValue(8_192);
        assertThat(model("\"input_cost_per_token\": 1, \"max_output_tokens\": 8192.0")
                        .maxOutputTokens())
                .hasValue(8_192);
        assertThat(model("\"input_cost_per_token\": 1, \"max_output_tokens\": null")
                        .maxOutputTokens())
                .isEmpty();
        assertThat(model("\"input_cost_per_token\": 1").maxOutputTokens()).isEmpty();
    }

    @Test
    void unknownKeysOfAnyTypeAreNormal() {
        ModelPrice price = model("""
                "input_cost_per_token": 1, "supports_vision": true, "provider_specific_entry": {"us": 1.1},
                "input_cost_per_token_cache_hit": "free", "input_cost_per_token_above_many_tokens": [],
                "input_cost_per_token_above_0k_tokens": "?", "input_cost_per_token_ultrafast": 9, "x": [[[{}]]]
                """);

        assertThat(price)
                .isEqualTo(ModelPrice.of(TokenRates.perToken().input("1").build()));
    }

    @Test
    void nullIsAsGoodAsAbsent() {
        ModelPrice price = model("""
                "input_cost_per_token": 1, "output_cost_per_token": null, "litellm_provider": null,
                "cache_read_input_token_cost_above_200k_tokens": null
                """);

        assertThat(price)
                .isEqualTo(ModelPrice.of(TokenRates.perToken().input("1").build()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\"mode\": \"chat\"",
                "\"input_cost_per_token\": null",
                "\"input_cost_per_second\": 0.1",
                "\"output_cost_per_image\": 0.04",
                "\"cache_read_input_token_cost\": 1",
                "\"input_cost_per_token_batches\": 1",
                "\"input_cost_per_token\": 0, \"output_cost_per_token\": 0, \"output_cost_per_image\": 0.04",
                "\"input_cost_per_token\": 1, \"tiered_pricing\": [{\"range\": [0, 32000]}]"
            })
    void leavesOutAnEntryThatIsNotPricedByTokens(String members) {
        assertThat(read("{\"m\": {" + members + "}}").models()).isEmpty();
    }

    @Test
    void anEntryPricedAtZeroThroughoutIsFree() {
        assertThat(model(
                        "\"input_cost_per_token\": 0.0, \"output_cost_per_token\": 0, \"input_cost_per_character\": 0"))
                .isEqualTo(ModelPrice.of(
                        TokenRates.perToken().input("0").output("0").build()));
    }

    @Test
    void theExampleEntryIsNoModel() {
        String example = """
                {"sample_spec": {"input_cost_per_token": 0.0, "max_output_tokens": "max output tokens, if specified"}}
                """;

        assertThat(read(example).models()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"0.1\"      | expected a number, but was the string \"0.1\"",
                "true         | expected a number, but was true",
                "[1]          | expected a number, but was an array",
                "{\"a\": 1}   | expected a number, but was an object",
                "-1e-06       | input price per token is -0.000001: expected 0 to 1000000",
                "1000001      | input price per token is 1000001: expected 0 to 1000000",
                "1e999999999  | input price per token is 1E+999999999: expected 0 to 1000000",
                "1e-999999999 | input price per token is 1E-999999999: expected 0 to 1000000"
            })
    void aWrongPriceIsRefusedByItsPath(String value, String problem) {
        String json = "{\"gpt-4o\": {\"input_cost_per_token\": " + value + "}}";

        assertThatExceptionOfType(JsonFormatException.class)
                .isThrownBy(() -> read(json))
                .withMessageStartingWith("gpt-4o.input_cost_per_token: " + problem)
                .satisfies(e -> assertThat(e.path()).isEqualTo("gpt-4o.input_cost_per_token"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "0.5", "\"8192\"", "1e999999999", "1e-999999999", "99999999999999999999", "[]"})
    void aWrongMaximumOutputIsRefusedByItsPath(String value) {
        String json = "{\"m\": {\"input_cost_per_token\": 1, \"max_output_tokens\": " + value + "}}";

        assertThatExceptionOfType(JsonFormatException.class)
                .isThrownBy(() -> read(json))
                .withMessageStartingWith("m.max_output_tokens: expected a ");
    }

    @Test
    void aWrongProviderIsRefusedByItsPath() {
        assertThatExceptionOfType(JsonFormatException.class)
                .isThrownBy(() -> read("{\"m\": {\"litellm_provider\": 7}}"))
                .withMessage("m.litellm_provider: expected a string, but was the number 7");
    }

    @Test
    void aPathQuotesAModelWhoseNameIsNotPlain() {
        assertThatExceptionOfType(JsonFormatException.class)
                .isThrownBy(() -> read("{\"gpt-4.1\": {\"input_cost_per_token\": \"x\"}}"))
                .withMessageStartingWith("[\"gpt-4.1\"].input_cost_per_token: ");
        assertThatExceptionOfType(JsonFormatException.class)
                .isThrownBy(() -> read("{\"a\\\"]\\nforged\": 5}"))
                .withMessage("[\"a?]?forged\"]: expected an object, but was the number 5");
    }

    @Test
    void refusesTwoKeysThatSayTheSamePrice() {
        String json = """
                {"m": {"input_cost_per_token": 1, "input_cost_per_token_above_200k_tokens": 2,
                       "input_cost_per_token_above_200000_tokens": 3}}
                """;

        assertThatExceptionOfType(JsonFormatException.class)
                .isThrownBy(() -> read(json))
                .withMessageContaining("says the price that input_cost_per_token_above_200");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"\": {}}", "{\"m\": null}", "{\"m\": []}", "{\"m\": \"x\"}"})
    void refusesAnEntryThatIsNone(String json) {
        assertThatExceptionOfType(JsonFormatException.class).isThrownBy(() -> read(json));
    }

    @Test
    void refusesABlankModelName() {
        assertThatExceptionOfType(JsonFormatException.class)
                .isThrownBy(() -> read("{\" \": {\"input_cost_per_token\": 1}}"))
                .withMessageContaining("is blank");
    }

    @Test
    void refusesAnOverlongModelName() {
        assertThatExceptionOfType(JsonFormatException.class)
                .isThrownBy(() -> read("{\"" + "x".repeat(201) + "\": {\"input_cost_per_token\": 1}}"))
                .withMessageContaining("201 characters: expected 1 to 200");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "1", "\"x\"", "null", "true"})
    void refusesADocumentThatIsNoObject(String json) {
        assertThatExceptionOfType(JsonFormatException.class)
                .isThrownBy(() -> read(json))
                .withMessageStartingWith("expected an object with an entry per model, but was ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{\"m\": {\"input_cost_per_token\": NaN}}",
                "{\"m\": {\"input_cost_per_token\": Infinity}}",
                "{\"m\": {\"input_cost_per_token\": 1e99999999999}}",
                "{\"m\": {\"input_cost_per_token\": 01}}",
                "{\"m\": {\"input_cost_per_token\": .5}}",
                "{} {}",
                "{} x",
                "{'m': {}}",
                "{\"m\": {}, }",
                "{\"m\": {} /* comment */}",
                "{\"m\": {}, \"m\": {}}",
                "{\"m\": {\"input_cost_per_token\": 1, \"input_cost_per_token\": 2}}",
                "{\"m\": {\"unknown\": {\"a\": 1, \"a\": 1}}}"
            })
    void refusesMalformedDocumentsByLineAndColumn(String json) {
        assertThatExceptionOfType(JsonFormatException.class)
                .isThrownBy(() -> read(json))
                .withMessageStartingWith("line 1, column ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  \n "})
    void refusesAnEmptyDocument(String json) {
        assertThatExceptionOfType(JsonFormatException.class)
                .isThrownBy(() -> read(json))
                .withMessage("the document is empty: expected a JSON value");
    }

    @Test
    void refusesHostileSizesQuickly() {
        String deep = "{\"m\": " + "[".repeat(5_000_000);
        String longNumber = "{\"m\": {\"input_cost_per_token\": " + "9".repeat(5_000_000) + "}}";
        String longFraction = "{\"m\": {\"input_cost_per_token\": 0." + "3".repeat(5_000_000) + "}}";
        String longKey = "{\"" + "k".repeat(5_000_000) + "\": {}}";

        // Of this thread, however long it waits for a processor; to compute such numbers takes minutes.
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadCpuTime();
        for (String hostile : new String[] {deep, longNumber, longFraction, longKey}) {
            assertThatExceptionOfType(JsonFormatException.class)
                    .isThrownBy(() -> read(hostile))
                    .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1_000));
        }
        assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - before)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void readsBytesInUtf8AndRefusesOthers() throws IOException {
        byte[] good = "{\"模型\": {\"input_cost_per_token\": 1}}".getBytes(StandardCharsets.UTF_8);
        byte[] bad = {'{', '"', (byte) 0xC3, (byte) 0x28, '"', ':', '{', '}', '}'};

        assertThat(LiteLlmPrices.read(new ByteArrayInputStream(good)).models()).containsExactly("模型");
        assertThatExceptionOfType(JsonFormatException.class)
                .isThrownBy(() -> LiteLlmPrices.read(new ByteArrayInputStream(bad)));
    }

    @Test
    void leavesTheCallersStreamOpen() throws IOException {
        AtomicBoolean closed = new AtomicBoolean();
        InputStream bytes = new ByteArrayInputStream("{}".getBytes(StandardCharsets.UTF_8)) {
            @Override
            public void close() {
                closed.set(true);
            }
        };

        LiteLlmPrices.read(bytes);

        assertThat(closed).isFalse();
    }

    @Test
    void readsAFileAndSaysWhenThereIsNone(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("prices.json"), "{\"m\": {\"input_cost_per_token\": 1}}");

        assertThat(LiteLlmPrices.read(file).models()).containsExactly("m");
        assertThatIOException()
                .isThrownBy(() -> LiteLlmPrices.read(folder.resolve("none.json")))
                .isInstanceOf(NoSuchFileException.class);
    }

    private static ModelPrice model(String members) {
        return read("{\"m\": {" + members + "}}").price("m", Instant.EPOCH).orElseThrow();
    }

    private static BigDecimal input(ModelPrice price, ServiceTier tier, long inputTokens) {
        return price.ratesFor(tier, inputTokens).input();
    }

    private static PriceBook read(String json) {
        try {
            return LiteLlmPrices.read(new StringReader(json));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
