package org.quotaledger;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.LimitStatus;
import org.quotaledger.amount.Charge;
import org.quotaledger.reservation.Adjusted;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Charged;
import org.quotaledger.reservation.CheckAnswer;
import org.quotaledger.reservation.Extended;
import org.quotaledger.reservation.Progressed;
import org.quotaledger.reservation.Refunded;
import org.quotaledger.reservation.Released;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.Settled;
import org.quotaledger.reservation.Tags;
import org.quotaledger.reservation.UnbilledReason;

/** Submits what is asked for. Thread-safe. */
final class StoreAsyncLedger implements AsyncQuotaLedger {

    private final CommandRunner runner;
    private final Commands commands;

    StoreAsyncLedger(CommandRunner runner, Commands commands) {
        this.runner = runner;
        this.commands = commands;
    }

    @Override
    public CompletionStage<Admission> reserve(ReserveRequest request) {
        return runner.submit(commands.reserve(request))
                .thenApply(decision -> commands.admission(decision, request.tags(), runner));
    }

    @Override
    public CompletionStage<CheckAnswer> check(AccountId account, Charge charge) {
        return runner.submit(commands.check(account, charge));
    }

    @Override
    public CompletionStage<Answer<Settled>> settle(RequestId id, Charge cost) {
        return runner.submit(commands.settle(id, cost));
    }

    @Override
    public CompletionStage<Answer<Settled>> settleUnbilled(RequestId id, UnbilledReason reason, Charge counted) {
        return runner.submit(commands.settleUnbilled(id, reason, counted));
    }

    @Override
    public CompletionStage<Answer<Released>> release(RequestId id) {
        return runner.submit(commands.release(id));
    }

    @Override
    public CompletionStage<Answer<Extended>> extend(RequestId id, Duration longer) {
        return runner.submit(commands.extend(id, longer));
    }

    @Override
    public CompletionStage<Answer<Adjusted>> adjust(RequestId id, Charge charge) {
        return runner.submit(commands.adjust(id, charge));
    }

    @Override
    public CompletionStage<Answer<Progressed>> progress(RequestId id, Charge delivered) {
        return runner.submit(commands.progress(id, delivered));
    }

    @Override
    public CompletionStage<Answer<Charged>> charge(RequestId id, AccountId account, Charge charge, Tags tags) {
        return runner.submit(commands.charge(id, account, charge, tags));
    }

    @Override
    public CompletionStage<Answer<Refunded>> refund(RequestId refund, RequestId reservation, Charge charge) {
        return runner.submit(commands.refund(refund, reservation, charge));
    }

    @Override
    public CompletionStage<List<LimitStatus>> usage(AccountId account) {
        return runner.submit(commands.usage(account));
    }
}
