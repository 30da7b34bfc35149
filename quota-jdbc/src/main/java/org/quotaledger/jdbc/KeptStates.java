package org.quotaledger.jdbc;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.AccountHolds;
import org.quotaledger.accounting.Hold;
import org.quotaledger.policy.Account;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.reservation.ReservationStatus;

/**
 * What a lane remembers of the tables, so that it can decide without reading them: a bounded number of accounts, those
 * used last, and of the reservations that hold something. None of it is trusted without the stamps of the accounts.
 * Confined to whoever runs the lane.
 */
final class KeptStates {

    private static final int MOST_ACCOUNTS = 20_000;
    private static final int MOST_RESERVATIONS = 50_000;

    private final Lane lane;
    private final Routes routes;

    private final LinkedHashMap<AccountId, KeptAccount> accounts = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<AccountId, KeptAccount> eldest) {
            return size() > MOST_ACCOUNTS;
        }
    };

    private final LinkedHashMap<RequestId, KeptReservation> reservations = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<RequestId, KeptReservation> eldest) {
            boolean tooMany = size() > MOST_RESERVATIONS;
            if (tooMany) {
                routes.forget(eldest.getKey());
            }
            return tooMany;
        }
    };

    KeptStates(Lane lane, Routes routes) {
        this.lane = lane;
        this.routes = routes;
    }

    @Nullable
    KeptAccount account(AccountId id) {
        return accounts.get(id);
    }

    /** Returns the reservation, if nobody else has changed an account of its chain as far as is known here. */
    @Nullable
    KeptReservation reservation(RequestId id) {
        KeptReservation kept = reservations.get(id);
        if (kept == null) {
            return null;
        }
        List<AccountId> chain = kept.state().chain();
        for (int i = 0; i < chain.size(); i++) {
            KeptAccount account = accounts.get(chain.get(i));
            if (account == null || account.lineage() != kept.lineages().get(i)) {
                forget(id);
                return null;
            }
        }
        return kept;
    }

    /** Returns the accounts that commands start from, and of which something is not remembered of them or their parents. */
    Set<AccountId> unknown(List<Pending<?>> commands) {
        Set<AccountId> unknown = new HashSet<>();
        for (Pending<?> pending : commands) {
            AccountId id = pending.command().account();
            for (int level = 0; level < Account.MAX_CHAIN && id != null; level++) {
                KeptAccount account = accounts.get(id);
                if (account == null) {
                    unknown.add(id);
                    break;
                }
                id = account.known().entry().account().parent().orElse(null);
            }
        }
        return unknown;
    }

    void keep(KeptAccount account) {
        accounts.put(account.id(), account);
    }

    /** Returns the holds that were looked up of an account as it is remembered. */
    List<AccountHolds> holds(AccountId id) {
        KeptAccount account = accounts.get(id);
        return account == null ? List.of() : account.holds();
    }

    /** Remembers holds of an account beside the rest of it. */
    void keep(AccountId id, AccountHolds holds) {
        KeptAccount account = accounts.get(id);
        if (account != null) {
            keep(account.with(holds));
        }
    }

    /** Remembers a reservation whose accounts are remembered, for as long as it holds something. */
    void keep(ReservationState state, List<Hold> holds) {
        List<Object> lineages = new ArrayList<>(state.chain().size());
        for (AccountId id : state.chain()) {
            KeptAccount account = accounts.get(id);
            if (account != null) {
                lineages.add(account.lineage());
            }
        }
        if (state.status() == ReservationStatus.HELD
                && lineages.size() == state.chain().size()) {
            reservations.put(state.id(), new KeptReservation(state, holds, lineages));
            routes.remember(state.id(), lane);
        } else {
            forget(state.id());
        }
    }

    void forget(AccountId account) {
        accounts.remove(account);
    }

    void forget(RequestId reservation) {
        if (reservations.remove(reservation) != null) {
            routes.forget(reservation);
        }
    }

    void forgetAll() {
        accounts.clear();
        reservations.keySet().forEach(routes::forget);
        reservations.clear();
    }
}
