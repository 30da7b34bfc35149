package org.quotaledger.examples.replay;

import java.math.BigDecimal;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;

/**
 * Sums of what was charged, exact.
 *
 * @param requests units of {@link Meter#REQUESTS}
 * @param tokens units of {@link Meter#TOKENS}
 * @param usdUnits units of {@link Meter#USD}
 */
record Sums(long requests, long tokens, long usdUnits) {

    static final Sums NONE = new Sums(0, 0, 0);

    static Sums of(Charge charge) {
        return new Sums(charge.units(Meter.REQUESTS), charge.units(Meter.TOKENS), charge.units(Meter.USD));
    }

    /** Returns units of one meter; of a meter that is not summed, nothing. */
    static Sums ofUnits(Meter meter, long units) {
        return new Sums(
                meter.equals(Meter.REQUESTS) ? units : 0,
                meter.equals(Meter.TOKENS) ? units : 0,
                meter.equals(Meter.USD) ? units : 0);
    }

    Sums plus(Sums other) {
        return new Sums(
                Math.addExact(requests, other.requests),
                Math.addExact(tokens, other.tokens),
                Math.addExact(usdUnits, other.usdUnits));
    }

    /** Returns the dollars, with all eight decimals. */
    String usd() {
        return BigDecimal.valueOf(usdUnits, Meter.USD.scale()).toPlainString();
    }

    @Override
    public String toString() {
        return requests + " requests, " + tokens + " tokens, " + usd() + " usd";
    }
}
