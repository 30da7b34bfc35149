package org.quotaledger.amount;

/** Amounts of different meters were added or compared: a bug of the caller. */
public final class UnitMismatchException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    UnitMismatchException(Meter expected, Meter actual) {
        super("expected " + text(expected) + " but was " + text(actual));
    }

    private static String text(Meter meter) {
        return meter.name() + " (scale " + meter.scale() + ")";
    }
}
