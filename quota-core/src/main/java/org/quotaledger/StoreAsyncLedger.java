package org.quotaledger;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Command;
import org.quotaledger.accounting.LimitStatus;
import org.quotaledger.amount.Charge;
import org.quotaledger.reservation.Adjusted;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Charged;
import org.quotaledger.reservation.CheckAnswer;
import org.quotaledger.reservation.Decision;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.Extended;
import org.quotaledger.reservation.Progressed;
import org.quotaledger.reservation.Refunded;
import org.quotaledger.reservation.Refused;
import org.quotaledger.reservation.Released;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReserveMode;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.Settled;
import org.quotaledger.reservation.Tags;
import org.quotaledger.reservation.UnbilledReason;

/** Turns what is asked into commands: it makes up ids and fills in the times to live. Thread-safe. */
final class StoreAsyncLedger implements AsyncQuotaLedger {

    private final CommandRunner runner;
    private final Duration timeToLive;
    private final Duration maxTimeToLive;

    StoreAsyncLedger(CommandRunner runner, Duration timeToLive, Duration maxTimeToLive) {
        this.runner = runner;
        this.timeToLive = timeToLive;
        this.maxTimeToLive = maxTimeToLive;
    }

    @Override
    public CompletionStage<Admission> reserve(ReserveRequest request) {
        Command.Reserve command = new Command.Reserve(
                request.id().orElseGet(() -> RequestId.of(UUID.randomUUID().toString())),
                request.account(),
                request.charge(),
                request.mode(),
                checked(request.timeToLive().orElse(timeToLive)),
                request.timeToLive().isPresent(),
                request.tags(),
                request.unbilled().orElse(null),
                request.firstAttempt());
        return runner.submit(command).thenApply(this::admission);
    }

    private Admission admission(Decision decision) {
        if (decision instanceof Decision.Held held) {
            return new Admission.Granted(
                    new LedgerReservation(held.state(), runner, this), held.replayed(), held.observed());
        }
        return decision instanceof Refused refused ? refused : (Declined.Conflict) decision;
    }

    @Override
    public CompletionStage<CheckAnswer> check(AccountId account, Charge charge) {
        return runner.submit(new Command.Check(account, charge, ReserveMode.ALL_OR_NOTHING));
    }

    @Override
    public CompletionStage<Answer<Settled>> settle(RequestId id, Charge cost) {
        return runner.submit(new Command.Settle(id, cost, null, List.of()));
    }

    @Override
    public CompletionStage<Answer<Settled>> settleUnbilled(RequestId id, UnbilledReason reason) {
        Objects.requireNonNull(reason, "reason");
        return runner.submit(new Command.Settle(id, Charge.NONE, reason, List.of()));
    }

    @Override
    public CompletionStage<Answer<Released>> release(RequestId id) {
        return runner.submit(new Command.Release(id, List.of()));
    }

    @Override
    public CompletionStage<Answer<Extended>> extend(RequestId id, Duration longer) {
        return runner.submit(new Command.Extend(id, checked(longer), List.of()));
    }

    @Override
    public CompletionStage<Answer<Adjusted>> adjust(RequestId id, Charge charge) {
        return runner.submit(new Command.Adjust(id, charge, List.of()));
    }

    @Override
    public CompletionStage<Answer<Progressed>> progress(RequestId id, Charge delivered) {
        return runner.submit(new Command.ReportProgress(id, delivered, List.of()));
    }

    @Override
    public CompletionStage<Answer<Charged>> charge(RequestId id, AccountId account, Charge charge, Tags tags) {
        return runner.submit(new Command.DirectCharge(id, account, charge, tags));
    }

    @Override
    public CompletionStage<Answer<Refunded>> refund(RequestId refund, RequestId reservation, Charge charge) {
        return runner.submit(new Command.Refund(refund, reservation, charge));
    }

    @Override
    public CompletionStage<List<LimitStatus>> usage(AccountId account) {
        return runner.submit(new Command.Inspect(account));
    }

    /** Returns the time to live, if it is between a millisecond and the longest. */
    Duration checked(Duration asked) {
        ReserveRequest.checkTimeToLive(asked);
        if (asked.compareTo(maxTimeToLive) > 0) {
            throw new IllegalArgumentException(
                    "time to live is " + asked + ": expected at most the ledger's " + maxTimeToLive);
        }
        return asked;
    }
}
