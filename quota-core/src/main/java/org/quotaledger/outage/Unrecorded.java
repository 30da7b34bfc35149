package org.quotaledger.outage;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.AccountState;
import org.quotaledger.accounting.Command;
import org.quotaledger.accounting.Facts;
import org.quotaledger.accounting.Hold;
import org.quotaledger.accounting.LedgerState;
import org.quotaledger.accounting.Step;
import org.quotaledger.amount.Charge;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.reservation.ReservationStatus;

/**
 * A request that was let through, as far as it has gone. Immutable and thread-safe.
 *
 * <p>The ledger's own rule decides what is asked of it, on an account without limits: which limits it has is not known.
 *
 * @param reserve what was asked for
 * @param state the reservation
 * @param holds what it holds
 * @param mayBeKept whether the store may have kept its reserve before it failed
 */
record Unrecorded(Command.Reserve reserve, ReservationState state, List<Hold> holds, boolean mayBeKept) {

    Unrecorded {
        holds = List.copyOf(holds);
    }

    /** Returns a request as it is let through. */
    static Unrecorded of(Command.Reserve reserve, boolean mayBeKept, Instant now) {
        Step<?> done = reserve.decide(state(account(reserve.account(), now), null, List.of()), now);
        ReservationState state = done.reservation();
        if (state == null) {
            throw new IllegalStateException(reserve + " on an account without limits was answered " + done.answer());
        }
        return new Unrecorded(reserve, state, done.holds(), mayBeKept);
    }

    RequestId id() {
        return reserve.reservation();
    }

    /** Decides what is asked of it. */
    <A> Step<A> decide(Command<A> command, Instant now) {
        AccountState account = account(reserve.account(), state.reservedAt());
        return command.decide(state(account, state, holds), now);
    }

    /** An account without limits leaves nothing to ask. */
    private static LedgerState state(
            AccountState unlimited, @Nullable ReservationState reservation, List<Hold> holds) {
        return new LedgerState(List.of(unlimited), reservation, holds, null, Facts.NOTHING);
    }

    private static AccountState account(AccountId id, Instant since) {
        Account unlimited = Account.builder(id).build();
        return new AccountState(
                new AccountEntry(unlimited, 1, since, null, null, since, List.of(), Map.of()), List.of(), List.of());
    }

    /** Returns it as a step leaves it. */
    Unrecorded after(Step<?> done) {
        ReservationState changed = done.reservation();
        if (changed == null) {
            return this;
        }
        List<Hold> left = new ArrayList<>(done.dropsHolds() ? List.of() : holds);
        for (Hold hold : done.holds()) {
            left.removeIf(other -> other.meter().equals(hold.meter()));
            left.add(hold);
        }
        return new Unrecorded(reserve, changed, left, mayBeKept);
    }

    /** Returns it settled with what was delivered, if it is a started one that has expired; else itself. */
    Unrecorded expired(Instant now) {
        Charge progress = state.progress();
        return progress == null || state.statusAt(now) != ReservationStatus.EXPIRED
                ? this
                : after(decide(new Command.Settle(id(), progress, null, state.chain()), now));
    }

    /** Returns it as one that the store may have kept: one of its tries may have come through. */
    Unrecorded thatMayBeKept() {
        return new Unrecorded(reserve, state, holds, true);
    }

    /** Returns whether there is nothing to be recorded of it. */
    boolean isNothing() {
        return state.status() == ReservationStatus.RELEASED && !mayBeKept;
    }

    /** Returns what records it in the store, or {@code null} while it is held. */
    @Nullable
    Command<? extends Answer<?>> recording(Instant now) {
        if (state.status() == ReservationStatus.RELEASED) {
            return new Command.Release(id(), List.of());
        }
        Charge cost = state.cost();
        Instant settledAt = state.endedAt();
        if (cost == null || settledAt == null) {
            return null;
        }
        Duration reservedAgo = ago(state.reservedAt(), now);
        Duration settledAgo = ago(settledAt, now);
        return new Command.RecordUse(
                reserve,
                state.held(),
                cost,
                state.unbilled(),
                state.late(),
                reservedAgo,
                settledAgo.compareTo(reservedAgo) > 0 ? reservedAgo : settledAgo);
    }

    private static Duration ago(Instant then, Instant now) {
        return then.isAfter(now) ? Duration.ZERO : Duration.between(then, now).truncatedTo(ChronoUnit.MICROS);
    }
}
