/**
 * What was charged, added up: {@link org.quotaledger.report.LedgerReports} reads the journal and never stands in the way of a
 * reserve.
 *
 * <p>A report is a fold over the journal's rows, which a store hands out one by one: exact, equal on every store, and in
 * memory only as large as its groups.
 */
@NullMarked
package org.quotaledger.report;

import org.jspecify.annotations.NullMarked;
