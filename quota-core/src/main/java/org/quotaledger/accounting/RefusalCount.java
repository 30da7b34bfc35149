package org.quotaledger.accounting;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.reservation.RefusalCode;
import org.quotaledger.reservation.Tags;
import org.quotaledger.window.WindowSpan;

/**
 * How many reserves of an account were refused for one reason. Immutable and thread-safe.
 *
 * @param cause the account at fault: the one asked for, the one it overflows to, or a parent of either
 * @param limit the name of the limit at fault, or {@code null} if the account itself is
 * @param span the span in which that limit was looked at, or {@code null} if the account itself is at fault
 * @param code why they were refused
 * @param quarter the start of the quarter of an hour in which they were
 * @param first when the first was
 * @param times how many, 1 or more
 * @param tags the tags that their requests had
 */
public record RefusalCount(
        AccountId cause,
        @Nullable String limit,
        @Nullable WindowSpan span,
        RefusalCode code,
        Instant quarter,
        Instant first,
        long times,
        Tags tags) {

    /** @throws IllegalArgumentException if it counts none, or has a limit and no span */
    public RefusalCount {
        Objects.requireNonNull(cause, "cause");
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(quarter, "quarter");
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(tags, "tags");
        if (times < 1) {
            throw new IllegalArgumentException("count of refusals is " + times + ": expected 1 or more");
        }
        if ((limit == null) != (span == null)) {
            throw new IllegalArgumentException("refusals by limit " + limit + " in span " + span);
        }
    }
}
