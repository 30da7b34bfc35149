package org.quotaledger.history;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.account.OpaqueText;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.reservation.RequestId;

/**
 * Something that a person changed, kept in the same atomic step as the change and never altered. What the ledger does by
 * itself, such as to suspend an account whose limit is exhausted, is no such change; an event tells of it. Immutable and
 * thread-safe.
 */
public sealed interface Change {

    /** The most characters of an actor. */
    int MAX_ACTOR = 200;

    /** Returns when it was changed. */
    Instant at();

    /** Returns who changed it, as {@code LedgerAdmin.as} was told, or {@code null} if nobody was named. */
    @Nullable
    String actor();

    /** Returns what was done. */
    Kind kind();

    /** Returns the version of the account or policy after it; of a policy that was deleted, its last. */
    long version();

    /**
     * Checks who changes something.
     *
     * @throws IllegalArgumentException if the name is not 1 to {@value #MAX_ACTOR} characters, or holds a control
     *     character
     */
    static String checkActor(String actor) {
        return OpaqueText.check("actor", actor, MAX_ACTOR);
    }

    /** What is done. The names are stable: they are what stores call them. */
    enum Kind {
        /** It was created. */
        CREATE,
        /** It was defined anew. */
        CHANGE,
        /** It was deleted. */
        DELETE,
        /** An account was suspended by hand. */
        SUSPEND,
        /** An account was resumed by hand. */
        RESUME,
        /** Limits of an account were reset. */
        RESET,
        /** What limits of an account count was put to what the journal and the holds say. */
        REPAIR,
        /** A lifetime budget of an account was topped up. */
        TOP_UP,
        /** An account was charged by hand. */
        CHARGE,
        /** What an account was charged was given back by hand. */
        REFUND
    }

    /**
     * A change of an account.
     *
     * @param at when
     * @param actor who, or {@code null}
     * @param kind what was done
     * @param account which account
     * @param version its version after the change
     * @param definition its definition before and after
     * @param operation the id of the operation, where it has one of its own, or {@code null}
     * @param note what the definitions do not say, such as the limits that were reset or the reason given; or {@code null}
     */
    record OfAccount(
            Instant at,
            @Nullable String actor,
            Kind kind,
            AccountId account,
            long version,
            Definition definition,
            @Nullable RequestId operation,
            @Nullable String note)
            implements Change {

        /** @throws IllegalArgumentException if the actor is not as allowed */
        public OfAccount {
            Objects.requireNonNull(at, "at");
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(account, "account");
            Objects.requireNonNull(definition, "definition");
            if (actor != null) {
                checkActor(actor);
            }
        }

        /**
         * The definition of an account before and after a change. Immutable and thread-safe.
         *
         * @param before how it was defined before, or {@code null} if it did not exist
         * @param after how it is defined after, or {@code null} if it was deleted
         */
        public record Definition(
                @Nullable Account before, @Nullable Account after) {}

        /** Returns how it was defined before, or {@code null} if it did not exist. */
        public @Nullable Account before() {
            return definition.before();
        }

        /** Returns how it is defined after, or {@code null} if it was deleted. */
        public @Nullable Account after() {
            return definition.after();
        }
    }

    /**
     * A change of a policy.
     *
     * @param at when
     * @param actor who, or {@code null}
     * @param kind what was done
     * @param policy the policy's name
     * @param version its version after the change
     * @param before how it was defined before, or {@code null} if it did not exist
     * @param after how it is defined after, or {@code null} if it was deleted
     */
    record OfPolicy(
            Instant at,
            @Nullable String actor,
            Kind kind,
            String policy,
            long version,
            @Nullable QuotaPolicy before,
            @Nullable QuotaPolicy after)
            implements Change {

        /** @throws IllegalArgumentException if the actor is not as allowed */
        public OfPolicy {
            Objects.requireNonNull(at, "at");
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(policy, "policy");
            if (actor != null) {
                checkActor(actor);
            }
        }
    }
}
