package org.quotaledger.examples.replay;

import org.quotaledger.QuotaLedger;
import org.quotaledger.spi.QuotaStore;

/**
 * One node of a gateway: a ledger over the store that all nodes share, with the time that this node is told.
 *
 * @param store what the ledger stands on
 * @param ledger the ledger
 * @param clock the time at which this node's operations happen
 */
record Node(QuotaStore store, QuotaLedger ledger, TraceClock clock) {

    static Node over(QuotaStore store, TraceClock clock) {
        return new Node(store, QuotaLedger.over(store), clock);
    }
}
