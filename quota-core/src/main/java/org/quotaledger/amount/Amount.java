package org.quotaledger.amount;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * An exact, never negative count of a meter's smallest unit.
 *
 * <p>Arithmetic is exact or throws {@link ArithmeticException}; there is no way in or out through a {@code float} or a
 * {@code double}. Two amounts can be added or compared only if their meters are the same. Immutable and thread-safe.
 *
 * @param units how many of the meter's smallest unit, 0 to {@link Long#MAX_VALUE}
 * @param meter what is counted
 */
public record Amount(long units, Meter meter) implements Comparable<Amount> {

    /** Longer texts are refused unread, so that a hostile one costs nothing. */
    private static final int MAX_TEXT = 100;

    private static final Pattern DECIMAL = Pattern.compile("\\+?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]{1,5})?");

    /** @throws IllegalArgumentException if {@code units} is negative */
    public Amount {
        Objects.requireNonNull(meter, "meter");
        if (units < 0) {
            throw new IllegalArgumentException("amount is negative: " + units + " units of " + meter.name());
        }
    }

    /** Returns nothing of {@code meter}. */
    public static Amount zero(Meter meter) {
        return new Amount(0, meter);
    }

    /** Returns {@code units} of the meter's smallest unit. */
    public static Amount ofUnits(long units, Meter meter) {
        return new Amount(units, meter);
    }

    /**
     * Returns a whole number of the meter: {@code of(5, USD)} is five dollars.
     *
     * @throws IllegalArgumentException if {@code whole} is negative
     * @throws ArithmeticException if the amount has more units than a {@code long} holds
     */
    public static Amount of(long whole, Meter meter) {
        return of(BigDecimal.valueOf(whole), meter);
    }

    /**
     * Returns the amount that a decimal text says, such as {@code "0.05"} or {@code "1.25e-06"}.
     *
     * @throws IllegalArgumentException if the text is no decimal number, is negative, or has more decimals than the
     *     meter; the message holds the text
     * @throws ArithmeticException if the amount has more units than a {@code long} holds
     */
    public static Amount of(String decimal, Meter meter) {
        return of(parse(decimal), meter);
    }

    /**
     * Returns the amount that a decimal text says, rounded to the meter's scale as {@code rounding} names.
     *
     * @throws IllegalArgumentException if the text is no decimal number or is negative
     * @throws ArithmeticException if the amount has more units than a {@code long} holds
     */
    public static Amount of(String decimal, Meter meter, RoundingMode rounding) {
        return of(parse(decimal), meter, rounding);
    }

    /**
     * Returns the amount of a decimal number that fits the meter's scale.
     *
     * @throws IllegalArgumentException if it is negative or has more decimals than the meter
     * @throws ArithmeticException if the amount has more units than a {@code long} holds
     */
    public static Amount of(BigDecimal decimal, Meter meter) {
        Objects.requireNonNull(decimal, "decimal");
        Objects.requireNonNull(meter, "meter");
        if (decimal.signum() != 0 && decimal.stripTrailingZeros().scale() > meter.scale()) {
            throw new IllegalArgumentException("amount " + decimal + " has more than the " + meter.scale()
                    + " decimals of meter " + meter.name() + ": name a rounding, or give fewer");
        }
        return of(decimal, meter, RoundingMode.UNNECESSARY);
    }

    /**
     * Returns the amount of a decimal number, rounded once to the meter's scale as {@code rounding} names.
     *
     * @throws IllegalArgumentException if it is negative
     * @throws ArithmeticException if the amount has more units than a {@code long} holds, or {@code rounding} is
     *     {@link RoundingMode#UNNECESSARY} and rounding is necessary
     */
    public static Amount of(BigDecimal decimal, Meter meter, RoundingMode rounding) {
        Objects.requireNonNull(decimal, "decimal");
        Objects.requireNonNull(meter, "meter");
        Objects.requireNonNull(rounding, "rounding");
        if (decimal.signum() < 0) {
            throw new IllegalArgumentException("amount is negative: " + decimal + " " + meter.name());
        }
        return new Amount(units(decimal, meter, rounding), meter);
    }

    private static long units(BigDecimal decimal, Meter meter, RoundingMode rounding) {
        if (decimal.signum() == 0) {
            return 0;
        }
        // Digits before the point: known before any power of ten is built, so that 1e99999 or 1e-99999 costs nothing.
        long magnitude = (long) decimal.precision() - decimal.scale();
        if (magnitude + meter.scale() > 19) {
            throw new ArithmeticException("amount " + decimal + " " + meter.name() + " is larger than " + largest(meter)
                    + " " + meter.name());
        }
        BigDecimal near = magnitude < -meter.scale() - 1L ? BigDecimal.ONE.movePointLeft(meter.scale() + 2) : decimal;
        try {
            return near.setScale(meter.scale(), rounding).unscaledValue().longValueExact();
        } catch (ArithmeticException tooLargeOrInexact) {
            throw new ArithmeticException("amount " + decimal + " " + meter.name() + " is not exact to " + meter.scale()
                    + " decimals, or larger than " + largest(meter));
        }
    }

    private static BigDecimal largest(Meter meter) {
        return BigDecimal.valueOf(Long.MAX_VALUE, meter.scale());
    }

    private static BigDecimal parse(String decimal) {
        Objects.requireNonNull(decimal, "decimal");
        if (decimal.length() > MAX_TEXT) {
            throw new IllegalArgumentException("amount has " + decimal.length() + " characters, more than the "
                    + MAX_TEXT + " allowed: \"" + decimal.substring(0, 20) + "…\"");
        }
        if (decimal.startsWith("-")) {
            throw new IllegalArgumentException("amount is negative: \"" + decimal + "\"");
        }
        if (!DECIMAL.matcher(decimal).matches()) {
            throw new IllegalArgumentException(
                    "amount is \"" + decimal + "\": expected a decimal number such as 0.05 or 1.25e-06");
        }
        return new BigDecimal(decimal);
    }

    /** Returns whether there is nothing of it. */
    public boolean isZero() {
        return units == 0;
    }

    /**
     * Returns the sum.
     *
     * @throws ArithmeticException if the sum has more units than a {@code long} holds
     * @throws UnitMismatchException if the meters differ
     */
    public Amount plus(Amount other) {
        return new Amount(Math.addExact(units, same(other).units), meter);
    }

    /**
     * Returns the difference.
     *
     * @throws IllegalArgumentException if {@code other} is larger
     * @throws UnitMismatchException if the meters differ
     */
    public Amount minus(Amount other) {
        return new Amount(units - same(other).units, meter);
    }

    /**
     * Returns the difference, or zero if {@code other} is larger.
     *
     * @throws UnitMismatchException if the meters differ
     */
    public Amount minusOrZero(Amount other) {
        return new Amount(Math.max(0, units - same(other).units), meter);
    }

    /**
     * Returns the product.
     *
     * @throws IllegalArgumentException if {@code factor} is negative
     * @throws ArithmeticException if the product has more units than a {@code long} holds
     */
    public Amount times(long factor) {
        if (factor < 0) {
            throw new IllegalArgumentException("factor is negative: " + factor);
        }
        return new Amount(Math.multiplyExact(units, factor), meter);
    }

    /**
     * Compares the units.
     *
     * @throws UnitMismatchException if the meters differ
     */
    @Override
    public int compareTo(Amount other) {
        return Long.compare(units, same(other).units);
    }

    /** Returns the decimal number of the meter, with the meter's scale: 5,000,000 units of usd are 0.05000000. */
    public BigDecimal toDecimal() {
        return BigDecimal.valueOf(units, meter.scale());
    }

    /** Returns the decimal number without trailing zeros and without an exponent, such as {@code 0.05}. */
    public String toPlainString() {
        return units == 0 ? "0" : toDecimal().stripTrailingZeros().toPlainString();
    }

    /** Returns the decimal number and the meter's name, such as {@code 0.05 usd}. */
    @Override
    public String toString() {
        return toPlainString() + " " + meter.name();
    }

    private Amount same(Amount other) {
        if (!meter.equals(other.meter)) {
            throw new UnitMismatchException(meter, other.meter);
        }
        return other;
    }
}
