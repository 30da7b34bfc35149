package org.quotaledger.rule;

import java.time.Instant;

/**
 * One operation of a ledger, and the rule that decides it. Immutable and thread-safe.
 *
 * @param <A> its answer
 */
public sealed interface RuleCommand<A> permits Reserve, Settle, Release {

    /**
     * Decides the command and records its changes in the unit of work. A declined or refused command changes nothing, and
     * neither does one that throws.
     *
     * @param now the instant of the step, in whole microseconds and no earlier than the accounts have seen
     * @throws ArithmeticException if a sum is more than a {@code long} holds
     */
    A decide(UnitOfWork work, Instant now);
}
