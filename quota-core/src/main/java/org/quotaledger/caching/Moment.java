package org.quotaledger.caching;

import java.util.List;
import org.quotaledger.account.AccountId;

/**
 * Something that was read from the store, and until when it may be served: it ends by the time, and by a change of the
 * accounts that it depends on.
 *
 * @param value what was read
 * @param accounts what it depends on
 * @param count of {@link Changes} before it was asked for
 * @param askedNanos the ticker before it was asked for: how long the store took counts against it
 * @param lastsNanos how long it may be served from then
 */
record Moment<V>(V value, List<AccountId> accounts, long count, long askedNanos, long lastsNanos) {

    boolean holds(Changes changes, long nowNanos) {
        long age = nowNanos - askedNanos;
        return age >= 0 && age < lastsNanos && changes.noneSince(count, accounts);
    }
}
