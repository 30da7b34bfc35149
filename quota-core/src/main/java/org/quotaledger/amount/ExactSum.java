package org.quotaledger.amount;

import java.math.BigInteger;

/** A running sum of {@code long} values that never overflows. Not thread-safe. */
public final class ExactSum {

    /** Most sums fit a {@code long}: the rest is carried over only when this one would overflow. */
    private long low;

    private BigInteger carried = BigInteger.ZERO;

    /** Creates a sum of nothing. */
    public ExactSum() {}

    /** Adds a value, which may be negative. */
    public void add(long value) {
        long sum = low + value;
        if (((low ^ sum) & (value ^ sum)) < 0) {
            carried = carried.add(BigInteger.valueOf(low));
            sum = value;
        }
        low = sum;
    }

    /** Returns the sum so far. */
    public BigInteger value() {
        return carried.add(BigInteger.valueOf(low));
    }
}
