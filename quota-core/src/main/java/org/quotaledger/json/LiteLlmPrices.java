package org.quotaledger.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.quotaledger.amount.Meter;
import org.quotaledger.pricing.ModelPrice;
import org.quotaledger.pricing.PriceBook;
import org.quotaledger.pricing.ServiceTier;
import org.quotaledger.pricing.TokenRates;

/**
 * Reads LiteLLM's model cost map, {@code model_prices_and_context_window.json}: one object with an entry per model, prices
 * in US dollars per token.
 *
 * <p>The rules are those of LiteLLM's documentation ("Model Cost Map") and of its {@code llm_cost_calc/utils.py}, but for
 * the differences named below.
 *
 * <table>
 * <caption>What is read of an entry</caption>
 * <tr><th>key</th><th>meaning</th></tr>
 * <tr><td>{@code input_cost_per_token}</td><td>plain input</td></tr>
 * <tr><td>{@code output_cost_per_token}</td><td>output, reasoning included</td></tr>
 * <tr><td>{@code cache_read_input_token_cost}</td><td>cached read</td></tr>
 * <tr><td>{@code cache_creation_input_token_cost}</td><td>cached write, 5 minutes</td></tr>
 * <tr><td>{@code cache_creation_input_token_cost_above_1hr}</td><td>cached write, 1 hour</td></tr>
 * <tr><td>… then {@code _above_200k_tokens}</td><td>the same for a request with more than 200,000 input tokens; any number,
 *     with {@code k} for thousands or without</td></tr>
 * <tr><td>… then {@code _batches}, {@code _flex}, {@code _priority}</td><td>the same at that {@link ServiceTier}</td></tr>
 * <tr><td>{@code max_output_tokens}</td><td>the most output that an estimate assumes</td></tr>
 * <tr><td>{@code litellm_provider}</td><td>only whether it is {@code xai}, whose thresholds include the threshold itself</td></tr>
 * </table>
 *
 * <p>Null is the same as absent. Other keys are not looked at: the format is another project's and grows.
 *
 * <p><b>Left out</b>, so that their cost is unpriceable rather than wrong: {@code sample_spec}; an entry with neither an
 * input nor an output price per token; an entry whose prices per token are all zero while it has another
 * {@code input_cost_per_…} or {@code output_cost_per_…} that is not, e.g. per image; an entry with {@code tiered_pricing},
 * which replaces the prices per token by ranges.
 *
 * <p><b>Not read</b>: prices of audio, image, video and reasoning tokens and of searches and sessions, {@code off_peak_pricing},
 * and the multipliers of regions and of fast modes ({@code regional_processing_uplift_multiplier_…},
 * {@code provider_specific_entry}). A caller that uses those gives a multiplier per request in
 * {@link org.quotaledger.pricing.PriceTerms}.
 *
 * <p><b>Differences</b>: a cached price that is absent is priced as {@link ModelPrice} says, where LiteLLM has some such
 * tokens for nothing; a price that is absent above the highest threshold passed is looked for above the next lower one
 * before the one without a threshold, where LiteLLM skips the lower one.
 *
 * <p>Numbers are taken digit by digit: {@code 1.25e-06} is exactly 0.00000125. A value of the wrong type in a key that is
 * read, a negative or absurd price, a duplicate key and whatever else is not well-formed is refused with a
 * {@link JsonFormatException} that names the place; nothing is read by halves. A document has at most 64 MiB.
 */
public final class LiteLlmPrices {

    private static final String EXAMPLE_ENTRY = "sample_spec";

    private static final Pattern PRICE_KEY =
            Pattern.compile("(?<kind>input_cost_per_token|output_cost_per_token|cache_read_input_token_cost"
                    + "|cache_creation_input_token_cost(?:_above_1hr)?)"
                    + "(?:_above_(?<above>[1-9][0-9]{0,8})(?<thousands>k)?_tokens)?"
                    + "(?:_(?<tier>batches|flex|priority))?");

    private LiteLlmPrices() {}

    /**
     * Reads a file into a book of {@link Meter#USD} whose prices are in force at all times. To have them in another meter
     * or from an instant on, give {@link PriceBook#pricesAt} of it to another book's builder.
     *
     * @throws JsonFormatException if the document is not as it must be
     * @throws IOException if the file cannot be read
     */
    public static PriceBook read(Path file) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            return read(bytes);
        }
    }

    /**
     * Reads UTF-8, -16 or -32 bytes, as {@link #read(Path)} does, and does not close them.
     *
     * @throws JsonFormatException if the document is not as it must be
     * @throws IOException if the bytes cannot be read
     */
    public static PriceBook read(InputStream bytes) throws IOException {
        return book(StrictJson.parse(bytes));
    }

    /**
     * Reads characters, as {@link #read(Path)} does, and does not close them.
     *
     * @throws JsonFormatException if the document is not as it must be
     * @throws IOException if the characters cannot be read
     */
    public static PriceBook read(Reader characters) throws IOException {
        return book(StrictJson.parse(characters));
    }

    private static PriceBook book(JsonNode document) {
        if (!document.isObject()) {
            throw new JsonFormatException(
                    "", "expected an object with an entry per model, but was " + StrictJson.describe(document));
        }
        PriceBook.Builder book = PriceBook.builder(Meter.USD);
        document.properties().forEach(member -> {
            String model = member.getKey();
            if (!model.equals(EXAMPLE_ENTRY)) {
                new Entry(model, member.getValue()).price().ifPresent(price -> book.price(model, price));
            }
        });
        return book.build();
    }

    /** One model's entry while it is read. */
    private static final class Entry {

        private final String path;
        private final JsonNode members;

        Entry(String model, JsonNode members) {
            this.path = StrictJson.path("", model);
            this.members = members;
            if (model.isBlank() || model.length() > PriceBook.MAX_NAME) {
                throw new JsonFormatException(
                        path,
                        "the name of the model has " + model.length() + " characters"
                                + (model.isBlank() ? " and is blank" : "") + ": expected 1 to " + PriceBook.MAX_NAME);
            }
            if (!members.isObject()) {
                throw new JsonFormatException(path, "expected an object, but was " + StrictJson.describe(members));
            }
        }

        Optional<ModelPrice> price() {
            Map<ServiceTier, Map<Long, TokenRates.Builder>> steps = steps();
            TokenRates.Builder standard =
                    steps.getOrDefault(ServiceTier.STANDARD, Map.of()).get(Step.NO_THRESHOLD);
            if (standard == null || !pricedByTokens()) {
                return Optional.empty();
            }
            ModelPrice.Builder price = ModelPrice.builder(standard.build());
            steps.forEach((tier, rates) -> rates.forEach((above, builder) -> {
                if (above != Step.NO_THRESHOLD) {
                    price.above(tier, above, builder.build());
                } else if (tier != ServiceTier.STANDARD) {
                    price.serviceTier(tier, builder.build());
                }
            }));
            maxOutputTokens().ifPresent(price::maxOutputTokens);
            return Optional.of(price.build());
        }

        private Map<ServiceTier, Map<Long, TokenRates.Builder>> steps() {
            // xAI charges the rates above a threshold from the threshold on; LiteLLM makes the same exception.
            boolean thresholdsInclusive = "xai".equals(provider());
            Map<ServiceTier, Map<Long, TokenRates.Builder>> steps = new EnumMap<>(ServiceTier.class);
            Map<Step, String> keys = new HashMap<>();
            members.properties().forEach(member -> {
                Matcher key = PRICE_KEY.matcher(member.getKey());
                JsonNode value = member.getValue();
                if (StrictJson.absent(value) || !key.matches()) {
                    return;
                }
                Step step = Step.of(key, thresholdsInclusive);
                String at = StrictJson.path(path, member.getKey());
                String same = keys.put(step, member.getKey());
                if (same != null) {
                    throw new JsonFormatException(
                            at, "says the price that " + same + " says too: expected one of them");
                }
                TokenRates.Builder rates = steps.computeIfAbsent(step.tier, any -> new HashMap<>())
                        .computeIfAbsent(step.above, any -> TokenRates.perToken());
                BigDecimal price = number(at, value);
                try {
                    step.kind.set(rates, price);
                } catch (IllegalArgumentException outOfBounds) {
                    throw new JsonFormatException(at, String.valueOf(outOfBounds.getMessage()));
                }
            });
            return steps;
        }

        /** Whether tokens are what this model is charged for. */
        private boolean pricedByTokens() {
            boolean anyPrice = false;
            boolean anyCharge = false;
            boolean otherCharge = false;
            for (Map.Entry<String, JsonNode> member : members.properties()) {
                String key = member.getKey();
                JsonNode value = member.getValue();
                boolean charge = value.isNumber() && value.decimalValue().signum() > 0;
                if (PRICE_KEY.matcher(key).matches()) {
                    anyPrice |= isStandardInputOrOutput(key) && !StrictJson.absent(value);
                    anyCharge |= charge;
                } else if (key.startsWith("input_cost_per_") || key.startsWith("output_cost_per_")) {
                    otherCharge |= charge;
                }
            }
            boolean byRanges = !StrictJson.absent(members.path("tiered_pricing"));
            return anyPrice && !byRanges && (anyCharge || !otherCharge);
        }

        private static boolean isStandardInputOrOutput(String key) {
            return key.equals("input_cost_per_token") || key.equals("output_cost_per_token");
        }

        private @Nullable String provider() {
            JsonNode provider = members.path("litellm_provider");
            if (StrictJson.absent(provider)) {
                return null;
            }
            if (!provider.isTextual()) {
                throw new JsonFormatException(
                        StrictJson.path(path, "litellm_provider"),
                        "expected a string, but was " + StrictJson.describe(provider));
            }
            return provider.textValue();
        }

        private OptionalLong maxOutputTokens() {
            JsonNode value = members.path("max_output_tokens");
            if (StrictJson.absent(value)) {
                return OptionalLong.empty();
            }
            String at = StrictJson.path(path, "max_output_tokens");
            BigDecimal tokens = number(at, value);
            // Digits before the point first: a whole number is never made of a huge exponent.
            boolean small = tokens.signum() == 0 || (long) tokens.precision() - tokens.scale() <= 18;
            if (!small || tokens.signum() < 0 || tokens.stripTrailingZeros().scale() > 0) {
                throw new JsonFormatException(
                        at, "expected a whole number of tokens, 0 or more, but was " + StrictJson.describe(value));
            }
            return OptionalLong.of(tokens.longValueExact());
        }

        private static BigDecimal number(String at, JsonNode value) {
            if (!value.isNumber()) {
                throw new JsonFormatException(at, "expected a number, but was " + StrictJson.describe(value));
            }
            return value.decimalValue();
        }
    }

    /** Which price a key says. */
    private record Step(Kind kind, ServiceTier tier, long above) {

        static final long NO_THRESHOLD = -1;

        static Step of(Matcher key, boolean thresholdsInclusive) {
            return new Step(Kind.of(key.group("kind")), tier(key.group("tier")), above(key, thresholdsInclusive));
        }

        private static ServiceTier tier(@Nullable String suffix) {
            return suffix == null
                    ? ServiceTier.STANDARD
                    : switch (suffix) {
                        case "batches" -> ServiceTier.BATCH;
                        case "flex" -> ServiceTier.FLEX;
                        default -> ServiceTier.PRIORITY;
                    };
        }

        private static long above(Matcher key, boolean inclusive) {
            String number = key.group("above");
            if (number == null) {
                return NO_THRESHOLD;
            }
            long threshold = Long.parseLong(number) * (key.group("thousands") == null ? 1 : 1_000);
            return inclusive ? threshold - 1 : threshold;
        }
    }

    private enum Kind {
        INPUT("input_cost_per_token"),
        OUTPUT("output_cost_per_token"),
        CACHED_READ("cache_read_input_token_cost"),
        CACHED_WRITE_5M("cache_creation_input_token_cost"),
        CACHED_WRITE_1H("cache_creation_input_token_cost_above_1hr");

        private final String key;

        Kind(String key) {
            this.key = key;
        }

        TokenRates.Builder set(TokenRates.Builder rates, BigDecimal price) {
            return switch (this) {
                case INPUT -> rates.input(price);
                case OUTPUT -> rates.output(price);
                case CACHED_READ -> rates.cachedRead(price);
                case CACHED_WRITE_5M -> rates.cachedWrite5m(price);
                case CACHED_WRITE_1H -> rates.cachedWrite1h(price);
            };
        }

        static Kind of(String key) {
            for (Kind kind : values()) {
                if (kind.key.equals(key)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("no price has the key " + key);
        }
    }
}
