/** What is allowed: limits, policies that many accounts share, accounts and their parents, and the pure rule by which they are changed. */
@NullMarked
package org.quotaledger.policy;

import org.jspecify.annotations.NullMarked;
