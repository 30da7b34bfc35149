package org.quotaledger;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Command;
import org.quotaledger.amount.Charge;
import org.quotaledger.reservation.Adjusted;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Decision;
import org.quotaledger.reservation.Extended;
import org.quotaledger.reservation.Progressed;
import org.quotaledger.reservation.Released;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.Reservation;
import org.quotaledger.reservation.ReservationState;
import org.quotaledger.reservation.ReservationStatus;
import org.quotaledger.reservation.Settled;
import org.quotaledger.reservation.UnbilledReason;

/** A reservation as it was granted, with the ledger that granted it. Thread-safe. */
final class LedgerReservation implements Reservation {

    private final ReservationState granted;
    private final boolean recorded;
    private final CommandRunner runner;
    private final Commands commands;

    /**
     * Whether closing releases nothing: it has ended, or a settle was tried and its outcome is unknown. Releasing then
     * could lose a charge that the caller is about to settle again.
     */
    private volatile boolean ended;

    LedgerReservation(Decision.Held held, CommandRunner runner, Commands commands) {
        this.granted = held.state();
        this.recorded = held.recorded();
        this.runner = runner;
        this.commands = commands;
        this.ended = granted.status() != ReservationStatus.HELD;
    }

    @Override
    public RequestId id() {
        return granted.id();
    }

    @Override
    public AccountId account() {
        return granted.account();
    }

    @Override
    public Charge held() {
        return granted.status() == ReservationStatus.HELD
                ? granted.held()
                : granted.held().zero();
    }

    @Override
    public Instant expiresAt() {
        return granted.expiresAt();
    }

    @Override
    public boolean recorded() {
        return recorded;
    }

    @Override
    public Answer<Settled> settle(Charge cost) {
        return settle(new Command.Settle(id(), cost, null, granted.chain()));
    }

    @Override
    public Answer<Settled> settleUnbilled(UnbilledReason reason, Charge counted) {
        Objects.requireNonNull(reason, "reason");
        return settle(new Command.Settle(id(), counted, reason, granted.chain()));
    }

    private Answer<Settled> settle(Command.Settle command) {
        boolean before = ended;
        ended = true;
        Answer<Settled> answer = runner.run(command);
        ended = before || answer.done();
        return answer;
    }

    @Override
    public Answer<Released> release() {
        Answer<Released> answer = runner.run(new Command.Release(id(), granted.chain()));
        ended |= answer.done();
        return answer;
    }

    @Override
    public Answer<Extended> extend(Duration timeToLive) {
        return runner.run(new Command.Extend(id(), commands.checked(timeToLive), granted.chain()));
    }

    @Override
    public Answer<Adjusted> adjust(Charge charge) {
        return runner.run(new Command.Adjust(id(), charge, granted.chain()));
    }

    @Override
    public Answer<Progressed> progress(Charge delivered) {
        return runner.run(new Command.ReportProgress(id(), delivered, granted.chain()));
    }

    @Override
    public void close() {
        if (!ended) {
            release();
        }
    }

    /** Returns the id and the hold, or how it had ended by then. */
    @Override
    public String toString() {
        String state = granted.status() == ReservationStatus.HELD
                ? " holds " + held() + " until " + expiresAt()
                : " is " + granted.status();
        return "Reservation[" + id() + ", " + account() + state + "]";
    }
}
