package org.quotaledger.pricing;

import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The price of one model: rates by service tier and by the size of the request, and multipliers.
 *
 * <p><b>Thresholds.</b> Rates above a threshold apply to a request with <em>more</em> billed input tokens than it
 * ({@link TokenUsage#inputTokens}: plain, read and written), and then to the whole request, output included. So do
 * providers bill long context, and so does LiteLLM (see {@code _get_token_base_cost} in its {@code llm_cost_calc/utils.py},
 * which compares {@code prompt_tokens > threshold} and takes the rates above it "for all token types").
 *
 * <p><b>Absent rates.</b> Each rate of a request is the first that is given of: above the highest threshold passed, at the
 * request's service tier, then at {@link ServiceTier#STANDARD}; the same above the next lower threshold passed; and so on
 * down to the rates without a threshold. What is still absent then is replaced:
 *
 * <table>
 * <caption>What stands in for an absent rate</caption>
 * <tr><th>absent</th><th>priced as</th></tr>
 * <tr><td>cached read</td><td>plain input: no discount is assumed</td></tr>
 * <tr><td>cached write, 5 minutes</td><td>plain input: no surcharge is known</td></tr>
 * <tr><td>cached write, 1 hour</td><td>cached write, 5 minutes</td></tr>
 * <tr><td>plain input, output</td><td>not at all: a request that used such tokens is unpriceable, never free</td></tr>
 * </table>
 *
 * <p>A rate of 0 is a price: such tokens are free.
 *
 * <p>Immutable and thread-safe; equal if all rates, multipliers and the maximum output are equal.
 */
public final class ModelPrice {

    private final Map<ServiceTier, TreeMap<Long, TokenRates>> given;
    private final BigDecimal inputMultiplier;
    private final BigDecimal outputMultiplier;

    /** Most tokens of output, or -1 if unknown. */
    private final long maxOutputTokens;

    /** Ascending; the first is -1, below every request, so that a step is always found. */
    private final long[] thresholds;

    /** For every service tier, in the order of {@link #thresholds}: fallbacks are resolved here, none in a request. */
    private final Map<ServiceTier, TokenRates[]> resolved = new EnumMap<>(ServiceTier.class);

    private ModelPrice(Builder builder) {
        given = new EnumMap<>(ServiceTier.class);
        builder.given.forEach((tier, rates) -> given.put(tier, new TreeMap<>(rates)));
        inputMultiplier = builder.inputMultiplier;
        outputMultiplier = builder.outputMultiplier;
        maxOutputTokens = builder.maxOutputTokens;
        thresholds = given.values().stream()
                .flatMap(rates -> rates.keySet().stream())
                .mapToLong(Long::longValue)
                .distinct()
                .sorted()
                .toArray();
        for (ServiceTier tier : ServiceTier.values()) {
            resolved.put(tier, steps(tier));
        }
    }

    private TokenRates[] steps(ServiceTier tier) {
        TokenRates[] steps = new TokenRates[thresholds.length];
        TokenRates below = null;
        for (int i = 0; i < thresholds.length; i++) {
            TokenRates standard = given(ServiceTier.STANDARD, thresholds[i]);
            TokenRates own = given(tier, thresholds[i]);
            // A threshold that only another service tier has leaves the rates as they are below it.
            TokenRates step = own == null ? standard : own.orElse(standard);
            TokenRates all = step == null ? Objects.requireNonNull(below) : step.orElse(below);
            steps[i] = all.filled();
            below = all;
        }
        return steps;
    }

    private @Nullable TokenRates given(ServiceTier tier, long threshold) {
        TreeMap<Long, TokenRates> rates = given.get(tier);
        return rates == null ? null : rates.get(threshold);
    }

    /** Returns a price of these rates for every request, whatever its size and service tier. */
    public static ModelPrice of(TokenRates rates) {
        return builder(rates).build();
    }

    /** Returns a builder of a price with these rates, without a threshold, at {@link ServiceTier#STANDARD}. */
    public static Builder builder(TokenRates rates) {
        return new Builder(rates);
    }

    /**
     * Returns the rates of a request at a service tier with so many billed input tokens, fallbacks resolved, before
     * multipliers.
     *
     * @throws IllegalArgumentException if {@code inputTokens} is negative
     */
    public TokenRates ratesFor(ServiceTier serviceTier, long inputTokens) {
        if (inputTokens < 0) {
            throw new IllegalArgumentException("input tokens are negative: " + inputTokens);
        }
        TokenRates[] steps = Objects.requireNonNull(resolved.get(serviceTier), "serviceTier");
        int step = thresholds.length - 1;
        while (inputTokens <= thresholds[step]) {
            step--;
        }
        return steps[step];
    }

    /** Returns what input is multiplied by; 1 unless given. */
    public BigDecimal inputMultiplier() {
        return inputMultiplier;
    }

    /** Returns what output is multiplied by; 1 unless given. */
    public BigDecimal outputMultiplier() {
        return outputMultiplier;
    }

    /** Returns the most tokens of output that the model can produce, if known. It bounds estimates, never costs. */
    public OptionalLong maxOutputTokens() {
        return maxOutputTokens < 0 ? OptionalLong.empty() : OptionalLong.of(maxOutputTokens);
    }

    /** Returns the exact cost, not rounded, or null if a rate that is needed is absent. */
    @Nullable
    BigDecimal exactCost(TokenUsage usage, PriceTerms terms) {
        TokenRates rates = ratesFor(terms.serviceTier(), usage.inputTokens());
        BigDecimal input = times(usage.plainInput(), rates.input());
        input = plus(input, usage.cachedRead(), rates.cachedRead());
        input = plus(input, usage.cachedWrite5m(), rates.cachedWrite5m());
        input = plus(input, usage.cachedWrite1h(), rates.cachedWrite1h());
        BigDecimal output = times(usage.output(), rates.output());
        return total(input, output, terms);
    }

    /** Returns the exact estimate, not rounded, or null if a rate that is needed is absent. */
    @Nullable
    BigDecimal exactCost(Estimate estimate) {
        PriceTerms terms = estimate.terms();
        TokenRates rates = ratesFor(terms.serviceTier(), estimate.inputTokens());
        BigDecimal rate = rates.input();
        if (estimate.cacheWrites() && rate != null) {
            // Filled rates have every cached price wherever they have an input price.
            rate = rate.max(Objects.requireNonNull(rates.cachedWrite5m()))
                    .max(Objects.requireNonNull(rates.cachedWrite1h()));
        }
        long outputTokens = maxOutputTokens < 0
                ? estimate.maxOutputTokens()
                : Math.min(maxOutputTokens, estimate.maxOutputTokens());
        return total(times(estimate.inputTokens(), rate), times(outputTokens, rates.output()), terms);
    }

    private @Nullable BigDecimal total(@Nullable BigDecimal input, @Nullable BigDecimal output, PriceTerms terms) {
        if (input == null || output == null) {
            return null;
        }
        return scaled(scaled(input, inputMultiplier), terms.inputMultiplier())
                .add(scaled(scaled(output, outputMultiplier), terms.outputMultiplier()));
    }

    private static @Nullable BigDecimal plus(@Nullable BigDecimal sum, long tokens, @Nullable BigDecimal rate) {
        if (sum == null || tokens == 0) {
            return sum;
        }
        return rate == null ? null : sum.add(BigDecimal.valueOf(tokens).multiply(rate));
    }

    private static @Nullable BigDecimal times(long tokens, @Nullable BigDecimal rate) {
        return plus(BigDecimal.ZERO, tokens, rate);
    }

    private static BigDecimal scaled(BigDecimal cost, BigDecimal multiplier) {
        // Most multipliers are 1: a multiplication saved per request.
        return multiplier.compareTo(BigDecimal.ONE) == 0 ? cost : cost.multiply(multiplier);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ModelPrice that
                && given.equals(that.given)
                && inputMultiplier.equals(that.inputMultiplier)
                && outputMultiplier.equals(that.outputMultiplier)
                && maxOutputTokens == that.maxOutputTokens;
    }

    @Override
    public int hashCode() {
        return Objects.hash(given, inputMultiplier, outputMultiplier, maxOutputTokens);
    }

    /** Returns the rates as they were given, the multipliers and the maximum output, for logs. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("ModelPrice[");
        given.forEach((tier, steps) -> steps.forEach((threshold, rates) -> text.append(tier)
                .append(threshold < 0 ? "" : " above " + threshold)
                .append(": ")
                .append(rates)
                .append(", ")));
        return text.append("multipliers ")
                .append(inputMultiplier.toPlainString())
                .append(" and ")
                .append(outputMultiplier.toPlainString())
                .append(maxOutputTokens < 0 ? "" : ", max output " + maxOutputTokens)
                .append(']')
                .toString();
    }

    /**
     * Collects the rates of one model. Both multipliers are 1 and the maximum output is unknown unless given. Not
     * thread-safe.
     */
    public static final class Builder {

        private static final long NO_THRESHOLD = -1;

        private final Map<ServiceTier, TreeMap<Long, TokenRates>> given = new EnumMap<>(ServiceTier.class);
        private BigDecimal inputMultiplier = BigDecimal.ONE;
        private BigDecimal outputMultiplier = BigDecimal.ONE;
        private long maxOutputTokens = -1;

        private Builder(TokenRates rates) {
            put(ServiceTier.STANDARD, NO_THRESHOLD, rates);
        }

        /**
         * Sets the rates of requests with more than {@code inputTokens} billed input tokens.
         *
         * @throws IllegalArgumentException if {@code inputTokens} is negative
         */
        public Builder above(long inputTokens, TokenRates rates) {
            return above(ServiceTier.STANDARD, inputTokens, rates);
        }

        /** Sets the rates of a service tier without a threshold; for {@code STANDARD}, replaces those first given. */
        public Builder serviceTier(ServiceTier tier, TokenRates rates) {
            put(tier, NO_THRESHOLD, rates);
            return this;
        }

        /**
         * Sets the rates of a service tier for requests with more than {@code inputTokens} billed input tokens.
         *
         * @throws IllegalArgumentException if {@code inputTokens} is negative
         */
        public Builder above(ServiceTier tier, long inputTokens, TokenRates rates) {
            if (inputTokens < 0) {
                throw new IllegalArgumentException("threshold of input tokens is negative: " + inputTokens);
            }
            put(tier, inputTokens, rates);
            return this;
        }

        /**
         * Sets what input and output are each multiplied by, at every service tier and size.
         *
         * @throws IllegalArgumentException if one is negative, more than 1,000,000 or has more than 40 decimals
         */
        public Builder multipliers(BigDecimal input, BigDecimal output) {
            inputMultiplier = Decimals.check("input multiplier", input);
            outputMultiplier = Decimals.check("output multiplier", output);
            return this;
        }

        /**
         * Sets one multiplier for input and output.
         *
         * @throws IllegalArgumentException if it is negative, more than 1,000,000 or has more than 40 decimals
         */
        public Builder multiplier(BigDecimal multiplier) {
            return multipliers(multiplier, multiplier);
        }

        /**
         * Sets the most tokens of output that the model can produce.
         *
         * @throws IllegalArgumentException if {@code tokens} is negative
         */
        public Builder maxOutputTokens(long tokens) {
            if (tokens < 0) {
                throw new IllegalArgumentException("max output tokens are negative: " + tokens);
            }
            maxOutputTokens = tokens;
            return this;
        }

        /** Returns the price. */
        public ModelPrice build() {
            return new ModelPrice(this);
        }

        private void put(ServiceTier tier, long threshold, TokenRates rates) {
            Objects.requireNonNull(tier, "tier");
            Objects.requireNonNull(rates, "rates");
            given.computeIfAbsent(tier, any -> new TreeMap<>()).put(threshold, rates);
        }
    }
}
