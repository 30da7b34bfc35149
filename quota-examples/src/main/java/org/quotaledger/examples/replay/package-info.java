/** Replays a file of real requests through a ledger, at the instants of the requests. */
@NullMarked
package org.quotaledger.examples.replay;

import org.jspecify.annotations.NullMarked;
