/**
 * The contract that a store signs: it runs commands through the pure rule in atomic steps, and keeps what they say.
 */
@NullMarked
package org.quotaledger.spi;

import org.jspecify.annotations.NullMarked;
