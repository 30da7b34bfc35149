package org.quotaledger.reservation;

import java.util.Locale;

/** Why a reserve is refused. The text is stable: clients may act on it. */
public enum RefusalCode {
    /** There is no such account. */
    ACCOUNT_UNKNOWN,
    /** A person switched the account or one of its parents off. */
    ACCOUNT_DISABLED,
    /** The account or one of its parents is suspended. */
    ACCOUNT_SUSPENDED,
    /** The time of the account or of one of its parents is over. */
    ACCOUNT_EXPIRED,
    /** More was asked for than the limit's whole amount: it can never fit. */
    QUOTA_NEVER_FITS,
    /** All of a limit is used. */
    QUOTA_EXHAUSTED,
    /** A limit is not used up, but what is left of it is less than what was asked for. */
    QUOTA_INSUFFICIENT;

    /** Returns the stable text, such as {@code quota_exhausted}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
