/** What is allowed: limits, policies that many accounts share, accounts and their parents. */
@NullMarked
package org.quotaledger.policy;

import org.jspecify.annotations.NullMarked;
