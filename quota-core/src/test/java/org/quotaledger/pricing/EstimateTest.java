package org.quotaledger.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.amount.UnitMismatchException;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.UnbilledReason;

class EstimateTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private static final PriceBook BOOK = PriceBook.builder(Meter.USD)
            .price(
                    "m",
                    ModelPrice.builder(TokenRates.perToken()
                                    .input("3")
                                    .output("10")
                                    .cachedRead("1")
                                    .cachedWrite5m("4")
                                    .cachedWrite1h("6")
                                    .build())
                            .above(1_000, TokenRates.perToken().input("5").build())
                            .serviceTier(
                                    ServiceTier.FLEX,
                                    TokenRates.perToken().output("2").build())
                            .maxOutputTokens(50)
                            .build())
            .price(
                    "unbounded",
                    ModelPrice.of(TokenRates.perToken().input("1").output("1").build()))
            .price("input-only", ModelPrice.of(TokenRates.perToken().input("1").build()))
            .build();

    @Test
    void isInputAtThePlainPricePlusAllOutput() {
        assertThat(estimate(Estimate.of(100, 20))).isEqualTo(usd("500"));
    }

    @Test
    void outputIsTheLeastOfRequestUserAndModel() {
        assertThat(estimate(Estimate.of(0, 20).outputAtMost(7))).isEqualTo(usd("70"));
        assertThat(estimate(Estimate.of(0, 7).outputAtMost(20))).isEqualTo(usd("70"));
        assertThat(estimate(Estimate.of(0, Long.MAX_VALUE))).isEqualTo(usd("500"));
    }

    @Test
    void theSizeOfThePromptSelectsTheThreshold() {
        assertThat(estimate(Estimate.of(1_000, 0))).isEqualTo(usd("3000"));
        assertThat(estimate(Estimate.of(1_001, 0))).isEqualTo(usd("5005"));
    }

    @Test
    void cacheWritesArePricedAtTheDearestOfThem() {
        assertThat(estimate(Estimate.of(100, 0).withCacheWrites())).isEqualTo(usd("600"));
    }

    @Test
    void termsApply() {
        assertThat(estimate(Estimate.of(0, 10).withTerms(PriceTerms.of(ServiceTier.FLEX))))
                .isEqualTo(usd("20"));
        assertThat(estimate(Estimate.of(1, 1).withTerms(PriceTerms.STANDARD.withMultiplier(new BigDecimal("1.1")))))
                .isEqualTo(usd("14.3"));
    }

    @Test
    void isNeverMoreThanTheAmountTheUserAllows() {
        assertThat(estimate(Estimate.of(100, 20).atMost(usd("499.5")))).isEqualTo(usd("499.5"));
        assertThat(estimate(Estimate.of(100, 20).atMost(usd("501")))).isEqualTo(usd("500"));
        assertThat(estimate(Estimate.of(100, 20).atMost(usd("10")).atMost(usd("20"))))
                .isEqualTo(usd("10"));
    }

    @Test
    void anAllowedAmountTamesAnEstimateThatNoLongHolds() {
        Estimate unbounded = Estimate.of(0, Long.MAX_VALUE);

        assertThatThrownBy(() -> BOOK.estimate("unbounded", unbounded, NOW)).isInstanceOf(ArithmeticException.class);
        assertThat(BOOK.estimate("unbounded", unbounded.atMost(usd("5")), NOW))
                .isEqualTo(new Cost.Priced(usd("5"), "unbounded"));
    }

    @Test
    void anAllowedAmountOfAnotherMeterIsRefusedWhateverTheModel() {
        Estimate tokens = Estimate.of(1, 1).atMost(Amount.of(5, Meter.TOKENS));

        assertThatThrownBy(() -> BOOK.estimate("nobody", tokens, NOW)).isInstanceOf(UnitMismatchException.class);
    }

    @Test
    void unpriceablePassesThroughWhateverIsAllowed() {
        Estimate estimate = Estimate.of(1, 1).atMost(usd("5"));

        assertThat(reason(BOOK.estimate(null, estimate, NOW))).isEqualTo(UnbilledReason.MODEL_MISSING);
        assertThat(reason(BOOK.estimate("nobody", estimate, NOW))).isEqualTo(UnbilledReason.PRICE_NOT_FOUND);
        assertThat(reason(BOOK.estimate("input-only", estimate, NOW))).isEqualTo(UnbilledReason.PRICE_NOT_FOUND);
    }

    @Test
    void refusesNegativeTokens() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Estimate.of(-1, 0))
                .withMessage("input tokens are negative: -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Estimate.of(0, 1).outputAtMost(-1))
                .withMessage("max output tokens are negative: -1");
    }

    @Test
    void theExampleOfThePackageWorks() {
        Instant now = NOW;
        AccountId account = AccountId.of("key-1");

        PriceBook prices = PriceBook.builder(Meter.USD)
                .price(
                        "gpt-4o",
                        ModelPrice.of(TokenRates.perMillion()
                                .input("2.50")
                                .output("10")
                                .cachedRead("1.25")
                                .build()))
                .alias("default", "gpt-4o")
                .build();
        ReserveRequest.Builder request = prices.estimate("default", Estimate.of(2_006, 500), now)
                .fold(
                        priced -> ReserveRequest.builder(account, Charge.of(priced.amount())),
                        unpriceable -> ReserveRequest.unbilled(account, unpriceable.reason()));
        Cost cost = prices.cost("default", TokenUsage.inclusive(2_006, 1_920, 300), now);

        // 2006×2.5 + 500×10 = 10015 millionths; 86×2.5 + 1920×1.25 + 300×10 = 5615
        assertThat(request.build().charge()).isEqualTo(Charge.of(usd("0.010015")));
        assertThat(cost).isEqualTo(new Cost.Priced(usd("0.005615"), "gpt-4o"));
    }

    private static Amount estimate(Estimate estimate) {
        return BOOK.estimate("m", estimate, NOW).fold(Cost.Priced::amount, unpriceable -> {
            throw new AssertionError(unpriceable.detail());
        });
    }

    private static UnbilledReason reason(Cost cost) {
        return cost.fold(
                priced -> {
                    throw new AssertionError("priced: " + priced);
                },
                Cost.Unpriceable::reason);
    }

    private static Amount usd(String amount) {
        return Amount.of(amount, Meter.USD);
    }
}
