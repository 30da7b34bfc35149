package org.quotaledger;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Command;
import org.quotaledger.amount.Charge;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.Decision;
import org.quotaledger.reservation.Declined;
import org.quotaledger.reservation.Refused;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.RequestOrigin;
import org.quotaledger.reservation.ReserveMode;
import org.quotaledger.reservation.ReserveRequest;
import org.quotaledger.reservation.Tags;
import org.quotaledger.reservation.UnbilledReason;

/**
 * Turns what is asked into commands: makes up ids and fills in the times to live. Thread-safe.
 *
 * @param timeToLive how long a hold lives unless the reserve says
 * @param maxTimeToLive the longest that a hold may live from one reserve or extend
 * @param ids makes up the ids that callers leave out
 */
record Commands(Duration timeToLive, Duration maxTimeToLive, RequestIds ids) {

    Command.Reserve reserve(ReserveRequest request) {
        return new Command.Reserve(
                new RequestOrigin(request.id().orElseGet(ids::next), request.account(), request.tags()),
                request.charge(),
                request.mode(),
                checked(request.timeToLive().orElse(timeToLive)),
                request.timeToLive().isPresent(),
                request.unbilled().orElse(null),
                request.firstAttempt());
    }

    /** Returns the answer of a reserve with these tags, and counts it if it is refused. */
    Admission admission(Decision decision, Tags tags, CommandRunner runner) {
        if (decision instanceof Decision.Held held) {
            return new Admission.Granted(
                    new LedgerReservation(held, runner, this), held.state().status(), held.replayed(), held.observed());
        }
        if (decision instanceof Refused refused) {
            runner.count(refused.refusal(), tags);
            return refused;
        }
        return (Declined.Conflict) decision;
    }

    Command.Check check(AccountId account, Charge charge) {
        return new Command.Check(account, charge, ReserveMode.ALL_OR_NOTHING);
    }

    Command.Settle settle(RequestId id, Charge cost) {
        return new Command.Settle(id, cost, null, List.of());
    }

    Command.Settle settleUnbilled(RequestId id, UnbilledReason reason, Charge counted) {
        Objects.requireNonNull(reason, "reason");
        return new Command.Settle(id, counted, reason, List.of());
    }

    Command.Release release(RequestId id) {
        return new Command.Release(id, List.of());
    }

    Command.Extend extend(RequestId id, Duration longer) {
        return new Command.Extend(id, checked(longer), List.of());
    }

    Command.Adjust adjust(RequestId id, Charge charge) {
        return new Command.Adjust(id, charge, List.of());
    }

    Command.ReportProgress progress(RequestId id, Charge delivered) {
        return new Command.ReportProgress(id, delivered, List.of());
    }

    Command.DirectCharge charge(RequestId id, AccountId account, Charge charge, Tags tags) {
        return new Command.DirectCharge(id, account, charge, tags);
    }

    Command.Refund refund(RequestId refund, RequestId reservation, Charge charge) {
        return new Command.Refund(refund, reservation, charge);
    }

    Command.Inspect usage(AccountId account) {
        return new Command.Inspect(account);
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
