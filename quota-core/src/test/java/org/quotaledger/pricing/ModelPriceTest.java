package org.quotaledger.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class ModelPriceTest {

    private static final TokenRates BASE =
            TokenRates.perToken().input("3").output("15").build();

    @Test
    void anAbsentCachedReadIsPricedAsPlainInput() {
        assertThat(rates(ModelPrice.of(BASE), 0).cachedRead()).isEqualTo(new BigDecimal("3"));
    }

    @Test
    void anAbsentCachedWriteIsPricedAsPlainInput() {
        TokenRates rates = rates(ModelPrice.of(BASE), 0);

        assertThat(rates.cachedWrite5m()).isEqualTo(new BigDecimal("3"));
        assertThat(rates.cachedWrite1h()).isEqualTo(new BigDecimal("3"));
    }

    @Test
    void anAbsentOneHourWriteIsPricedAsTheFiveMinuteWrite() {
        ModelPrice price = ModelPrice.of(
                TokenRates.perToken().input("3").output("15").cachedWrite5m("4").build());

        assertThat(rates(price, 0).cachedWrite1h()).isEqualTo(new BigDecimal("4"));
    }

    @Test
    void ratesAboveAThresholdApplyOnlyAboveIt() {
        ModelPrice price = ModelPrice.builder(BASE)
                .above(200_000, TokenRates.perToken().input("6").output("22").build())
                .build();

        assertThat(rates(price, 200_000).input()).isEqualTo(new BigDecimal("3"));
        assertThat(rates(price, 200_001).input()).isEqualTo(new BigDecimal("6"));
        assertThat(rates(price, 200_001).output()).isEqualTo(new BigDecimal("22"));
        assertThat(rates(price, Long.MAX_VALUE).output()).isEqualTo(new BigDecimal("22"));
    }

    @Test
    void aRateAbsentAboveAThresholdIsTakenFromTheNextLowerOne() {
        ModelPrice price = ModelPrice.builder(TokenRates.perToken()
                        .input("1")
                        .output("2")
                        .cachedRead("0.1")
                        .build())
                .above(272_000, TokenRates.perToken().input("4").build())
                .above(128_000, TokenRates.perToken().output("3").build())
                .build();

        assertThat(rates(price, 128_001)).isEqualTo(new TokenRates(dec("1"), dec("3"), dec("0.1"), dec("1"), dec("1")));
        assertThat(rates(price, 272_001)).isEqualTo(new TokenRates(dec("4"), dec("3"), dec("0.1"), dec("4"), dec("4")));
    }

    @Test
    void anAbsentCachedPriceFollowsTheInputPriceOfItsOwnThreshold() {
        ModelPrice price = ModelPrice.builder(BASE)
                .above(10, TokenRates.perToken().input("6").build())
                .build();

        assertThat(rates(price, 11).cachedRead()).isEqualTo(new BigDecimal("6"));
    }

    @Test
    void aServiceTierWithoutRatesOfItsOwnIsPricedAsStandard() {
        ModelPrice price = ModelPrice.builder(BASE)
                .serviceTier(ServiceTier.FLEX, TokenRates.perToken().input("1").build())
                .build();

        assertThat(price.ratesFor(ServiceTier.PRIORITY, 5)).isEqualTo(rates(price, 5));
        assertThat(price.ratesFor(ServiceTier.FLEX, 5).input()).isEqualTo(new BigDecimal("1"));
        assertThat(price.ratesFor(ServiceTier.FLEX, 5).output()).isEqualTo(new BigDecimal("15"));
    }

    @Test
    void aboveAThresholdAServiceTierPrefersItsOwnRatesThenThoseOfStandard() {
        ModelPrice price = ModelPrice.builder(BASE)
                .above(100, TokenRates.perToken().input("6").output("30").build())
                .serviceTier(
                        ServiceTier.PRIORITY,
                        TokenRates.perToken().input("5").output("25").build())
                .above(
                        ServiceTier.PRIORITY,
                        100,
                        TokenRates.perToken().input("11").build())
                .build();

        assertThat(price.ratesFor(ServiceTier.PRIORITY, 100).output()).isEqualTo(new BigDecimal("25"));
        assertThat(price.ratesFor(ServiceTier.PRIORITY, 101).input()).isEqualTo(new BigDecimal("11"));
        assertThat(price.ratesFor(ServiceTier.PRIORITY, 101).output()).isEqualTo(new BigDecimal("30"));
    }

    @Test
    void aThresholdOfOneServiceTierLeavesTheOthersAlone() {
        ModelPrice price = ModelPrice.builder(BASE)
                .above(ServiceTier.FLEX, 100, TokenRates.perToken().input("9").build())
                .build();

        assertThat(rates(price, 101)).isEqualTo(rates(price, 100));
        assertThat(price.ratesFor(ServiceTier.FLEX, 101).input()).isEqualTo(new BigDecimal("9"));
    }

    @Test
    void refusesNegativeThresholdsTokensAndMultipliers() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelPrice.builder(BASE).above(-1, BASE))
                .withMessageContaining("negative: -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelPrice.builder(BASE).maxOutputTokens(-1))
                .withMessageContaining("negative: -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelPrice.builder(BASE).multiplier(dec("-0.5")))
                .withMessageContaining("input multiplier is -0.5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelPrice.builder(BASE).multipliers(dec("1"), dec("1e7")))
                .withMessageContaining("output multiplier is 1E+7");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelPrice.of(BASE).ratesFor(ServiceTier.STANDARD, -1));
    }

    @Test
    void isEqualByWhatItPrices() {
        ModelPrice price =
                ModelPrice.builder(BASE).above(5, BASE).multiplier(dec("1.10")).build();

        assertThat(price)
                .isEqualTo(ModelPrice.builder(BASE)
                        .multiplier(dec("1.1"))
                        .above(5, BASE)
                        .build())
                .hasSameHashCodeAs(ModelPrice.builder(BASE)
                        .multiplier(dec("1.1"))
                        .above(5, BASE)
                        .build())
                .isNotEqualTo(ModelPrice.builder(BASE).above(5, BASE).build())
                .isNotEqualTo(ModelPrice.builder(BASE)
                        .above(6, BASE)
                        .multiplier(dec("1.1"))
                        .build());
        assertThat(price).asString().contains("STANDARD above 5", "1.1");
    }

    private static TokenRates rates(ModelPrice price, long inputTokens) {
        return price.ratesFor(ServiceTier.STANDARD, inputTokens);
    }

    private static BigDecimal dec(String text) {
        return new BigDecimal(text);
    }
}
