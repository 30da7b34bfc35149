package org.quotaledger.outage;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Command;
import org.quotaledger.accounting.Facts;
import org.quotaledger.accounting.Hold;
import org.quotaledger.accounting.UnitOfWork;
import org.quotaledger.accounting.WorkingAccount;
import org.quotaledger.amount.Charge;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Decision;
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
        UnitOfWork work = open(account(reserve.account(), now), null, List.of());
        Decision answer = reserve.decide(work, now);
        ReservationState state = work.reservation();
        if (state == null) {
            throw new IllegalStateException(reserve + " on an account without limits was answered " + answer);
        }
        return new Unrecorded(reserve, state, work.holds(), mayBeKept);
    }

    RequestId id() {
        return reserve.reservation();
    }

    /**
     * An answer, and the request after it.
     *
     * @param <A> the type of the answer
     */
    record Decided<A>(A answer, Unrecorded after) {}

    /** Decides a command about it. */
    <A> Decided<A> decide(Command<A> command, Instant now) {
        UnitOfWork work = open(account(reserve.account(), state.reservedAt()), state, holds);
        A answer = command.decide(work, now);
        return new Decided<>(answer, after(work));
    }

    /** An account without limits leaves nothing to ask. */
    private static UnitOfWork open(WorkingAccount unlimited, @Nullable ReservationState reservation, List<Hold> holds) {
        return new UnitOfWork(List.of(unlimited), reservation, holds, null, Facts.NOTHING);
    }

    private static WorkingAccount account(AccountId id, Instant since) {
        Account unlimited = Account.builder(id).build();
        return new WorkingAccount(
                new AccountEntry(unlimited, 1, since, null, null, since, List.of(), Map.of()), List.of(), List.of());
    }

    private Unrecorded after(UnitOfWork done) {
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
                : decide(new Command.Settle(id(), progress, null, state.chain()), now)
                        .after();
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
