package org.quotaledger.admin;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.history.Change.OfAccount;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.PolicyEntry;

/**
 * What a change of definitions is decided on: everything that {@link AdminCommand} names, as it is in one atomic step of
 * a store. Immutable and thread-safe.
 *
 * @param account the account named, deleted or not, or {@code null} if that id was never created
 * @param parentChain the parent named and its parents, nearest first, deleted ones included; empty if no parent is named
 *     or it was never created
 * @param levelsBelow how many levels of accounts that are not deleted stand below the account named: 0 if it is nobody's
 *     parent
 * @param policy the policy named, or where none is named that of the account named; {@code null} if there is none
 * @param ownPolicy the policy that the account named has, or {@code null}
 * @param policyInUse whether an account that is not deleted has the policy named
 * @param overflows every account that a limit overflows to, a limit of a policy, of an account that is not deleted, or of
 *     the command
 * @param latestUse the latest instant at which anything was held or charged of the account named, or where none is named of the
 *     accounts that have the policy named, deleted ones included; {@code null} if there is none. Needs to be right only
 *     if it is later than the instant of the change: then the clock was set back
 * @param earlier the change that was made with the id of the command, or {@code null}
 */
public record AdminState(
        @Nullable AccountEntry account,
        List<AccountLimits> parentChain,
        int levelsBelow,
        @Nullable PolicyEntry policy,
        @Nullable PolicyEntry ownPolicy,
        boolean policyInUse,
        List<OverflowTarget> overflows,
        @Nullable Instant latestUse,
        @Nullable OfAccount earlier) {

    /** @throws IllegalArgumentException if {@code levelsBelow} is negative */
    public AdminState {
        Objects.requireNonNull(parentChain, "parentChain");
        parentChain = List.copyOf(parentChain);
        overflows = List.copyOf(overflows);
        if (levelsBelow < 0) {
            throw new IllegalArgumentException("levelsBelow is " + levelsBelow);
        }
    }

    /** Returns the same with the account as it is by now. */
    public AdminState withAccount(AccountEntry current) {
        return new AdminState(
                current, parentChain, levelsBelow, policy, ownPolicy, policyInUse, overflows, latestUse, earlier);
    }

    /** Returns the same with another latest use. */
    public AdminState withLatestUse(@Nullable Instant latest) {
        return new AdminState(
                account, parentChain, levelsBelow, policy, ownPolicy, policyInUse, overflows, latest, earlier);
    }

    OverflowTarget overflow(AccountId to) {
        return overflows.stream()
                .filter(overflow -> overflow.to().equals(to))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("store tells nothing of " + to));
    }
}
