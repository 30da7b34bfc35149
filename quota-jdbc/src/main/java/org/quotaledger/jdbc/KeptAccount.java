package org.quotaledger.jdbc;

import java.util.ArrayList;
import java.util.List;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.AccountHolds;
import org.quotaledger.accounting.WorkingAccount;
import org.quotaledger.jdbc.DefinitionCache.Known;

/**
 * An account as a lane wrote or loaded it last. It is what the tables hold for as long as the account has the stamp.
 *
 * @param known the account with its limits
 * @param working the same with its counters, every one that is open; not to be changed
 * @param holds the holds that were looked up, as they are
 * @param stamp what the account was stamped with
 * @param lineage stays the same while nobody but this lane changes the account: reservations that were kept meanwhile are
 *     what the tables hold too
 */
record KeptAccount(Known known, WorkingAccount working, List<AccountHolds> holds, long stamp, Object lineage) {

    /** Returns the same with the latest look-up of holds, which replaces those of the same meters. */
    KeptAccount with(AccountHolds lookedUp) {
        List<AccountHolds> latest = new ArrayList<>();
        for (AccountHolds other : holds) {
            if (!lookedUp.next().keySet().containsAll(other.next().keySet())) {
                latest.add(other);
            }
        }
        latest.add(lookedUp);
        return new KeptAccount(known, working, latest, stamp, lineage);
    }

    AccountId id() {
        return known.entry().id();
    }
}
