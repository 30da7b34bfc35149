package org.quotaledger.admin;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Command;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.history.Change;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.reservation.RequestId;

/**
 * What a change of definitions came to: the answer, and what a store has to keep.
 *
 * @param answer the answer
 * @param account the account to keep in the place of the one of its id, or {@code null} for no change
 * @param policy the policy to keep in the place of the one of its name, or {@code null} for no change
 * @param droppedPolicy the name of the policy to drop, or {@code null}
 * @param change what is to be kept in the history, or {@code null} where nothing is changed
 * @param events the events to keep, in this order, before those of the accounts that are looked at again
 * @param <A> what the command answers
 */
public record AdminStep<A>(
        A answer,
        @Nullable AccountEntry account,
        @Nullable PolicyEntry policy,
        @Nullable String droppedPolicy,
        @Nullable Change change,
        List<LedgerEvent> events) {

    /** Answer and events are required. */
    public AdminStep {
        Objects.requireNonNull(answer, "answer");
        events = List.copyOf(events);
    }

    /**
     * Returns what a store has to run for each account whose limits in force are others than before.
     *
     * @param before its limits in force before
     */
    public Command.Reassess reassess(AccountId id, List<LimitEntry> before) {
        return new Command.Reassess(id, before, operation(), change != null && change.kind() == Change.Kind.REPAIR);
    }

    /** Returns what tells this change from every other. */
    private String operation() {
        return (account == null ? "" : "account " + account.version())
                + (policy == null ? "" : "policy " + policy.version() + " of " + policy.changedAt());
    }

    static <A> AdminStep<A> unchanged(A answer) {
        return new AdminStep<>(answer, null, null, null, null, List.of());
    }

    /**
     * Returns the step that changes an account.
     *
     * @param before what it was, or {@code null} if it did not exist
     * @param note what the definitions do not say, or {@code null}
     */
    static AdminStep<AccountEntry> account(
            Change.Kind kind,
            @Nullable AccountEntry before,
            AccountEntry after,
            Instant now,
            @Nullable String note,
            List<LedgerEvent> events) {
        return new AdminStep<>(after, after, null, null, change(kind, before, after, now, null, note), events);
    }

    /** Returns what is kept in the history of a change of an account. */
    static Change.OfAccount change(
            Change.Kind kind,
            @Nullable AccountEntry before,
            AccountEntry after,
            Instant now,
            @Nullable RequestId operation,
            @Nullable String note) {
        return new Change.OfAccount(
                now,
                null,
                kind,
                after.id(),
                after.version(),
                before == null || before.deleted() ? null : before.account(),
                after.deleted() ? null : after.account(),
                operation,
                note);
    }

    /**
     * Returns the step that creates or changes a policy.
     *
     * @param before what it was, or {@code null} if it did not exist
     */
    static AdminStep<PolicyEntry> policy(
            @Nullable PolicyEntry before, PolicyEntry after, Instant now, List<LedgerEvent> events) {
        Change change = new Change.OfPolicy(
                now,
                null,
                before == null ? Change.Kind.CREATE : Change.Kind.CHANGE,
                after.name(),
                after.version(),
                before == null ? null : before.policy(),
                after.policy());
        return new AdminStep<>(after, null, after, null, change, events);
    }

    AdminStep<A> by(@Nullable String actor) {
        return change == null
                ? this
                : new AdminStep<>(answer, account, policy, droppedPolicy, change.by(actor), events);
    }
}
