package org.quotaledger.pricing;

import java.math.BigDecimal;
import java.util.Objects;

/**
 * What of a single request changes its price: the service tier it was processed at, and multipliers of the caller's own,
 * such as a mark-up, a customer's discount or a provider's regional uplift.
 *
 * <p>The multipliers apply after those of the {@link ModelPrice}, before the one rounding: the input multiplier to plain,
 * read and written input tokens, the output multiplier to output tokens. Each is 0 to 1,000,000 with at most 40 decimals.
 * Immutable and thread-safe.
 *
 * @param serviceTier how the provider processed the request
 * @param inputMultiplier multiplies the cost of input; 1 leaves it as it is, 0 makes it free
 * @param outputMultiplier multiplies the cost of output
 */
public record PriceTerms(ServiceTier serviceTier, BigDecimal inputMultiplier, BigDecimal outputMultiplier) {

    /** The ordinary service tier, no multiplier. */
    public static final PriceTerms STANDARD = of(ServiceTier.STANDARD);

    /** @throws IllegalArgumentException if a multiplier is out of bounds */
    public PriceTerms {
        Objects.requireNonNull(serviceTier, "serviceTier");
        inputMultiplier = Decimals.check("input multiplier", inputMultiplier);
        outputMultiplier = Decimals.check("output multiplier", outputMultiplier);
    }

    /** Returns the terms of a service tier, without multipliers. */
    public static PriceTerms of(ServiceTier serviceTier) {
        return new PriceTerms(serviceTier, BigDecimal.ONE, BigDecimal.ONE);
    }

    /**
     * Returns these terms with other multipliers.
     *
     * @throws IllegalArgumentException if one is out of bounds
     */
    public PriceTerms withMultipliers(BigDecimal input, BigDecimal output) {
        return new PriceTerms(serviceTier, input, output);
    }

    /**
     * Returns these terms with one multiplier for input and output.
     *
     * @throws IllegalArgumentException if it is out of bounds
     */
    public PriceTerms withMultiplier(BigDecimal multiplier) {
        return withMultipliers(multiplier, multiplier);
    }
}
