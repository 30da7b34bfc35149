package org.quotaledger.pricing;

import java.math.BigDecimal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Prices of one token each, in whole units of the book's meter: 0.0000025 is 2.50 usd per million tokens.
 *
 * <p>An absent price is not a price of zero. {@link ModelPrice} says what stands in for it. Every price is 0 to
 * 1,000,000 with at most 40 decimals and is kept exactly, without trailing zeros after its point. Immutable and thread-safe.
 *
 * @param input price of a plain input token
 * @param output price of an output token
 * @param cachedRead price of an input token read from a cache
 * @param cachedWrite5m price of an input token written to a cache that keeps it for 5 minutes
 * @param cachedWrite1h price of an input token written to a cache that keeps it for 1 hour
 */
public record TokenRates(
        @Nullable BigDecimal input,
        @Nullable BigDecimal output,
        @Nullable BigDecimal cachedRead,
        @Nullable BigDecimal cachedWrite5m,
        @Nullable BigDecimal cachedWrite1h) {

    /** @throws IllegalArgumentException if a price is out of bounds, or all are absent */
    public TokenRates {
        input = checked("input price", input);
        output = checked("output price", output);
        cachedRead = checked("cached read price", cachedRead);
        cachedWrite5m = checked("cached write price (5 minutes)", cachedWrite5m);
        cachedWrite1h = checked("cached write price (1 hour)", cachedWrite1h);
        if (input == null && output == null && cachedRead == null && cachedWrite5m == null && cachedWrite1h == null) {
            throw new IllegalArgumentException("rates have no price at all: expected an input or an output price");
        }
    }

    private static @Nullable BigDecimal checked(String name, @Nullable BigDecimal price) {
        return price == null ? null : Decimals.check(name, price);
    }

    /** Returns a builder that takes prices of one token, as LiteLLM's file has them. */
    public static Builder perToken() {
        return new Builder(0, "per token");
    }

    /** Returns a builder that takes prices of a million tokens, as providers print them. */
    public static Builder perMillion() {
        return new Builder(6, "per million tokens");
    }

    /** Returns these rates with the absent ones taken from {@code other}. */
    TokenRates orElse(@Nullable TokenRates other) {
        return other == null
                ? this
                : new TokenRates(
                        firstOf(input, other.input),
                        firstOf(output, other.output),
                        firstOf(cachedRead, other.cachedRead),
                        firstOf(cachedWrite5m, other.cachedWrite5m),
                        firstOf(cachedWrite1h, other.cachedWrite1h));
    }

    /** Returns these rates with absent cached prices replaced by the price that stands in for them. */
    TokenRates filled() {
        BigDecimal write5m = firstOf(cachedWrite5m, input);
        return new TokenRates(input, output, firstOf(cachedRead, input), write5m, firstOf(cachedWrite1h, write5m));
    }

    private static @Nullable BigDecimal firstOf(@Nullable BigDecimal first, @Nullable BigDecimal second) {
        return first != null ? first : second;
    }

    /**
     * Collects prices, each of one kind of token. A price is absent unless given.
     *
     * <p>Each method throws {@link IllegalArgumentException} if the text is no decimal number, or the price is negative
     * or out of bounds; the message holds it as it was written. Not thread-safe.
     */
    public static final class Builder {

        private final int decimalShift;
        private final String unit;
        private @Nullable BigDecimal input;
        private @Nullable BigDecimal output;
        private @Nullable BigDecimal cachedRead;
        private @Nullable BigDecimal cachedWrite5m;
        private @Nullable BigDecimal cachedWrite1h;

        private Builder(int decimalShift, String unit) {
            this.decimalShift = decimalShift;
            this.unit = unit;
        }

        /** Sets the price of plain input tokens. */
        public Builder input(BigDecimal price) {
            input = price("input price", price);
            return this;
        }

        /** Sets the price of plain input tokens. */
        public Builder input(String price) {
            return input(Decimals.parse("input price", price));
        }

        /** Sets the price of output tokens. */
        public Builder output(BigDecimal price) {
            output = price("output price", price);
            return this;
        }

        /** Sets the price of output tokens. */
        public Builder output(String price) {
            return output(Decimals.parse("output price", price));
        }

        /** Sets the price of tokens read from a cache. */
        public Builder cachedRead(BigDecimal price) {
            cachedRead = price("cached read price", price);
            return this;
        }

        /** Sets the price of tokens read from a cache. */
        public Builder cachedRead(String price) {
            return cachedRead(Decimals.parse("cached read price", price));
        }

        /** Sets the price of tokens written to a 5 minute cache. */
        public Builder cachedWrite5m(BigDecimal price) {
            cachedWrite5m = price("cached write price (5 minutes)", price);
            return this;
        }

        /** Sets the price of tokens written to a 5 minute cache. */
        public Builder cachedWrite5m(String price) {
            return cachedWrite5m(Decimals.parse("cached write price (5 minutes)", price));
        }

        /** Sets the price of tokens written to a 1 hour cache. */
        public Builder cachedWrite1h(BigDecimal price) {
            cachedWrite1h = price("cached write price (1 hour)", price);
            return this;
        }

        /** Sets the price of tokens written to a 1 hour cache. */
        public Builder cachedWrite1h(String price) {
            return cachedWrite1h(Decimals.parse("cached write price (1 hour)", price));
        }

        /**
         * Returns the rates.
         *
         * @throws IllegalArgumentException if no price was given
         */
        public TokenRates build() {
            return new TokenRates(input, output, cachedRead, cachedWrite5m, cachedWrite1h);
        }

        private BigDecimal price(String name, BigDecimal price) {
            String label = name + " " + unit;
            Objects.requireNonNull(price, name);
            // scaleByPowerOfTen only moves the exponent; the bounds are checked on both sides of it, so that the
            // message
            // holds the number as it was written.
            return Decimals.check(label, Decimals.check(label, price).scaleByPowerOfTen(-decimalShift));
        }
    }
}
