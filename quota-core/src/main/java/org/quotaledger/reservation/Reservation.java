package org.quotaledger.reservation;

import java.time.Duration;
import java.time.Instant;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Charge;

/**
 * A hold of a ledger, to be settled with the true cost or released. Closing one that was neither settled nor released by
 * this object releases it, so that a {@code try} block leaks no hold.
 *
 * <p>Every operation can be repeated: the ledger answers a repeated one as replayed. Thread-safe; if a settle and a
 * release race, exactly one of them takes effect and the other's answer says so.
 */
public interface Reservation extends AutoCloseable {

    /** Returns its id. */
    RequestId id();

    /** Returns the account that was asked for. */
    AccountId account();

    /**
     * Returns what it held when it was granted; for an at-most reserve that can be less than was asked for. One that had
     * ended by then, as a replay can, holds nothing.
     */
    Charge held();

    /** Returns when it expires, as it was when it was granted. */
    Instant expiresAt();

    /**
     * Returns whether the store knew of it when it was granted. If not, it was let through because the store could not be
     * asked ({@link org.quotaledger.outage.FailOpenQuotaStore}): no limit was looked at, and what it costs is recorded
     * when the store is back.
     */
    boolean recorded();

    /**
     * Charges the true cost; what was held beyond it is free again.
     *
     * @param cost of the meters that are held
     */
    Answer<Settled> settle(Charge cost);

    /**
     * Charges nothing, because the request cannot be billed, and journals the reason. One that was reserved as unbilled
     * is charged its whole hold: its caller chose that amount.
     */
    default Answer<Settled> settleUnbilled(UnbilledReason reason) {
        return settleUnbilled(reason, Charge.NONE);
    }

    /**
     * Charges a request that cannot be billed only the amounts that it still counts, such as one request, and journals the
     * reason.
     *
     * @param counted of some or all meters that are held; the others are charged zero
     */
    Answer<Settled> settleUnbilled(UnbilledReason reason, Charge counted);

    /** Gives everything back uncharged. */
    Answer<Released> release();

    /**
     * Lets it live for {@code timeToLive} from now, unless it lives longer anyway.
     *
     * @throws IllegalArgumentException if that is not between a millisecond and the ledger's maximum
     */
    Answer<Extended> extend(Duration timeToLive);

    /**
     * Makes it hold {@code charge}, more or less than now. More needs room.
     *
     * @param charge of the meters that are held
     */
    Answer<Adjusted> adjust(Charge charge);

    /**
     * Marks it started and notes what was delivered so far, to be charged if it expires unsettled.
     *
     * @param delivered the sum since the start, of the meters that are held
     */
    Answer<Progressed> progress(Charge delivered);

    /**
     * Releases it, unless this object has settled or released it, or it had ended when it was granted again. Never throws
     * because of the reservation's state.
     */
    @Override
    void close();
}
