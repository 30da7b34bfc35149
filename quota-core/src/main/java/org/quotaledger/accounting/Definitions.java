package org.quotaledger.accounting;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.history.Change;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.reservation.RequestId;

/**
 * The definitions of a ledger as an {@linkplain Command.Edit edit} sees them, asked of the store inside the step. No other
 * edit runs beside it, so every answer stands until the step ends. Confined to the step.
 */
public interface Definitions {

    /**
     * Returns an account and its parents, nearest first, deleted ones too; empty if it was never created.
     *
     * @param nearest the first account of the chain
     */
    List<AccountLimits> chain(AccountId nearest);

    /** Returns how many levels of accounts that are not deleted stand below an account, 0 or more. */
    int levelsBelow(AccountId account);

    /** Returns the policy of that name, or {@code null}. */
    @Nullable
    PolicyEntry policy(String name);

    /** Returns whether an account that is not deleted has the policy. */
    boolean hasAccounts(String policy);

    /**
     * Returns whether an account, or an account below it, has the policy and is not deleted.
     *
     * @param top the account
     */
    boolean isAboveAccounts(AccountId top, String policy);

    /** Returns every account to which a limit overflows: a limit of a policy, or of an account that is not deleted. */
    Set<AccountId> overflowTargets();

    /**
     * Returns the latest instant of a hold or charge of the accounts that the edit concerns, or {@code null} if there is
     * none. The answer has to be right only where it is later than the clock, which was set back then.
     */
    @Nullable
    Instant latestUse();

    /** Returns the change of an account that was made with an id, or {@code null}. */
    Change.@Nullable OfAccount change(RequestId operation);
}
