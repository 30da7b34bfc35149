package org.quotaledger.alert;

import java.time.Instant;
import java.util.Objects;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.window.WindowSpan;

/**
 * A limit's used has crossed a threshold. There is one for each limit, window span and threshold, and another only after
 * a higher amount of the limit armed the threshold anew; it is made in the same atomic step as the change that crossed
 * it. Immutable and thread-safe.
 *
 * @param account whose limit it is
 * @param limit the limit's name
 * @param span the span in which it was crossed
 * @param threshold what was crossed
 * @param used what is used after the change
 * @param amount the limit's amount
 * @param at when
 */
public record Alert(
        AccountId account,
        String limit,
        WindowSpan span,
        AlertThreshold threshold,
        Amount used,
        Amount amount,
        Instant at) {

    /** All are required. */
    public Alert {
        Objects.requireNonNull(account, "account");
        Objects.requireNonNull(limit, "limit");
        Objects.requireNonNull(span, "span");
        Objects.requireNonNull(threshold, "threshold");
        Objects.requireNonNull(used, "used");
        Objects.requireNonNull(amount, "amount");
        Objects.requireNonNull(at, "at");
    }
}
