package org.quotaledger.rule;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.policy.QuotaLimit;

/**
 * State that a rule seldom needs, asked of the store inside the step. A store answers with live objects, with a query under
 * its locks, or with {@link NotRemembered} where it decides without locks.
 */
public interface Facts {

    /** Facts of accounts without holds. */
    Facts NONE = new Facts() {
        @Override
        public List<ReservationRecord> expiredHolds(AccountId account, Instant now, int max) {
            return List.of();
        }

        @Override
        public @Nullable Instant freedByExpiry(AccountId account, QuotaLimit limit, Counter counter, long units) {
            return null;
        }
    };

    /** The store decides without locks and does not remember the fact: the command is to be decided under locks. */
    final class NotRemembered extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** Creates the signal, without a stack trace: it is no failure. */
        public NotRemembered() {
            super("fact is not remembered", null, false, false);
        }
    }

    /** Returns at most {@code max} held reservations of an account with {@code expiresAt <= now}, the earliest first. */
    List<ReservationRecord> expiredHolds(AccountId account, Instant now, int max);

    /**
     * Returns the instant at which enough live holds of an account have expired to free {@code units} of a limit in its
     * counter's span; {@code null} if all of them are not enough.
     */
    @Nullable
    Instant freedByExpiry(AccountId account, QuotaLimit limit, Counter counter, long units);
}
