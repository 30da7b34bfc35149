/** What goes on while the store cannot be asked, where a host wants that: start at {@link FailOpenQuotaStore}. */
@NullMarked
package org.quotaledger.outage;

import org.jspecify.annotations.NullMarked;
