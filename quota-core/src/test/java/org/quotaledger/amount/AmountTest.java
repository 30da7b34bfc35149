package org.quotaledger.amount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AmountTest {

    @ParameterizedTest
    @CsvSource({
        "0.05, 5000000",
        "5, 500000000",
        "1.25e-06, 125",
        "1E2, 10000000000",
        "0, 0",
        "0.00000000000000000000000, 0",
        "0e99999, 0",
        "92233720368.54775807, 9223372036854775807"
    })
    void readsDecimalTextExactly(String text, long units) {
        assertThat(Amount.of(text, Meter.USD).units()).isEqualTo(units);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NaN",
                "Infinity",
                "-Infinity",
                "",
                " 1",
                "1 ",
                "1,5",
                "0x10",
                "1.",
                ".5",
                "1e",
                "1e999999",
                "--1",
                "1_000",
                "٣"
            })
    void refusesWhatIsNoDecimalNumberAndSaysIt(String text) {
        assertThatThrownBy(() -> Amount.of(text, Meter.USD))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + text + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "-0", "-0.05", "-NaN"})
    void refusesNegativeText(String text) {
        assertThatThrownBy(() -> Amount.of(text, Meter.USD))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("negative")
                .hasMessageContaining(text);
    }

    @Test
    void refusesMoreDecimalsThanTheMeterHasUnlessARoundingIsNamed() {
        assertThatThrownBy(() -> Amount.of("0.000000015", Meter.USD))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1.5E-8")
                .hasMessageContaining("8");

        assertThat(Amount.of("0.000000015", Meter.USD, RoundingMode.HALF_UP).units())
                .isEqualTo(2);
        assertThat(Amount.of("0.000000015", Meter.USD, RoundingMode.DOWN).units())
                .isEqualTo(1);
    }

    @Test
    void acceptsTrailingZerosBeyondTheScale() {
        assertThat(Amount.of("1.2000000000000", Meter.USD).units()).isEqualTo(120_000_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"92233720368.54775808", "1e99999", "1e20"})
    void throwsWhereTheUnitsOverflow(String text) {
        assertThatThrownBy(() -> Amount.of(text, Meter.USD))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("92233720368.54775807");
    }

    @Test
    void roundsTheTiniestNumberWithoutBuildingIt() {
        assertThat(Amount.of("1e-99999", Meter.USD, RoundingMode.HALF_UP).units())
                .isZero();
        assertThat(Amount.of("1e-99999", Meter.USD, RoundingMode.UP).units()).isEqualTo(1);
        assertThat(Amount.of(new BigDecimal(BigInteger.ONE, Integer.MAX_VALUE), Meter.USD, RoundingMode.CEILING)
                        .units())
                .isEqualTo(1);
    }

    @Test
    void refusesHugeTextUnread() {
        assertThatThrownBy(() -> Amount.of("9".repeat(1_000_000), Meter.USD))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1000000 characters");
    }

    @Test
    void refusesNegativeUnits() {
        assertThatThrownBy(() -> Amount.ofUnits(-1, Meter.TOKENS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("amount is negative: -1 units of tokens");
        assertThatThrownBy(() -> Amount.ofUnits(1, Meter.TOKENS).minus(Amount.ofUnits(2, Meter.TOKENS)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void neverMixesMeters() {
        assertThatThrownBy(() -> Amount.of(1, Meter.TOKENS).plus(Amount.of(1, Meter.REQUESTS)))
                .isInstanceOf(UnitMismatchException.class)
                .hasMessage("expected tokens (scale 0) but was requests (scale 0)");
        assertThatThrownBy(() -> Amount.of(1, Meter.USD).compareTo(Amount.of(1, new Meter("usd", 6))))
                .isInstanceOf(UnitMismatchException.class);
    }

    @Test
    void throwsWhereASumOrProductOverflows() {
        Amount most = Amount.ofUnits(Long.MAX_VALUE, Meter.TOKENS);

        assertThatThrownBy(() -> most.plus(Amount.of(1, Meter.TOKENS))).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> most.times(2)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> most.times(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void subtractsExactlyOrDownToZero() {
        Amount three = Amount.of(3, Meter.TOKENS);
        Amount five = Amount.of(5, Meter.TOKENS);

        assertThat(five.minus(three)).isEqualTo(Amount.of(2, Meter.TOKENS));
        assertThat(five.minusOrZero(three)).isEqualTo(Amount.of(2, Meter.TOKENS));
        assertThat(three.minusOrZero(five)).isEqualTo(Amount.zero(Meter.TOKENS));
    }

    @Test
    void multipliesByZeroAndMore() {
        assertThat(Amount.of(3, Meter.TOKENS).times(0)).isEqualTo(Amount.zero(Meter.TOKENS));
        assertThat(Amount.of(3, Meter.TOKENS).times(4)).isEqualTo(Amount.of(12, Meter.TOKENS));
    }

    @Test
    void comparesUnits() {
        assertThat(Amount.of(3, Meter.TOKENS)).isLessThan(Amount.of(5, Meter.TOKENS));
        assertThat(Amount.of(5, Meter.TOKENS)).isEqualByComparingTo(Amount.of(5, Meter.TOKENS));
        assertThat(Amount.zero(Meter.TOKENS).isZero()).isTrue();
        assertThat(Amount.ofUnits(1, Meter.USD).isZero()).isFalse();
    }

    @Test
    void readsUpToAHundredCharacters() {
        assertThat(Amount.of("0".repeat(99) + "7", Meter.TOKENS)).isEqualTo(Amount.of(7, Meter.TOKENS));
        assertThatThrownBy(() -> Amount.of("0".repeat(100) + "7", Meter.TOKENS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("101 characters");
    }

    @Test
    void writesWhatItReads() {
        assertThat(Amount.of("0.05", Meter.USD)).hasToString("0.05 usd");
        assertThat(Amount.of(0, Meter.USD)).hasToString("0 usd");
        assertThat(Amount.of(1500, Meter.TOKENS)).hasToString("1500 tokens");
        assertThat(Meter.TOKENS).hasToString("tokens");
    }

    @Property
    void decimalTextRoundTrips(@ForAll @LongRange(min = 0) long units, @ForAll @IntRange(max = 12) int scale) {
        Amount amount = Amount.ofUnits(units, new Meter("any", scale));

        assertThat(Amount.of(amount.toPlainString(), amount.meter())).isEqualTo(amount);
        assertThat(Amount.of(amount.toDecimal(), amount.meter())).isEqualTo(amount);
    }

    @Property
    void roundsAsBigDecimalDoes(
            @ForAll @BigRange(min = "0", max = "1000000000") BigDecimal value, @ForAll @IntRange(max = 8) int scale) {
        for (RoundingMode rounding : new RoundingMode[] {RoundingMode.HALF_UP, RoundingMode.UP, RoundingMode.DOWN}) {
            assertThat(Amount.of(value, new Meter("any", scale), rounding).toDecimal())
                    .isEqualByComparingTo(value.setScale(scale, rounding));
        }
    }
}
