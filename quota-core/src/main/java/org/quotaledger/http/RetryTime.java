package org.quotaledger.http;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * When to come back, seen from the instant of the answer.
 *
 * @param from the instant of the answer
 * @param at the instant to come back at; one that has gone by counts as now
 */
record RetryTime(Instant from, Instant at) {

    /** 365 days: further off than that is nothing to wait for, and it fits wherever a client keeps it. */
    static final long MAX_SECONDS = 365L * 24 * 60 * 60;

    /** What the clients of OpenAI's interface wait for by themselves. */
    private static final long MAX_SECONDS_A_PROGRAM_WAITS = 60;

    /** Returns whole seconds, rounded up, 1 to {@link #MAX_SECONDS}: never 0, which would ask for a retry at once. */
    long seconds() {
        Duration wait = Duration.between(from, at);
        long rounded = wait.getNano() == 0 ? wait.getSeconds() : wait.getSeconds() + 1;
        return Math.max(1, Math.min(rounded, MAX_SECONDS));
    }

    /** Returns whether a program that meets the refusal will rather wait than give up. */
    boolean soon() {
        return seconds() <= MAX_SECONDS_A_PROGRAM_WAITS;
    }

    /** Returns the instant, rounded up: a client that is early is refused again. */
    Instant roundedUpTo(ChronoUnit unit) {
        Instant down = at.truncatedTo(unit);
        return down.equals(at) ? at : down.plus(1, unit);
    }
}
