package org.quotaledger.spi;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.window.WindowSpan;

/**
 * Which rows of the journal are asked for. Immutable and thread-safe.
 *
 * @param account rows of this account only, or {@code null} for those of all
 * @param reservedFrom rows reserved at this instant or later
 * @param reservedBefore rows reserved before this instant
 */
public record JournalQuery(@Nullable AccountId account, Instant reservedFrom, Instant reservedBefore) {

    /** Everything. */
    public static final JournalQuery ALL = new JournalQuery(null, WindowSpan.EARLIEST, WindowSpan.LATEST);

    /** Both instants are required. */
    public JournalQuery {
        Objects.requireNonNull(reservedFrom, "reservedFrom");
        Objects.requireNonNull(reservedBefore, "reservedBefore");
    }

    /** Returns the query for all rows of one account. */
    public static JournalQuery of(AccountId account) {
        return new JournalQuery(Objects.requireNonNull(account, "account"), WindowSpan.EARLIEST, WindowSpan.LATEST);
    }
}
