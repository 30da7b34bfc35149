/** The store that keeps a ledger in memory: the reference for every other one, to be read beside the contract. */
@NullMarked
package org.quotaledger.memory;

import org.jspecify.annotations.NullMarked;
