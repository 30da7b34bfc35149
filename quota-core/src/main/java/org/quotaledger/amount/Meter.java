package org.quotaledger.amount;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What is counted, and how many decimals it has: {@code usd} with 8, {@code tokens} and {@code requests} with none, or
 * the user's own.
 *
 * <p>Two meters are the same only if name and scale agree. Immutable and thread-safe.
 *
 * @param name 1 to 50 characters: a lower-case letter, then lower-case letters, digits, {@code _}, {@code -} or
 *     {@code .}
 * @param scale how many decimals the smallest unit has, {@value #MIN_SCALE} to {@value #MAX_SCALE}: one unit of
 *     {@code usd} with scale 8 is 0.00000001 usd
 */
public record Meter(String name, int scale) implements Comparable<Meter> {

    /** Before the meters below, whose constructor uses it. */
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_.-]{0,49}");

    /** The smallest scale: whole numbers. */
    public static final int MIN_SCALE = 0;

    /** The largest scale; at it a {@code long} still holds more than nine million. */
    public static final int MAX_SCALE = 12;

    /** US dollars, to eight decimals: one unit is a hundred-millionth of a dollar. */
    public static final Meter USD = new Meter("usd", 8);

    /** Tokens of a language model, whole. */
    public static final Meter TOKENS = new Meter("tokens", 0);

    /** Requests, whole. */
    public static final Meter REQUESTS = new Meter("requests", 0);

    /** @throws IllegalArgumentException if the name or the scale is not as allowed */
    public Meter {
        Objects.requireNonNull(name, "name");
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("meter name is \"" + name
                    + "\": expected 1 to 50 characters, a lower-case letter then lower-case letters, digits, _ - or .");
        }
        if (scale < MIN_SCALE || scale > MAX_SCALE) {
            throw new IllegalArgumentException(
                    "scale of meter " + name + " is " + scale + ": expected " + MIN_SCALE + " to " + MAX_SCALE);
        }
    }

    /** Orders by name, then by scale: the order in which meters are written. */
    @Override
    public int compareTo(Meter other) {
        int byName = name.compareTo(other.name);
        return byName != 0 ? byName : Integer.compare(scale, other.scale);
    }

    /** Returns the name. */
    @Override
    public String toString() {
        return name;
    }
}
