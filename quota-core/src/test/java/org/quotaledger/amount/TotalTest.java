package org.quotaledger.amount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TotalTest {

    private static final Total FIVE_CENTS = Total.of(Amount.of("0.05", Meter.USD));

    @Property
    void aRunningSumIsExactForAnyNumbers(@ForAll List<Long> values) {
        ExactSum sum = new ExactSum();
        values.forEach(sum::add);

        assertThat(sum.value())
                .isEqualTo(values.stream().map(BigInteger::valueOf).reduce(BigInteger.ZERO, BigInteger::add));
    }

    @Test
    void aRunningSumPassesTheRangeOfALongBothWays() {
        ExactSum sum = new ExactSum();
        sum.add(Long.MAX_VALUE);
        sum.add(Long.MAX_VALUE);
        assertThat(sum.value()).isEqualTo(BigInteger.valueOf(Long.MAX_VALUE).shiftLeft(1));

        sum.add(Long.MIN_VALUE);
        sum.add(Long.MIN_VALUE);
        assertThat(sum.value()).isEqualTo(BigInteger.TWO.negate());
    }

    @Test
    void writesPlainDecimalsAndTheMeter() {
        assertThat(FIVE_CENTS).hasToString("0.05 usd");
        assertThat(Total.zero(Meter.USD)).hasToString("0 usd");
    }

    @Test
    void subtractsBelowZero() {
        Total owed = Total.zero(Meter.USD).minus(FIVE_CENTS);

        assertThat(owed).isLessThan(Total.zero(Meter.USD));
        assertThat(owed.isZero()).isFalse();
        assertThat(owed.minus(owed).isZero()).isTrue();
    }

    @Test
    void isAnAmountAgainWhereItFits() {
        assertThat(FIVE_CENTS.toAmount()).isEqualTo(Amount.of("0.05", Meter.USD));
        assertThatThrownBy(() -> new Total(BigInteger.TWO.pow(63), Meter.USD).toAmount())
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    void neverMixesMeters() {
        assertThatThrownBy(() -> FIVE_CENTS.minus(Total.zero(Meter.TOKENS))).isInstanceOf(UnitMismatchException.class);
        assertThatThrownBy(() -> FIVE_CENTS.compareTo(Total.zero(Meter.TOKENS)))
                .isInstanceOf(UnitMismatchException.class);
    }
}
