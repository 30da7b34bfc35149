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

/**
 * {@link QuotaLedger} without blocking: the same operations, each completing when its change is durable. Thread-safe.
 *
 * <p>A stage completes exceptionally with what the blocking method throws; arguments that a caller can see to be wrong are
 * thrown at once. It may complete on a thread of the store: what depends on it must not block there.
 */
public interface AsyncQuotaLedger {

    /** See {@link QuotaLedger#reserve(AccountId, Charge)}. */
    default CompletionStage<Admission> reserve(AccountId account, Charge charge) {
        return reserve(ReserveRequest.builder(account, charge).build());
    }

    /** See {@link QuotaLedger#reserve(ReserveRequest)}. */
    CompletionStage<Admission> reserve(ReserveRequest request);

    /** See {@link QuotaLedger#check}. */
    CompletionStage<CheckAnswer> check(AccountId account, Charge charge);

    /** See {@link QuotaLedger#settle}. */
    CompletionStage<Answer<Settled>> settle(RequestId id, Charge cost);

    /** See {@link QuotaLedger#settleUnbilled(RequestId, UnbilledReason)}. */
    default CompletionStage<Answer<Settled>> settleUnbilled(RequestId id, UnbilledReason reason) {
        return settleUnbilled(id, reason, Charge.NONE);
    }

    /** See {@link QuotaLedger#settleUnbilled(RequestId, UnbilledReason, Charge)}. */
    CompletionStage<Answer<Settled>> settleUnbilled(RequestId id, UnbilledReason reason, Charge counted);

    /** See {@link QuotaLedger#release}. */
    CompletionStage<Answer<Released>> release(RequestId id);

    /** See {@link QuotaLedger#extend}. */
    CompletionStage<Answer<Extended>> extend(RequestId id, Duration timeToLive);

    /** See {@link QuotaLedger#adjust}. */
    CompletionStage<Answer<Adjusted>> adjust(RequestId id, Charge charge);

    /** See {@link QuotaLedger#progress}. */
    CompletionStage<Answer<Progressed>> progress(RequestId id, Charge delivered);

    /** See {@link QuotaLedger#charge(RequestId, AccountId, Charge, Tags)}. */
    CompletionStage<Answer<Charged>> charge(RequestId id, AccountId account, Charge charge, Tags tags);

    /** See {@link QuotaLedger#refund}. */
    CompletionStage<Answer<Refunded>> refund(RequestId refund, RequestId reservation, Charge charge);

    /** See {@link QuotaLedger#usage}. */
    CompletionStage<List<LimitStatus>> usage(AccountId account);
}
