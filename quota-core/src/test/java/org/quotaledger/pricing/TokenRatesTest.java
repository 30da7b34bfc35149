package org.quotaledger.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenRatesTest {

    @Test
    void keepsADecimalExactlyAsWritten() {
        TokenRates rates =
                TokenRates.perToken().input("1.25e-06").output("0.00001000").build();

        assertThat(rates.input()).isEqualTo(new BigDecimal("0.00000125"));
        assertThat(rates.output()).isEqualTo(new BigDecimal("0.00001"));
        assertThat(rates.cachedRead()).isNull();
    }

    @Test
    void aPricePerMillionIsAMillionthPerToken() {
        TokenRates rates = TokenRates.perMillion()
                .input("2.50")
                .output("10")
                .cachedRead("0.25")
                .cachedWrite5m("3.125")
                .cachedWrite1h(BigDecimal.valueOf(5))
                .build();

        assertThat(rates)
                .isEqualTo(TokenRates.perToken()
                        .input("2.5e-06")
                        .output("1e-05")
                        .cachedRead("2.5e-07")
                        .cachedWrite5m("3.125e-06")
                        .cachedWrite1h("5e-06")
                        .build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0.0", "0e5", "-0"})
    void zeroIsAPrice(String zero) {
        assertThat(TokenRates.perToken().input(zero).build().input()).isEqualTo(BigDecimal.ZERO);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "abc", "NaN", "Infinity", "1,5", "0x10", "1e", "1e999999999", "١", "1 "})
    void refusesTextThatIsNoDecimalAndSaysIt(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenRates.perToken().input(text))
                .withMessageContaining("input price is \"" + text + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1e-06", "1000000.01", "1e7", "1e99999", "1e-41", "-1e99999", "1e-99999"})
    void refusesPricesOutOfBoundsAndSaysWhatIsAllowed(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenRates.perToken().output(text))
                .withMessageContaining("output price per token is " + new BigDecimal(text))
                .withMessageContaining("0 to 1000000 with at most 40 decimals");
    }

    @Test
    void refusesHugeDecimalsWithoutComputingThem() {
        BigDecimal manyDigits = new BigDecimal(BigInteger.ONE.shiftLeft(1_000_000));
        BigDecimal hugeExponent = new BigDecimal(BigInteger.TEN, Integer.MIN_VALUE);
        BigDecimal tinyExponent = new BigDecimal(BigInteger.TEN, Integer.MAX_VALUE);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenRates.perToken().input(manyDigits))
                .withMessageContaining("more than 150 digits");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenRates.perToken().input(hugeExponent));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenRates.perToken().input(tinyExponent));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenRates.perMillion().input(hugeExponent));
    }

    @Test
    void acceptsTheBounds() {
        assertThatCode(() ->
                        TokenRates.perToken().input("1000000").output("1e-40").build())
                .doesNotThrowAnyException();
    }

    @Test
    void refusesRatesWithoutAnyPrice() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenRates.perToken().build())
                .withMessageContaining("no price at all");
    }

    @Test
    void refusesAnOverlongText() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenRates.perToken().input("1".repeat(101)))
                .withMessageContaining("101 characters");
    }
}
