package org.quotaledger.jdbc;

import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.AccountHolds;
import org.quotaledger.accounting.AccountState;
import org.quotaledger.jdbc.DefinitionCache.Known;

/**
 * An account as a lane wrote or loaded it last. It is what the tables hold for as long as the account has the stamp.
 *
 * @param known the account with its limits
 * @param state the same with its usage, every row that is open
 * @param stamp what the account was stamped with
 * @param lineage stays the same while nobody but this lane changes the account: reservations that were kept meanwhile are
 *     what the tables hold too
 */
record KeptAccount(Known known, AccountState state, long stamp, Object lineage) {

    KeptAccount with(AccountHolds lookedUp) {
        return new KeptAccount(known, state.withLatestHolds(lookedUp), stamp, lineage);
    }

    AccountId id() {
        return known.entry().id();
    }
}
