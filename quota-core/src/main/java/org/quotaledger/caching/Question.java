package org.quotaledger.caching;

import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Charge;
import org.quotaledger.reservation.ReserveMode;

/**
 * Something asked that a refusal can be the answer to.
 *
 * @param firstAttempt whether it cannot have been granted before
 * @param count of {@link Changes} before it is asked of the store
 * @param askedNanos the ticker before it is asked of the store
 */
record Question(
        AccountId account, ReserveMode mode, Charge charge, boolean firstAttempt, long count, long askedNanos) {}
