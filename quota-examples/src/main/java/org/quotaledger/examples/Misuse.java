package org.quotaledger.examples;

import org.jspecify.annotations.Nullable;

/** The program was not asked rightly; its message is for the person at the terminal. */
final class Misuse extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Misuse(@Nullable String message) {
        super(message);
    }

    // Nothing went wrong in the program.
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
