package org.quotaledger.spi;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;

/**
 * What a batch of compaction did. Immutable and thread-safe.
 *
 * @param read how many old rows of the journal were looked at
 * @param merged how many of them are gone, because others stand for them now
 * @param next where the next batch goes on, or {@code null} if everything was looked at
 */
public record Compacted(int read, int merged, @Nullable Point next) {

    /**
     * How far a pass over the journal has come: past this row, in the order of accounts, reserves, and writing.
     *
     * @param account the account
     * @param reservedAt when the row was reserved; {@link org.quotaledger.window.WindowSpan#LATEST} past all of the account
     * @param sequence the row's place among all, as the store counts
     */
    public record Point(AccountId account, Instant reservedAt, long sequence) {

        /** All are required. */
        public Point {
            Objects.requireNonNull(account, "account");
            Objects.requireNonNull(reservedAt, "reservedAt");
        }
    }
}
