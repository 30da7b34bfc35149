package org.quotaledger.jdbc;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Command;
import org.quotaledger.jdbc.DefinitionCache.Known;
import org.quotaledger.policy.Account;
import org.quotaledger.reservation.RequestId;

/**
 * Tells which lane carries a command. All accounts of a family meet in one lane, that of their topmost parent: a lane
 * decides on what it wrote last, and would be wrong about a parent that another lane charges too. Where something is not
 * known a lane is guessed: any lane decides right, only not as fast. Thread-safe.
 */
final class Routes {

    private final DefinitionCache definitions;
    private final ConcurrentHashMap<RequestId, Lane> reservations = new ConcurrentHashMap<>();

    Routes(DefinitionCache definitions) {
        this.definitions = definitions;
    }

    /** Returns the lane of a command, among all. */
    Lane lane(Command<?> command, List<Lane> lanes) {
        AccountId account = command.account();
        List<AccountId> chain = command.knownChain();
        if (account == null && chain.isEmpty()) {
            RequestId id =
                    Objects.requireNonNull(command.reservation(), "command names neither account nor reservation");
            Lane kept = reservations.get(id);
            return kept != null ? kept : of(id, lanes);
        }
        return of(topmost(account != null ? account : chain.get(chain.size() - 1)), lanes);
    }

    private static Lane of(Object key, List<Lane> lanes) {
        return lanes.get(Math.floorMod(key.hashCode(), lanes.size()));
    }

    private AccountId topmost(AccountId account) {
        AccountId top = account;
        for (int level = 1; level < Account.MAX_CHAIN; level++) {
            Known known = definitions.lastKnown(top);
            AccountId parent =
                    known == null ? null : known.entry().account().parent().orElse(null);
            if (parent == null) {
                break;
            }
            top = parent;
        }
        return top;
    }

    void remember(RequestId reservation, Lane lane) {
        reservations.put(reservation, lane);
    }

    void forget(RequestId reservation) {
        reservations.remove(reservation);
    }
}
