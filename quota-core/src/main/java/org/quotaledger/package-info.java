/**
 * Quotas that hold: reserve before the call, settle the true cost after it.
 *
 * <p>Start here. A gateway sets aside what a request may cost before it forwards it, and settles what it did cost:
 *
 * <pre>{@code
 * QuotaLedger ledger = QuotaLedger.over(new InMemoryQuotaStore());
 * ledger.admin().createPolicy(QuotaPolicy.of("standard",
 *         QuotaLimit.of("daily", Amount.of(5, Meter.USD), QuotaWindow.daily(ZoneOffset.UTC))));
 * ledger.admin().createAccount(Account.builder("key-1").policy("standard").build());
 *
 * try (Reservation hold = ledger.reserve(account, Charge.of(Amount.of("0.05", Meter.USD))).orThrow()) {
 *     Response response = upstream.call(request);
 *     hold.settle(Charge.of(costOf(response)));
 * } // not settled: released
 * }</pre>
 *
 * <p>{@link org.quotaledger.QuotaLedger} is thread-safe, and so is everything it returns. Time is that of the store's
 * clock, read once for each operation; nothing else reads one. Errors come by three channels that never mix: a business
 * answer is a value of a sealed type; a caller's bug is an unchecked exception at once; a failure of the world is a
 * {@link org.quotaledger.spi.QuotaStoreException} that says whether the change was made.
 *
 * <p>Read {@link org.quotaledger.accounting} second: the whole rule stands there, as one pure function.
 */
@NullMarked
package org.quotaledger;

import org.jspecify.annotations.NullMarked;
