/**
 * The rule of the ledger: every {@link org.quotaledger.accounting.Command} is decided here, on a
 * {@link org.quotaledger.accounting.UnitOfWork}, without a clock and without I/O. Stores run it.
 */
@NullMarked
package org.quotaledger.accounting;

import org.jspecify.annotations.NullMarked;
