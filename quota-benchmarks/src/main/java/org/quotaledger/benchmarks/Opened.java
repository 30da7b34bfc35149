package org.quotaledger.benchmarks;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Something that is opened when a row first needs it. Confined to the thread that measures. */
final class Opened<T> {

    /** Opens it. */
    @FunctionalInterface
    interface Opener<T> {
        T open() throws Exception;
    }

    private final Opener<T> opener;
    private @Nullable T value;

    Opened(Opener<T> opener) {
        this.opener = opener;
    }

    T get() throws Exception {
        T known = value;
        if (known == null) {
            known = opener.open();
            value = known;
        }
        return known;
    }

    /** Returns it if a row has needed it. */
    Optional<T> ifOpen() {
        return Optional.ofNullable(value);
    }
}
