package org.quotaledger.accounting;

import org.jspecify.annotations.Nullable;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.QuotaLimit;

/**
 * Follows the decisions of a command, and the values that they lean on. A decision that is dear to bound is
 * {@link #onlyFound()}: it may lean on every value that was found.
 */
interface Ranges {

    /** Of commands whose store does not ask for ranges. */
    Ranges UNRECORDED = new Ranges() {};

    /** A decision may lean on every value that was found. */
    default void onlyFound() {}

    /** A decision may be another one at any later instant. */
    default void onlyNow() {}

    /** Units of a limit had room beside a row of it, or lacked it. */
    default void room(QuotaLimit limit, Counter row, long units, boolean fits) {}

    /** No hold of an account had expired. */
    default void nothingExpired(WorkingAccount account) {}

    /** A hold was counted in a counter, or was not. */
    default void counts(@Nullable Counter counter, Hold hold, boolean counted) {}

    /** Units are about to be used, and others no longer held at once. */
    default void adds(Counter counter, long used, long released) {}

    /** Units are about to be used, which may come to thresholds or to the whole amount. */
    default void crosses(QuotaLimit limit, Counter counter, WorkingAccount.Totals before, long units) {}

    /** A limit that suspends was exhausted or free before the command, and is exhausted or free after it. */
    default void exhausts(WorkingAccount account, LimitEntry entry, boolean before, boolean after) {}
}
