package org.quotaledger.examples.gateway;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.pricing.Cost;
import org.quotaledger.pricing.Estimate;
import org.quotaledger.pricing.ModelPrice;
import org.quotaledger.pricing.PriceBook;
import org.quotaledger.pricing.PriceTerms;
import org.quotaledger.pricing.TokenUsage;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.Tags;

/**
 * What to reserve for one request, and what to charge for its answer, at the prices of the instant of the request.
 * Immutable.
 */
final class Quote {

    private final PriceBook prices;
    private final Instant at;
    private final ModelRequest request;
    private final PriceTerms terms;
    private final Cost estimate;

    private Quote(PriceBook prices, Instant at, ModelRequest request, PriceTerms terms, Cost estimate) {
        this.prices = prices;
        this.at = at;
        this.request = request;
        this.terms = terms;
        this.estimate = estimate;
    }

    /**
     * Returns the quote of a request.
     *
     * @throws GatewayError if the request could cost more than can be counted
     */
    static Quote of(PriceBook prices, ModelRequest request, Instant at) {
        PriceTerms terms = PriceTerms.of(request.serviceTier());
        // The most that the model can produce bounds each choice, not all of them: so they multiply the price.
        Estimate most = Estimate.of(request.prompt().atMost(), request.maxOutputTokens())
                .withTerms(terms.withMultipliers(BigDecimal.ONE, BigDecimal.valueOf(request.choices())));
        try {
            return new Quote(prices, at, request, terms, prices.estimate(request.model(), most, at));
        } catch (ArithmeticException tooMuch) {
            throw GatewayError.invalid("The request asks for more than can be counted.");
        }
    }

    /** Returns whether it has a price. */
    boolean isBilled() {
        return estimate instanceof Cost.Priced;
    }

    /**
     * Returns what to ask of the ledger: the most that it can cost; where no price says that, to count one request that is
     * not billed.
     */
    ReserveRequest.Builder reserve(AccountId account) {
        ReserveRequest.Builder reserve = estimate.fold(
                priced -> ReserveRequest.builder(account, charge(priced.amount(), mostTokens())),
                unpriceable -> ReserveRequest.unbilled(account, unpriceable.reason(), Bill.ONE_REQUEST));
        String model = request.model();
        return model == null ? reserve : reserve.tag(Tags.MODEL, model);
    }

    /** Returns the bill of an answer that reports its usage; unbilled if it reports none, or one that cannot be true. */
    Bill bill(Optional<TokenUsage> usage) {
        return bill(usage.orElse(null));
    }

    /** Returns the bill of what was delivered of an answer that reports no usage: the prompt, and the output so far. */
    Bill billDelivered(RoughTokens output) {
        return bill(delivered(output));
    }

    /** Returns what was delivered so far of an answer that may still report its usage, or empty if it has no price. */
    Optional<Charge> chargeDelivered(RoughTokens output) {
        return bill(delivered(output)) instanceof Bill.Charged charged
                ? Optional.of(charged.charge())
                : Optional.empty();
    }

    private TokenUsage delivered(RoughTokens output) {
        return TokenUsage.of(request.prompt().about(), output.about());
    }

    private Bill bill(@Nullable TokenUsage usage) {
        if (estimate instanceof Cost.Unpriceable unpriceable) {
            return new Bill.Unbilled(unpriceable.reason());
        }
        return prices.cost(request.model(), usage, at, terms)
                .fold(
                        priced -> new Bill.Charged(charge(priced.amount(), usage == null ? 0 : usage.totalTokens())),
                        unpriceable -> new Bill.Unbilled(unpriceable.reason()));
    }

    private long mostTokens() {
        String model = request.model();
        long modelsMost = model == null
                ? Long.MAX_VALUE
                : prices.price(model, at)
                        .map(ModelPrice::maxOutputTokens)
                        .orElse(OptionalLong.empty())
                        .orElse(Long.MAX_VALUE);
        return request.prompt().atMost() + request.choices() * Math.min(modelsMost, request.maxOutputTokens());
    }

    /** A charge is of the same meters when it is reserved and when it is settled. */
    private static Charge charge(Amount cost, long tokens) {
        return Charge.of(cost, Amount.of(tokens, Meter.TOKENS), Amount.of(1, Meter.REQUESTS));
    }
}
