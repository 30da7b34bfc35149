package org.quotaledger.accounting;

import java.util.List;
import org.quotaledger.policy.LimitEntry;

/**
 * A change of the limits in force of an account.
 *
 * @param before its limits in force before
 * @param operation identifies the change among all changes of the account
 * @param repairs whether all limits are recounted because their counters may have been wrong
 */
record LimitsChange(List<LimitEntry> before, String operation, boolean repairs) {}
