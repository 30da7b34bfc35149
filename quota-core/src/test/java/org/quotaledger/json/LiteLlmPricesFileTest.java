package org.quotaledger.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.pricing.Cost;
import org.quotaledger.pricing.Estimate;
import org.quotaledger.pricing.PriceBook;
import org.quotaledger.pricing.PriceTerms;
import org.quotaledger.pricing.ServiceTier;
import org.quotaledger.pricing.TokenRates;
import org.quotaledger.pricing.TokenUsage;
import org.quotaledger.reservation.UnbilledReason;

/** A real price file, read whole. Expected costs are worked out by hand from the file's text, beside each test. */
class LiteLlmPricesFileTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private static Path file;
    private static PriceBook book;

    @BeforeAll
    static void readTheFileIfItIsThere() throws IOException {
        // The folder stands beside the project; tests run in the module's folder.
        Optional<Path> found = Stream.of("../../shared", "../shared")
                .map(folder -> Path.of(folder, "data", "model-prices.json"))
                .filter(Files::isRegularFile)
                .findFirst();
        assumeTrue(found.isPresent(), "skipped: no shared/data/model-prices.json beside the project");
        file = found.orElseThrow();
        book = LiteLlmPrices.read(file);
    }

    @Test
    void everyModelIsPricedButThoseNotChargedByTokens() throws IOException {
        Map<String, Map<String, BigDecimal>> lines = linesOfTheFile();

        TreeSet<String> expected = new TreeSet<>(lines.keySet());
        assertThat(expected).hasSize(218);
        expected.remove("gpt-realtime-whisper"); // 0.0002833… per second, nothing per token
        expected.remove("gemini-2.0-flash-exp-image-generation"); // 0 per token, 0.039 per image
        assertThat(book.models()).isEqualTo(expected);
    }

    @Test
    void everyPriceIsTheDecimalWrittenInTheFile() throws IOException {
        Map<String, Map<String, BigDecimal>> lines = linesOfTheFile();

        for (String model : book.models()) {
            Map<String, BigDecimal> written = lines.get(model);
            TokenRates rates = book.price(model, NOW).orElseThrow().ratesFor(ServiceTier.STANDARD, 1);
            BigDecimal input = written.get("input_cost_per_token");
            BigDecimal write5m = written.getOrDefault("cache_creation_input_token_cost", input);
            assertThat(rates.input()).as(model).isEqualByComparingTo(input);
            assertThat(rates.cachedRead())
                    .as(model)
                    .isEqualByComparingTo(written.getOrDefault("cache_read_input_token_cost", input));
            assertThat(rates.cachedWrite5m()).as(model).isEqualByComparingTo(write5m);
            assertThat(rates.cachedWrite1h())
                    .as(model)
                    .isEqualByComparingTo(written.getOrDefault("cache_creation_input_token_cost_above_1hr", write5m));
            if (written.containsKey("output_cost_per_token")) {
                assertThat(rates.output()).as(model).isEqualByComparingTo(written.get("output_cost_per_token"));
            } else {
                assertThat(rates.output()).as(model).isNull();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        // 2.5e-06 in, 1.25e-06 read, 1e-05 out: 86 → 0.000215, 1920 → 0.0024, 300 → 0.003
        "gpt-4o, 2006, 1920, 300, 0.005615",
        // 5e-07 in, no cached read price, 1.5e-06 out: 1000 → 0.0005, 1000 → 0.0015
        "gpt-3.5-turbo, 1000, 400, 1000, 0.002",
        // 2.8e-09 read: 0.28 of a unit is nothing, 3 × 0.28 = 0.84 is one
        "deepseek-v4-flash, 1, 1, 0, 0",
        "deepseek-v4-flash, 3, 3, 0, 0.00000001",
        // 5e-09 read: half a unit goes up
        "gpt-5-nano, 1, 1, 0, 0.00000001",
        // 3.961e-06 out: 7 → 0.000027727, that is 2772.7 units
        "kimi-k2.6, 0, 0, 7, 0.00002773",
        // free by the file: 0.0 in and out
        "deepseek-v3-2-251201, 1000000, 0, 1000000, 0",
        // 1.25e-06 in, 1.25e-07 read, 1e-05 out at 200,000: 100000 → 0.125, 100000 → 0.0125, 1000 → 0.01
        "gemini-2.5-pro, 200000, 100000, 1000, 0.1475",
        // above it 2.5e-06, 2.5e-07, 1.5e-05: 100001 → 0.2500025, 100000 → 0.025, 1000 → 0.015
        "gemini-2.5-pro, 200001, 100000, 1000, 0.2900025",
        // above 272,000: 5e-06 in, 5e-07 read, 2.25e-05 out: 72001 → 0.360005, 200000 → 0.1, 100 → 0.00225
        "gpt-5.4, 272001, 200000, 100, 0.462255",
        // at 272,000: 2.5e-06, 2.5e-07, 1.5e-05: 72000 → 0.18, 200000 → 0.05, 100 → 0.0015
        "gpt-5.4, 272000, 200000, 100, 0.2315"
    })
    void costsWhatTheFileSaysByHand(String model, long input, long cachedRead, long output, String expected) {
        assertThat(book.cost(model, TokenUsage.inclusive(input, cachedRead, output), NOW))
                .isEqualTo(new Cost.Priced(Amount.of(expected, Meter.USD), model));
    }

    @ParameterizedTest
    @CsvSource({
        // 3e-06 in, 3e-07 read, 3.75e-06 and 6e-06 written, 1.5e-05 out:
        // 1000 → 0.003, 20000 → 0.006, 3000 → 0.01125, 4000 → 0.024, 500 → 0.0075
        "claude-sonnet-4-5, 1000, 20000, 3000, 4000, 500, 0.05175",
        // 200,000 input in all: 150000 → 0.045, 30000 → 0.1125, 20000 → 0.12, 1000 → 0.015
        "claude-sonnet-4-5, 0, 150000, 30000, 20000, 1000, 0.2925",
        // one more, all at 6e-06, 6e-07, 7.5e-06, 1.2e-05, 2.25e-05:
        // 1 → 0.000006, 150000 → 0.09, 30000 → 0.225, 20000 → 0.24, 1000 → 0.0225
        "claude-sonnet-4-5, 1, 150000, 30000, 20000, 1000, 0.577506",
        // no 1 hour price above 200,000, so 6e-06 as below it: 200001 × 6e-06
        "claude-sonnet-4-20250514, 0, 0, 0, 200001, 0, 1.200006",
        // 5e-06, 5e-07, 6.25e-06, 1e-05, 2.5e-05: 10 → 0.00005, 20 → 0.00001, 30 → 0.0001875, 40 → 0.0004, 50 → 0.00125
        "claude-opus-5, 10, 20, 30, 40, 50, 0.0018975"
    })
    void costsOfCachedWritesAreWhatTheFileSaysByHand(
            String model, long input, long read, long write5m, long write1h, long output, String expected) {
        assertThat(book.cost(model, TokenUsage.exclusive(input, read, write5m, write1h, output), NOW))
                .isEqualTo(new Cost.Priced(Amount.of(expected, Meter.USD), model));
    }

    @ParameterizedTest
    @CsvSource({
        // gpt-4o: batches 1.25e-06 and 5e-06; priority 4.25e-06, 2.125e-06 read, 1.7e-05; no flex, so 2.5e-06 and 1e-05
        "gpt-4o, BATCH, 1000, 0, 1000, 0.00625",
        "gpt-4o, PRIORITY, 1000, 400, 1000, 0.0204",
        "gpt-4o, FLEX, 1000, 0, 1000, 0.0125",
        // gpt-5.4: flex 1.25e-06, 1.3e-07 read, 7.5e-06
        "gpt-5.4, FLEX, 1000, 1000, 1000, 0.00763",
        // gemini-3-pro-preview above 200,000, priority: 7.2e-06 in, 3.24e-05 out
        "gemini-3-pro-preview, PRIORITY, 200001, 0, 1000, 1.4724072"
    })
    void serviceTiersCostWhatTheFileSaysByHand(
            String model, ServiceTier tier, long input, long read, long output, String expected) {
        assertThat(book.cost(model, TokenUsage.inclusive(input, read, output), NOW, PriceTerms.of(tier)))
                .isEqualTo(new Cost.Priced(Amount.of(expected, Meter.USD), model));
    }

    @Test
    void anEstimateIsBoundedByTheModelsMaximumOutput() {
        // gpt-4o: 1000 × 2.5e-06 + 16384 × 1e-05
        assertThat(book.estimate("gpt-4o", Estimate.of(1_000, 1_000_000), NOW))
                .isEqualTo(new Cost.Priced(Amount.of("0.16634", Meter.USD), "gpt-4o"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-realtime-whisper", "gemini-2.0-flash-exp-image-generation", "gpt-image-1", "no-such"})
    void whatIsNotChargedByTokensIsUnpriceable(String model) {
        Cost cost = book.cost(model, TokenUsage.of(1, 1), NOW);

        assertThat(cost.<Optional<UnbilledReason>>fold(
                        priced -> Optional.empty(), unpriceable -> Optional.of(unpriceable.reason())))
                .contains(UnbilledReason.PRICE_NOT_FOUND);
    }

    /** The file by its lines, read without any JSON library: numbers of two-space models' four-space members. */
    private static Map<String, Map<String, BigDecimal>> linesOfTheFile() throws IOException {
        Pattern modelLine = Pattern.compile("^ {2}\"([^\"]+)\": \\{$");
        Pattern numberLine = Pattern.compile("^ {4}\"([^\"]+)\": ([-+0-9.eE]+),?$");
        Map<String, Map<String, BigDecimal>> models = new TreeMap<>();
        Map<String, BigDecimal> members = new TreeMap<>();
        for (String line : Files.readAllLines(file)) {
            Matcher model = modelLine.matcher(line);
            Matcher number = numberLine.matcher(line);
            if (model.matches()) {
                members = new TreeMap<>();
                models.put(model.group(1), members);
            } else if (number.matches()) {
                members.put(number.group(1), new BigDecimal(number.group(2)));
            }
        }
        return models;
    }
}
