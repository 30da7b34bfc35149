/**
 * The rule over one unit of work: a command reads and changes a working copy of the accounts that it concerns, and a store
 * persists the changes. Not exported.
 *
 * <p>Read {@link org.quotaledger.rule.Reserve} first, then {@link org.quotaledger.rule.UnitOfWork}. The rule reads no clock,
 * does no I/O and knows no store. It asks {@link org.quotaledger.rule.Facts} for state that is seldom needed.
 *
 * <p>So far reserve, settle and release of billed requests are decided here, for limits that count one span and refuse at
 * zero. Everything else is decided by {@code org.quotaledger.accounting}, which this package replaces step by step.
 */
@NullMarked
package org.quotaledger.rule;

import org.jspecify.annotations.NullMarked;
