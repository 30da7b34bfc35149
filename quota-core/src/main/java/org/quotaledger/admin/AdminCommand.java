package org.quotaledger.admin;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.RequestId;

/**
 * A change of accounts or policies: a pure function of what is and the instant. A store runs {@link #decide} in an
 * atomic step that no other change of definitions runs beside, and keeps what the step says. Immutable and thread-safe.
 *
 * @param <A> what it answers
 */
public sealed interface AdminCommand<A> permits AccountCommand, AmountCommand, DefiningCommand, PolicyCommand {

    /**
     * Decides the command, at an instant that is cut to the microsecond which stores keep.
     *
     * @param actor who changes it, or {@code null} if nobody is named
     * @throws DefinitionException if it cannot be done; nothing is to be kept then
     */
    default AdminStep<A> decide(AdminState state, Instant now, @Nullable String actor) {
        return apply(state, now.truncatedTo(ChronoUnit.MICROS)).by(actor);
    }

    /**
     * Decides the command.
     *
     * @throws DefinitionException if it cannot be done; nothing is to be kept then
     */
    AdminStep<A> apply(AdminState state, Instant now);

    /**
     * Returns the answer once the accounts concerned have been looked at again, as
     * {@link org.quotaledger.accounting.Command.Reassess} does.
     *
     * @param answer what the step answered
     * @param account what became of the account that the command is about, or {@code null} if nothing did
     */
    default A reassessed(A answer, @Nullable AccountEntry account) {
        return answer;
    }

    /** Returns the account it is about, or {@code null}. */
    default @Nullable AccountId accountId() {
        return null;
    }

    /** Returns the parent that it names, or {@code null}. */
    default @Nullable AccountId parentId() {
        return null;
    }

    /** Returns the policy that it is about or that its account names, or {@code null}. */
    default @Nullable String policyName() {
        return null;
    }

    /** Returns its own id, by which it is done once, or {@code null} if it has none. */
    default @Nullable RequestId operation() {
        return null;
    }

    /** Returns the limits that it defines. */
    default List<QuotaLimit> limits() {
        return List.of();
    }
}
