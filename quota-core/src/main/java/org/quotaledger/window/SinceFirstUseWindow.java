package org.quotaledger.window;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A span that opens with the first use after the last one ended. At exactly start plus length the next one can open.
 *
 * <p>Its spans depend on the use, so the caller keeps the latest one and asks with
 * {@link #spanAt(Instant, WindowSpan)}.
 *
 * @param length how long a span lasts once it is open, one second to 3653 days
 */
record SinceFirstUseWindow(Duration length) implements QuotaWindow {

    /** @throws IllegalArgumentException if {@code length} is not one second to 3653 days */
    SinceFirstUseWindow {
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
    public boolean opensWithUse() {
        return true;
    }

    @Override
    public @Nullable WindowSpan openSpan(Instant instant) {
        return null;
    }

    @Override
    public String toString() {
        return "since-first-use " + length;
    }
}
