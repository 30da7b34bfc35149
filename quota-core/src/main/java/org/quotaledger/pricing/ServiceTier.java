package org.quotaledger.pricing;

/**
 * How a provider processes a request, which can change its price: OpenAI's {@code service_tier} and its batch API, and
 * what other providers sell under the same names.
 *
 * <p>A model that has no price of its own for a service tier is priced at {@link #STANDARD}.
 */
public enum ServiceTier {
    /** The ordinary price. */
    STANDARD,
    /** Processed later, in bulk. */
    BATCH,
    /** Processed on spare capacity. */
    FLEX,
    /** Processed ahead of others. */
    PRIORITY
}
