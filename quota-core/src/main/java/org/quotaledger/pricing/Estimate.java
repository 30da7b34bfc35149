package org.quotaledger.pricing;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.amount.Amount;

/**
 * How much a request can use, as far as is known before it runs: what to reserve for it.
 *
 * <p>All input is priced as if nothing of it were cached; {@link #withCacheWrites} prices it as if it were written to the
 * dearest cache. Output is the least of what the request allows itself, what {@link #outputAtMost} says and what the
 * model can produce, if the book knows that. Immutable and thread-safe.
 *
 * @param inputTokens tokens of the prompt, counted or estimated
 * @param maxOutputTokens most tokens of output, e.g. the request's {@code max_tokens}; {@link Long#MAX_VALUE} leaves it to
 *     the model's own maximum
 * @param cacheWrites whether input is priced as written to a cache
 * @param maxAmount most to reserve, or null for no bound
 * @param terms the service tier and the multipliers
 */
public record Estimate(
        long inputTokens,
        long maxOutputTokens,
        boolean cacheWrites,
        @Nullable Amount maxAmount,
        PriceTerms terms) {

    /** @throws IllegalArgumentException if a count is negative */
    public Estimate {
        if (inputTokens < 0) {
            throw new IllegalArgumentException("input tokens are negative: " + inputTokens);
        }
        if (maxOutputTokens < 0) {
            throw new IllegalArgumentException("max output tokens are negative: " + maxOutputTokens);
        }
        Objects.requireNonNull(terms, "terms");
    }

    /**
     * Returns an estimate at standard terms and without a bound on the amount.
     *
     * @throws IllegalArgumentException if a count is negative
     */
    public static Estimate of(long inputTokens, long maxOutputTokens) {
        return new Estimate(inputTokens, maxOutputTokens, false, null, PriceTerms.STANDARD);
    }

    /**
     * Returns this estimate with no more output than {@code tokens}.
     *
     * @throws IllegalArgumentException if {@code tokens} is negative
     */
    public Estimate outputAtMost(long tokens) {
        return new Estimate(inputTokens, Math.min(maxOutputTokens, tokens), cacheWrites, maxAmount, terms);
    }

    /**
     * Returns this estimate with no more than {@code amount}. A request can cost more than a clamped estimate.
     *
     * @throws org.quotaledger.amount.UnitMismatchException if an earlier bound is of another meter
     */
    public Estimate atMost(Amount amount) {
        Amount least = maxAmount == null || amount.compareTo(maxAmount) < 0 ? amount : maxAmount;
        return new Estimate(inputTokens, maxOutputTokens, cacheWrites, least, terms);
    }

    /**
     * Returns this estimate with every input token priced at the dearest of plain input and cached write: for requests
     * that ask the provider to cache their prompt, which can cost more than plain input.
     */
    public Estimate withCacheWrites() {
        return new Estimate(inputTokens, maxOutputTokens, true, maxAmount, terms);
    }

    /** Returns this estimate at other terms. */
    public Estimate withTerms(PriceTerms other) {
        return new Estimate(inputTokens, maxOutputTokens, cacheWrites, maxAmount, other);
    }
}
