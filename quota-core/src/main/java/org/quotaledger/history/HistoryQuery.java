package org.quotaledger.history;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;

/**
 * Which page of the history is asked for; the latest change comes first. Immutable and thread-safe.
 *
 * @param account changes of this account only, or {@code null}
 * @param policy changes of this policy only, or {@code null}
 * @param before only changes of a lesser sequence than this
 * @param max at most so many, 1 to {@value #MAX_PAGE}
 */
public record HistoryQuery(
        @Nullable AccountId account, @Nullable String policy, long before, int max) {

    /** The most changes of a page. */
    public static final int MAX_PAGE = 10_000;

    /** The latest 100 changes of everything. */
    public static final HistoryQuery ALL = new HistoryQuery(null, null, Long.MAX_VALUE, 100);

    /** @throws IllegalArgumentException if the page is too large or too small, or both an account and a policy are named */
    public HistoryQuery {
        if (max < 1 || max > MAX_PAGE) {
            throw new IllegalArgumentException("max is " + max + ": expected 1 to " + MAX_PAGE);
        }
        if (account != null && policy != null) {
            throw new IllegalArgumentException(
                    "history of account " + account + " and of policy " + policy + ": expected one of them");
        }
    }

    /** Returns the query for the latest 100 changes of an account. */
    public static HistoryQuery of(AccountId account) {
        return new HistoryQuery(Objects.requireNonNull(account, "account"), null, Long.MAX_VALUE, 100);
    }

    /** Returns the query for the latest 100 changes of a policy. */
    public static HistoryQuery ofPolicy(String policy) {
        return new HistoryQuery(null, Objects.requireNonNull(policy, "policy"), Long.MAX_VALUE, 100);
    }

    /** Returns the query for what comes after the last change of a page. */
    public HistoryQuery before(KeptChange last) {
        return new HistoryQuery(account, policy, last.sequence(), max);
    }

    /** Returns the query for pages of another size. */
    public HistoryQuery max(int most) {
        return new HistoryQuery(account, policy, before, most);
    }

    /** Returns whether a change is asked for, wherever it stands. */
    public boolean isAbout(Change change) {
        if (account != null) {
            return change instanceof Change.OfAccount of && of.account().equals(account);
        }
        return policy == null
                || (change instanceof Change.OfPolicy of && of.policy().equals(policy));
    }
}
