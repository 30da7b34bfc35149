package org.quotaledger.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.reservation.UnbilledReason;

class PriceBookTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void pricesEachKindOfTokenAtItsRate() {
        PriceBook book = book(TokenRates.perMillion()
                .input("3")
                .output("15")
                .cachedRead("0.30")
                .cachedWrite5m("3.75")
                .cachedWrite1h("6")
                .build());

        // 1000×3 + 20000×0.3 + 3000×3.75 + 4000×6 + 500×15 = 3000 + 6000 + 11250 + 24000 + 7500 millionths
        assertThat(book.cost("m", TokenUsage.exclusive(1_000, 20_000, 3_000, 4_000, 500), NOW))
                .isEqualTo(priced("0.05175"));
    }

    @ParameterizedTest
    @CsvSource({"4.9e-09, 0", "5e-09, 0.00000001", "1.4999999999e-08, 0.00000001", "1.5e-08, 0.00000002"})
    void roundsHalfUpAtTheScaleOfTheMeter(String price, String expected) {
        PriceBook book = book(TokenRates.perToken().input(price).output("0").build());

        assertThat(book.cost("m", TokenUsage.of(1, 0), NOW)).isEqualTo(priced(expected));
    }

    @Test
    void roundsOnceNotPerKindOfToken() {
        PriceBook book = book(TokenRates.perToken()
                .input("5e-09")
                .output("5e-09")
                .cachedRead("5e-09")
                .cachedWrite5m("5e-09")
                .cachedWrite1h("5e-09")
                .build());

        // 2.5 units; rounded per kind it would be 5.
        assertThat(book.cost("m", new TokenUsage(1, 1, 1, 1, 1), NOW)).isEqualTo(priced("0.00000003"));
    }

    @Test
    void roundsAtTheScaleOfItsOwnMeter() {
        Meter credits = new Meter("credits", 0);
        PriceBook book = PriceBook.builder(credits)
                .price(
                        "m",
                        ModelPrice.of(
                                TokenRates.perToken().input("0.5").output("0").build()))
                .build();

        assertThat(book.cost("m", TokenUsage.of(3, 0), NOW))
                .isEqualTo(new Cost.Priced(Amount.ofUnits(2, credits), "m"));
    }

    @Test
    void aModelPricedAtZeroIsFreeNotUnpriceable() {
        PriceBook book = book(TokenRates.perToken().input("0").output("0").build());

        assertThat(book.cost("m", TokenUsage.of(1_000_000, 1_000_000), NOW)).isEqualTo(priced("0"));
    }

    @Test
    void aRequestWithoutAModelIsUnpriceable() {
        PriceBook book = book(TokenRates.perToken().input("1").output("1").build());

        assertThat(reason(book.cost(null, TokenUsage.NONE, NOW))).isEqualTo(UnbilledReason.MODEL_MISSING);
        assertThat(reason(book.cost("", TokenUsage.NONE, NOW))).isEqualTo(UnbilledReason.MODEL_MISSING);
        assertThat(reason(book.cost(" \t", TokenUsage.NONE, NOW))).isEqualTo(UnbilledReason.MODEL_MISSING);
        assertThat(reason(book.estimate(" ", Estimate.of(1, 1), NOW))).isEqualTo(UnbilledReason.MODEL_MISSING);
    }

    @Test
    void aRequestWithoutUsageIsUnpriceable() {
        PriceBook book = book(TokenRates.perToken().input("1").output("1").build());

        assertThat(reason(book.cost("m", null, NOW))).isEqualTo(UnbilledReason.USAGE_MISSING);
    }

    @Test
    void aUsageThatContradictsItselfIsUnpriceableAndNeverThrows() {
        PriceBook book = book(TokenRates.perToken().input("1").output("1").build());

        Cost cost = book.cost("m", TokenUsage.inclusive(100, 200, 10), NOW);

        assertThat(reason(cost)).isEqualTo(UnbilledReason.USAGE_INVALID);
        assertThat(cost.fold(Cost.Priced::toString, Cost.Unpriceable::detail))
                .startsWith("token usage of model \"m\" cannot be true")
                .contains("cached read 200");
        assertThat(reason(book.cost("m", TokenUsage.of(-1, 10), NOW))).isEqualTo(UnbilledReason.USAGE_INVALID);
        assertThat(reason(book.cost("m", TokenUsage.of(1, Long.MAX_VALUE), NOW)))
                .isEqualTo(UnbilledReason.USAGE_INVALID);
    }

    @Test
    void aUsageOfNoTokenIsPricedAtZeroUnlessTheBookTakesItForMissing() {
        PriceBook book = book(TokenRates.perToken().input("1").output("1").build());
        PriceBook strict = book.toBuilder().zeroUsageIsMissing().build();

        assertThat(book.cost("m", TokenUsage.inclusive(0, 0, 0), NOW)).isEqualTo(priced("0"));
        assertThat(reason(strict.cost("m", TokenUsage.inclusive(0, 0, 0), NOW)))
                .isEqualTo(UnbilledReason.USAGE_MISSING);
        assertThat(reason(strict.toBuilder().build().cost("m", TokenUsage.NONE, NOW)))
                .isEqualTo(UnbilledReason.USAGE_MISSING);
        assertThat(strict.cost("m", TokenUsage.of(0, 1), NOW)).isEqualTo(priced("1"));
    }

    @Test
    void anUnknownModelIsUnpriceableAndNamed() {
        Cost cost = book(TokenRates.perToken().input("1").output("1").build()).cost("other", TokenUsage.NONE, NOW);

        assertThat(cost)
                .isEqualTo(
                        new Cost.Unpriceable(UnbilledReason.PRICE_NOT_FOUND, "no price of model \"other\" is known"));
    }

    @Test
    void aHostileModelNameCannotForgeOrFloodALog() {
        String name = "evil\nINFO all is well " + "x".repeat(100_000);

        Cost cost = PriceBook.builder(Meter.USD).build().cost(name, TokenUsage.NONE, NOW);

        String detail = cost.fold(Cost.Priced::toString, Cost.Unpriceable::detail);
        assertThat(detail)
                .startsWith("no price of model \"evil?INFO")
                .hasSizeLessThan(300)
                .doesNotContain("\n");
    }

    @Test
    void usedTokensWithoutARateAreUnpriceableNeverFree() {
        PriceBook inputOnly = book(TokenRates.perToken().input("1").build());
        PriceBook outputOnly = book(TokenRates.perToken().output("1").build());

        assertThat(reason(inputOnly.cost("m", TokenUsage.of(1, 1), NOW))).isEqualTo(UnbilledReason.PRICE_NOT_FOUND);
        assertThat(reason(outputOnly.cost("m", TokenUsage.of(1, 1), NOW))).isEqualTo(UnbilledReason.PRICE_NOT_FOUND);
        assertThat(reason(outputOnly.cost("m", TokenUsage.inclusive(1, 1, 0), NOW)))
                .isEqualTo(UnbilledReason.PRICE_NOT_FOUND);
    }

    @Test
    void aMissingRateMattersOnlyIfItsTokensWereUsed() {
        PriceBook inputOnly = book(TokenRates.perToken().input("1").build());

        assertThat(inputOnly.cost("m", TokenUsage.of(2, 0), NOW)).isEqualTo(priced("2"));
        assertThat(inputOnly.cost("m", TokenUsage.NONE, NOW)).isEqualTo(priced("0"));
    }

    @Test
    void allInputCachedOrNotSelectsTheThreshold() {
        PriceBook book = PriceBook.builder(Meter.USD)
                .price(
                        "m",
                        ModelPrice.builder(TokenRates.perToken()
                                        .input("1")
                                        .output("1")
                                        .build())
                                .above(
                                        100,
                                        TokenRates.perToken()
                                                .input("2")
                                                .output("3")
                                                .build())
                                .build())
                .build();

        assertThat(book.cost("m", TokenUsage.exclusive(1, 33, 33, 33, 1), NOW)).isEqualTo(priced("101"));
        assertThat(book.cost("m", TokenUsage.exclusive(2, 33, 33, 33, 1), NOW)).isEqualTo(priced("205"));
        assertThat(book.cost("m", TokenUsage.of(100, 500), NOW))
                .as("output does not count")
                .isEqualTo(priced("600"));
    }

    @Test
    void multipliersOfThePriceAndOfTheRequestMultiplyBeforeTheOneRounding() {
        PriceBook book = PriceBook.builder(Meter.USD)
                .price(
                        "m",
                        ModelPrice.builder(TokenRates.perToken()
                                        .input("1e-08")
                                        .output("1e-08")
                                        .build())
                                .multipliers(new BigDecimal("1.5"), new BigDecimal("0.5"))
                                .build())
                .build();
        PriceTerms terms = PriceTerms.STANDARD.withMultipliers(new BigDecimal("0.3"), new BigDecimal("3"));

        // input 3 × 1.5 = 4.5, output 1 × 0.5 = 0.5
        assertThat(book.cost("m", TokenUsage.of(3, 1), NOW)).isEqualTo(priced("0.00000005"));
        // input 4.5 × 0.3 = 1.35, output 0.5 × 3 = 1.5: 2.85
        assertThat(book.cost("m", TokenUsage.of(3, 1), NOW, terms)).isEqualTo(priced("0.00000003"));
        assertThat(book.cost("m", TokenUsage.of(3, 1), NOW, PriceTerms.STANDARD.withMultiplier(BigDecimal.ZERO)))
                .isEqualTo(priced("0"));
    }

    @Test
    void theServiceTierOfTheRequestSelectsItsRates() {
        PriceBook book = PriceBook.builder(Meter.USD)
                .price(
                        "m",
                        ModelPrice.builder(TokenRates.perToken()
                                        .input("2")
                                        .output("2")
                                        .build())
                                .serviceTier(
                                        ServiceTier.BATCH,
                                        TokenRates.perToken().input("1").build())
                                .build())
                .build();

        assertThat(book.cost("m", TokenUsage.of(1, 1), NOW, PriceTerms.of(ServiceTier.BATCH)))
                .isEqualTo(priced("3"));
    }

    @Test
    void aPriceIsInForceFromItsInstantUntilTheNext() {
        Instant june = Instant.parse("2026-06-01T00:00:00Z");
        Instant july = Instant.parse("2026-07-01T00:00:00Z");
        PriceBook book = PriceBook.builder(Meter.USD)
                .price("m", july, ModelPrice.of(TokenRates.perToken().input("7").build()))
                .price("m", june, ModelPrice.of(TokenRates.perToken().input("6").build()))
                .build();

        assertThat(book.cost("m", TokenUsage.of(1, 0), june.minusNanos(1)))
                .isEqualTo(new Cost.Unpriceable(
                        UnbilledReason.PRICE_NOT_FOUND,
                        "no price of model \"m\" is in force at 2026-05-31T23:59:59.999999999Z"));
        assertThat(book.cost("m", TokenUsage.of(1, 0), june)).isEqualTo(priced("6"));
        assertThat(book.cost("m", TokenUsage.of(1, 0), july.minusNanos(1))).isEqualTo(priced("6"));
        assertThat(book.cost("m", TokenUsage.of(1, 0), july)).isEqualTo(priced("7"));
        assertThat(book.cost("m", TokenUsage.of(1, 0), Instant.MAX)).isEqualTo(priced("7"));
    }

    @Test
    void pricesOfANewerBookCanTakeOverAtAnInstant() {
        PriceBook old = book(TokenRates.perToken().input("1").build());
        PriceBook newer = book(TokenRates.perToken().input("2").build());

        PriceBook both =
                old.toBuilder().prices(NOW, newer.pricesAt(Instant.MAX)).build();

        assertThat(both.cost("m", TokenUsage.of(1, 0), NOW.minusNanos(1))).isEqualTo(priced("1"));
        assertThat(both.cost("m", TokenUsage.of(1, 0), NOW)).isEqualTo(priced("2"));
        assertThat(old.cost("m", TokenUsage.of(1, 0), NOW))
                .as("the old book is as it was")
                .isEqualTo(priced("1"));
    }

    @Test
    void anAliasIsPricedAsItsModelThroughOtherAliases() {
        PriceBook book = book(TokenRates.perToken().input("1").build()).toBuilder()
                .alias("first", "second")
                .alias("second", "m")
                .build();

        assertThat(book.cost("first", TokenUsage.of(3, 0), NOW)).isEqualTo(priced("3"));
        assertThat(book.models()).containsExactly("m");
        assertThat(book.aliases()).isEqualTo(Map.of("first", "second", "second", "m"));
        assertThat(book.toBuilder().build().cost("first", TokenUsage.of(3, 0), NOW))
                .isEqualTo(priced("3"));
    }

    @Test
    void refusesAliasesThatGoRoundInACircle() {
        PriceBook.Builder circle =
                PriceBook.builder(Meter.USD).alias("a", "b").alias("b", "c").alias("c", "b");
        PriceBook.Builder self = PriceBook.builder(Meter.USD).alias("a", "a");

        assertThatIllegalArgumentException().isThrownBy(circle::build).withMessageContaining("circle");
        assertThatIllegalArgumentException().isThrownBy(self::build).withMessageContaining("a -> a");
    }

    @Test
    void refusesAnAliasOfNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> PriceBook.builder(Meter.USD).alias("a", "nobody").build())
                .withMessage("alias \"a\" stands for \"nobody\", which is neither a model nor an alias");
    }

    @Test
    void refusesANameThatIsModelAndAlias() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> book(TokenRates.perToken().input("1").build()).toBuilder()
                        .alias("m", "m")
                        .build())
                .withMessageContaining("\"m\" is both a model and an alias");
    }

    @Test
    void refusesBlankAndOverlongNames() {
        ModelPrice price = ModelPrice.of(TokenRates.perToken().input("1").build());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> PriceBook.builder(Meter.USD).price("", price))
                .withMessageContaining("expected 1 to 200");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PriceBook.builder(Meter.USD).price("x".repeat(201), price))
                .withMessageContaining("201 characters");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PriceBook.builder(Meter.USD).alias("x", ""));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PriceBook.builder(Meter.USD).price(" ", price))
                .withMessageContaining("is blank");
    }

    @Test
    void refusesMultipliersOutOfBounds() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PriceTerms.STANDARD.withMultiplier(new BigDecimal("-1")))
                .withMessageContaining("input multiplier is -1: expected 0 to 1000000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PriceTerms.STANDARD.withMultipliers(BigDecimal.ONE, new BigDecimal("1e999999999")))
                .withMessageContaining("output multiplier is 1E+999999999");
    }

    @Test
    void aCostThatNoLongHoldsIsUnpriceable() {
        PriceBook book = book(TokenRates.perToken().input("1000000").output("1").build());

        Cost cost = book.cost("m", TokenUsage.of(Long.MAX_VALUE, 0), NOW);

        assertThat(reason(cost)).isEqualTo(UnbilledReason.USAGE_INVALID);
        assertThat(cost.fold(Cost.Priced::toString, Cost.Unpriceable::detail)).contains("more than can be counted");
    }

    @Test
    void onlyACallerCanSayThatARequestIsNotBilled() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Cost.Unpriceable(UnbilledReason.UNBILLED, "x"));
    }

    private static PriceBook book(TokenRates rates) {
        return PriceBook.builder(Meter.USD).price("m", ModelPrice.of(rates)).build();
    }

    private static Cost priced(String amount) {
        return new Cost.Priced(Amount.of(amount, Meter.USD), "m");
    }

    private static UnbilledReason reason(Cost cost) {
        return cost.fold(
                priced -> {
                    throw new AssertionError("priced: " + priced);
                },
                Cost.Unpriceable::reason);
    }
}
