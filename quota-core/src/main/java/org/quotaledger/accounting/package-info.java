/**
 * The whole rule as one pure function: state, command and instant in; new state and answer out.
 *
 * <p>{@link org.quotaledger.accounting.Command#decide} is that function. It reads no clock, no store and no random
 * source, and changes nothing it is given; a store runs it inside its own atomic step and keeps what the
 * {@link org.quotaledger.accounting.Step} says. So every store decides alike, and every rule can be tested with plain
 * values.
 */
@NullMarked
package org.quotaledger.accounting;

import org.jspecify.annotations.NullMarked;
