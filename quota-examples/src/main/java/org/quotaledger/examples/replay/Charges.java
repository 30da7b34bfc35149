package org.quotaledger.examples.replay;

import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.pricing.Cost;
import org.quotaledger.pricing.Estimate;
import org.quotaledger.pricing.PriceBook;
import org.quotaledger.pricing.TokenUsage;

/**
 * What a request is charged: one request, its tokens, and their price.
 *
 * @param prices the prices
 * @param model the model that answers all requests, priced in {@code prices}
 * @param maxOutputTokens what each request says that it generates at most; no more than the model can
 */
record Charges(PriceBook prices, String model, long maxOutputTokens) {

    /** What every request is charged for. */
    static final List<Meter> METERS = List.of(Meter.REQUESTS, Meter.TOKENS, Meter.USD);

    /** The model taken where none is named, if the price file has it. */
    static final String USUAL_MODEL = "gpt-4o";

    /** @throws Misuse if the model's input and output tokens have no price */
    Charges {
        Cost cost = prices.cost(model, TokenUsage.of(1, 1), Instant.EPOCH);
        cost.fold(priced -> priced, unpriceable -> {
            throw new Misuse("--model: " + unpriceable.detail());
        });
        OptionalLong most = prices.price(model, Instant.EPOCH).orElseThrow().maxOutputTokens();
        maxOutputTokens = Math.min(maxOutputTokens, most.orElse(maxOutputTokens));
    }

    /**
     * Returns the usual model, or the first by name that has a price for input and output.
     *
     * @throws Misuse if no model has
     */
    static String modelOf(PriceBook prices) {
        if (isPriced(prices, USUAL_MODEL)) {
            return USUAL_MODEL;
        }
        return prices.models().stream()
                .filter(model -> isPriced(prices, model))
                .findFirst()
                .orElseThrow(
                        () -> new Misuse("--prices: no model of the file has a price for input and output tokens"));
    }

    private static boolean isPriced(PriceBook prices, String model) {
        return prices.cost(model, TokenUsage.of(1, 1), Instant.EPOCH) instanceof Cost.Priced;
    }

    /** Returns what to reserve: the prompt is known, and the model may answer with as much as the request allows. */
    Charge estimate(TraceRow row) {
        Cost most = prices.estimate(model, Estimate.of(row.contextTokens(), maxOutputTokens), row.at());
        return charge(row.contextTokens() + maxOutputTokens, amount(most));
    }

    /** Returns what to settle. */
    Charge cost(TraceRow row) {
        TokenUsage usage = TokenUsage.of(row.contextTokens(), row.generatedTokens());
        return charge(usage.totalTokens(), amount(prices.cost(model, usage, row.at())));
    }

    private static Charge charge(long tokens, Amount price) {
        return Charge.of(Amount.of(1, Meter.REQUESTS), Amount.of(tokens, Meter.TOKENS), price);
    }

    private static Amount amount(Cost cost) {
        return cost.fold(Cost.Priced::amount, unpriceable -> {
            throw new IllegalStateException("was priced before: " + unpriceable.detail());
        });
    }
}
