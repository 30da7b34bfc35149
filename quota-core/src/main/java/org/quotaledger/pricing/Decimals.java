package org.quotaledger.pricing;

import java.math.BigDecimal;
import java.util.Objects;
import java.util.regex.Pattern;

/** Checks the decimal numbers of prices and multipliers where they enter, so that no later arithmetic can blow up. */
final class Decimals {

    /** Enough for any price written as a double, and for a price per million of it. */
    static final int MAX_DECIMALS = 40;

    /** A price of more than a million per token, or a multiplier of more than a million, is a slip of the pen. */
    static final BigDecimal MAX = BigDecimal.valueOf(1_000_000);

    private static final int MAX_TEXT = 100;

    /** An unscaled value above this has more than 150 digits: no price, and costly to normalise. */
    private static final int MAX_BITS = 500;

    private static final Pattern DECIMAL = Pattern.compile("[+-]?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]{1,5})?");

    private Decimals() {}

    /** Reads a decimal text; {@code name} is what the message calls it. */
    static BigDecimal parse(String name, String text) {
        Objects.requireNonNull(text, name);
        if (text.length() > MAX_TEXT) {
            throw new IllegalArgumentException(name + " has " + text.length() + " characters, more than the " + MAX_TEXT
                    + " allowed: \"" + text.substring(0, 20) + "…\"");
        }
        if (!DECIMAL.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    name + " is \"" + text + "\": expected a decimal number such as 0.05 or 1.25e-06");
        }
        return new BigDecimal(text);
    }

    /** Returns the number without trailing zeros after its point if it is 0 to a million with at most 40 decimals. */
    static BigDecimal check(String name, BigDecimal value) {
        Objects.requireNonNull(value, name);
        if (value.unscaledValue().bitLength() > MAX_BITS) {
            throw new IllegalArgumentException(name + " has more than 150 digits: expected 0 to " + MAX
                    + " with at most " + MAX_DECIMALS + " decimals");
        }
        // The count of digits before the point is compared first: it needs no power of ten, however large the exponent.
        long wholeDigits = (long) value.precision() - value.scale();
        boolean small = value.signum() == 0 || wholeDigits <= MAX.precision();
        BigDecimal stripped = small ? value.stripTrailingZeros() : value;
        if (!small || stripped.signum() < 0 || stripped.scale() > MAX_DECIMALS || stripped.compareTo(MAX) > 0) {
            throw new IllegalArgumentException(
                    name + " is " + value + ": expected 0 to " + MAX + " with at most " + MAX_DECIMALS + " decimals");
        }
        // 30, not 3E+1: the same number always has the same form, and a plain one.
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }
}
