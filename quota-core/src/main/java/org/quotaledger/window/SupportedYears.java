package org.quotaledger.window;

import java.time.Instant;
import java.time.LocalDateTime;

/** The years 1 to 9999: what every database and JSON reader can hold, so that no window answers with more. */
final class SupportedYears {

    private static final long FIRST_SECOND = WindowSpan.EARLIEST.getEpochSecond();
    private static final long LAST_SECOND = WindowSpan.LATEST.getEpochSecond();

    private SupportedYears() {}

    static void check(String name, Instant instant) {
        long second = instant.getEpochSecond();
        if (second < FIRST_SECOND || second > LAST_SECOND) {
            throw new IllegalArgumentException(
                    name + " is " + instant + ": expected an instant of the years 1 to 9999");
        }
    }

    static void check(String name, LocalDateTime local) {
        if (local.getYear() < 1 || local.getYear() > 9999) {
            throw new IllegalArgumentException(name + " is " + local + ": expected a date of the years 1 to 9999");
        }
    }
}
