/**
 * From the usage of a language model to an amount: prices, usage and cost.
 *
 * <pre>{@code
 * PriceBook prices = PriceBook.builder(Meter.USD)
 *         .price("gpt-4o", ModelPrice.of(TokenRates.perMillion().input("2.50").output("10").cachedRead("1.25").build()))
 *         .alias("default", "gpt-4o")
 *         .build();
 *
 * // before the request: reserve the most that it can cost
 * ReserveRequest.Builder request = prices.estimate("default", Estimate.of(2_006, 500), now).fold(
 *         priced -> ReserveRequest.builder(account, Charge.of(priced.amount())),
 *         unpriceable -> ReserveRequest.unbilled(account, unpriceable.reason()));
 *
 * // after it: settle what it did cost
 * Cost cost = prices.cost("default", TokenUsage.inclusive(2_006, 1_920, 300), now);
 * }</pre>
 *
 * <p>Start at {@link org.quotaledger.pricing.PriceBook}. Prices are exact decimals, a cost is summed exactly and rounded
 * once, half-up, at the scale of the book's meter. What cannot be priced is a value that says why, never zero. Nothing
 * here reads a clock: the instant whose prices count is always given. Every type is immutable and thread-safe, builders
 * excepted.
 */
@NullMarked
package org.quotaledger.pricing;

import org.jspecify.annotations.NullMarked;
