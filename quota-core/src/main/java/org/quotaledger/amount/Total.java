package org.quotaledger.amount;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Objects;

/**
 * An exact sum of many amounts of one meter, of any size. A single {@link Amount} fits a {@code long}; the sum of
 * a report need not. Immutable and thread-safe.
 *
 * @param units how many of the meter's smallest unit; negative where more was given back than charged
 * @param meter the meter
 */
public record Total(BigInteger units, Meter meter) implements Comparable<Total> {

    /** Checks nothing but that both are there. */
    public Total {
        Objects.requireNonNull(units, "units");
        Objects.requireNonNull(meter, "meter");
    }

    /** Returns the total of nothing. */
    public static Total zero(Meter meter) {
        return new Total(BigInteger.ZERO, meter);
    }

    /** Returns the total of one amount. */
    public static Total of(Amount amount) {
        return new Total(BigInteger.valueOf(amount.units()), amount.meter());
    }

    /** Returns whether it is zero. */
    public boolean isZero() {
        return units.signum() == 0;
    }

    /**
     * Returns the difference.
     *
     * @throws UnitMismatchException if the meters differ
     */
    public Total minus(Total other) {
        return new Total(units.subtract(same(other).units), meter);
    }

    /**
     * Returns the same as an amount.
     *
     * @throws ArithmeticException if it has more units than a {@code long} holds
     * @throws IllegalArgumentException if it is negative
     */
    public Amount toAmount() {
        return Amount.ofUnits(units.longValueExact(), meter);
    }

    /**
     * Compares the units.
     *
     * @throws UnitMismatchException if the meters differ
     */
    @Override
    public int compareTo(Total other) {
        return units.compareTo(same(other).units);
    }

    /** Returns the decimal number of the meter, with the meter's scale. */
    public BigDecimal toDecimal() {
        return new BigDecimal(units, meter.scale());
    }

    /** Returns the plain decimal number, trailing zeros cut off, such as {@code 0.05}. */
    public String toPlainString() {
        return isZero() ? "0" : toDecimal().stripTrailingZeros().toPlainString();
    }

    /** Returns the decimal number and the meter's name, such as {@code 0.05 usd}. */
    @Override
    public String toString() {
        return toPlainString() + " " + meter.name();
    }

    private Total same(Total other) {
        if (!meter.equals(other.meter)) {
            throw new UnitMismatchException(meter, other.meter);
        }
        return other;
    }
}
