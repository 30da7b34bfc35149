package org.quotaledger.amount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChargeTest {

    private static final Charge CALL =
            Charge.of(Amount.of("0.05", Meter.USD), Amount.of(1500, Meter.TOKENS), Amount.of(1, Meter.REQUESTS));

    @Test
    void isTheSameInWhateverOrderItIsSaid() {
        assertThat(Charge.of(Amount.of(1, Meter.REQUESTS), Amount.of(1500, Meter.TOKENS), Amount.of("0.05", Meter.USD)))
                .isEqualTo(CALL)
                .hasToString("1 requests + 1500 tokens + 0.05 usd");
    }

    @Test
    void refusesAMeterTwiceEvenAtAnotherScale() {
        assertThatThrownBy(() -> Charge.of(Amount.of(1, Meter.USD), Amount.of(1, new Meter("usd", 2))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("charge names meter usd twice");
    }

    @Test
    void keepsAZeroAmount() {
        Charge free = Charge.of(Amount.of(0, Meter.USD));

        assertThat(free.isNone()).isFalse();
        assertThat(free.meters()).containsExactly(Meter.USD);
        assertThat(free).isNotEqualTo(Charge.NONE);
    }

    @Test
    void addsMeterByMeter() {
        assertThat(CALL.plus(Charge.of(Amount.of("0.01", Meter.USD))))
                .isEqualTo(Charge.of(
                        Amount.of("0.06", Meter.USD), Amount.of(1500, Meter.TOKENS), Amount.of(1, Meter.REQUESTS)));
        assertThat(Charge.NONE.plus(CALL)).isEqualTo(CALL);
    }

    @Test
    void takesAwayDownToZero() {
        assertThat(CALL.minusOrZero(Charge.of(Amount.of(9, Meter.USD), Amount.of(500, Meter.TOKENS))))
                .isEqualTo(Charge.of(
                        Amount.of(0, Meter.USD), Amount.of(1000, Meter.TOKENS), Amount.of(1, Meter.REQUESTS)));
    }

    @Test
    void namesTheSameMetersWhateverTheAmounts() {
        Charge tokens = Charge.of(Amount.of(1500, Meter.TOKENS));

        assertThat(tokens.sameMeters(Charge.of(Amount.of(2, Meter.TOKENS)))).isTrue();
        assertThat(tokens.sameMeters(Charge.of(Amount.of(1500, Meter.REQUESTS))))
                .isFalse();
        assertThat(tokens.sameMeters(CALL)).isFalse();
        assertThat(CALL.sameMeters(CALL.zero())).isTrue();
    }

    @Test
    void aChargeOfNoMeterIsNone() {
        assertThat(Charge.NONE.isNone()).isTrue();
        assertThat(CALL.isNone()).isFalse();
    }

    @Test
    void theZeroOfAChargeHasItsMetersAndNoUnits() {
        assertThat(CALL.zero())
                .isEqualTo(Charge.of(Amount.zero(Meter.USD), Amount.zero(Meter.TOKENS), Amount.zero(Meter.REQUESTS)));
    }

    @Test
    void fitsInWhatHasAsMuchOfEachMeter() {
        assertThat(Charge.of(Amount.of(1500, Meter.TOKENS)).fitsIn(CALL)).isTrue();
        assertThat(Charge.of(Amount.of(1501, Meter.TOKENS)).fitsIn(CALL)).isFalse();
        assertThat(CALL.fitsIn(Charge.of(Amount.of(1500, Meter.TOKENS)))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "USD", "1usd", "us d", "usd$"})
    void refusesMeterNamesThatAreNotPlain(String name) {
        assertThatThrownBy(() -> new Meter(name, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + name + "\"");
    }

    @ParameterizedTest
    @CsvSource({"-1", "13"})
    void refusesScalesOutOfRange(int scale) {
        assertThatThrownBy(() -> new Meter("any", scale))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("scale of meter any is " + scale + ": expected 0 to 12");
    }
}
