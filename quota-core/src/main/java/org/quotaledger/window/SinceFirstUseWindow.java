package org.quotaledger.window;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * A span that opens with the first use after the last one ended. At exactly start plus length the next one can open.
 *
 * <p>Its spans depend on the use, so the caller keeps the latest one and asks with
 * {@link #spanAt(Instant, WindowSpan)}.
 *
 * @param length how long a span lasts once it is open, one second to 3653 days
 */
public record SinceFirstUseWindow(Duration length) implements QuotaWindow {

    /** @throws IllegalArgumentException if {@code length} is not one second to 3653 days */
    public SinceFirstUseWindow {
        Objects.requireNonNull(length, "length");
        WindowLength.check(length);
    }

    /** Returns the span that would open at {@code instant}. */
    @Override
    public WindowSpan spanAt(Instant instant) {
        SupportedYears.check("instant", instant);
        return new WindowSpan(instant, instant.plus(length));
    }

    @Override
    public String toString() {
        return "since-first-use " + length;
    }
}
