package org.quotaledger.examples.replay;

import java.time.Duration;
import java.time.Instant;

/**
 * How long a model takes to answer, which the trace does not say: a time until the first token, and a time for each token.
 *
 * @param untilFirstToken the same for every request
 * @param perToken for each token generated
 */
record ServiceTime(Duration untilFirstToken, Duration perToken) {

    /** Returns when the answer of a request is complete. */
    Instant endOf(TraceRow row) {
        return row.at().plus(untilFirstToken).plus(perToken.multipliedBy(row.generatedTokens()));
    }
}
