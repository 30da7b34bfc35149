package org.quotaledger.memory;

import java.time.Instant;

/**
 * Instants as microseconds since 1970, which is how exactly the ledger keeps them, so that to keep one takes no object.
 */
final class Micros {

    private static final long PER_SECOND = 1_000_000;

    private Micros() {}

    /** @throws IllegalArgumentException if the instant is finer than a microsecond */
    static long of(Instant instant) {
        if (instant.getNano() % 1000 != 0) {
            throw new IllegalArgumentException("instant is " + instant + ": expected whole microseconds");
        }
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), PER_SECOND), instant.getNano() / 1000);
    }

    static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, PER_SECOND), Math.floorMod(micros, PER_SECOND) * 1000);
    }
}
