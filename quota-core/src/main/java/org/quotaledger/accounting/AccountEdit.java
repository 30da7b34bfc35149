package org.quotaledger.accounting;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.admin.DefinitionException;
import org.quotaledger.admin.DefinitionException.Reason;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.history.Change;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.Suspension;

/** An edit of one account, which answers the account as it is then. Immutable and thread-safe. */
public sealed interface AccountEdit extends Command.Edit<AccountEntry> {

    @Override
    AccountId account();

    /**
     * Creates an account. An id that was deleted can be created again: its usage in windows that are still open goes on
     * counting, so that a deletion escapes no limit.
     */
    record Create(Account definition, @Nullable String actor) implements AccountEdit {

        /** The definition is required. */
        public Create {
            Objects.requireNonNull(definition, "definition");
        }

        @Override
        public AccountId account() {
            return definition.id();
        }

        @Override
        public AccountEntry apply(UnitOfWork work) {
            AccountEntry before = Editing.entry(work);
            if (before != null && !before.deleted()) {
                throw new DefinitionException(
                        Reason.ALREADY_EXISTS, "id", "id is \"" + definition.id() + "\": that account exists");
            }
            Instant since = before == null ? work.clock() : Editing.afterAllBefore(definition, work);
            AccountEntry created = new AccountEntry(
                    definition,
                    before == null ? 1 : before.version() + 1,
                    before == null ? work.clock() : before.createdAt(),
                    null,
                    null,
                    since,
                    Editing.carrySince(List.of(), definition.overrides(), since),
                    before == null ? Map.of() : before.resets());
            Editing.checkReferences(created, work);
            return Editing.edit(work, this, Change.Kind.CREATE, created, null);
        }
    }

    /**
     * Defines an existing account anew.
     *
     * @param definition the new definition
     * @param expectedVersion the version that the caller has read
     */
    record Replace(
            Account definition,
            long expectedVersion,
            @Nullable String actor) implements AccountEdit {

        /** The definition is required. */
        public Replace {
            Objects.requireNonNull(definition, "definition");
        }

        @Override
        public AccountId account() {
            return definition.id();
        }

        @Override
        public AccountEntry apply(UnitOfWork work) {
            AccountEntry replaced = Editing.replaced(definition, expectedVersion, work);
            return replaced.version() == expectedVersion
                    ? work.unchanged(replaced)
                    : Editing.edit(work, this, Change.Kind.CHANGE, replaced, null);
        }
    }

    /** Deletes an account that is the parent of no other. Its journal, its usage and its open holds stay. */
    record Delete(AccountId account, @Nullable String actor) implements AccountEdit {

        /** The account is required. */
        public Delete {
            Objects.requireNonNull(account, "account");
        }

        @Override
        public AccountEntry apply(UnitOfWork work) {
            AccountEntry before = Editing.existing(account, work);
            if (work.definitions().levelsBelow(account) > 0) {
                throw new DefinitionException(
                        Reason.IN_USE, "id", "id is \"" + account + "\": that account is the parent of others");
            }
            if (work.definitions().overflowTargets().contains(account)) {
                throw new DefinitionException(
                        Reason.IN_USE, "id", "id is \"" + account + "\": limits overflow to that account");
            }
            AccountEntry deleted = new AccountEntry(
                    before.account(),
                    before.version() + 1,
                    before.createdAt(),
                    work.clock(),
                    null,
                    before.policySince(),
                    before.overrides(),
                    before.resets());
            Editing.edit(work, this, Change.Kind.DELETE, deleted, null);
            Editing.ended(before, work.clock()).forEach(work::publish);
            return deleted;
        }
    }

    /**
     * Suspends an account. A suspension that lasts is replaced: a person has precedence over a limit.
     *
     * @param until when the suspension ends by itself, or {@code null} where only a person ends it
     */
    record Suspend(
            AccountId account,
            @Nullable Instant until,
            @Nullable String actor) implements AccountEdit {

        /** The account is required. */
        public Suspend {
            Objects.requireNonNull(account, "account");
        }

        @Override
        public AccountEntry apply(UnitOfWork work) {
            AccountEntry before = Editing.existing(account, work);
            Instant now = work.clock();
            if (until != null && !until.truncatedTo(ChronoUnit.MICROS).isAfter(now)) {
                throw new DefinitionException(
                        Reason.INVALID, "until", "until is " + until + ": expected an instant after " + now);
            }
            AccountEntry suspended = before.suspended(new Suspension(now, until, null));
            String note = until == null ? "until resumed" : "until " + until;
            Editing.edit(work, this, Change.Kind.SUSPEND, suspended, note);
            Editing.ended(before, now).forEach(work::publish);
            work.publish(LedgerEvent.Suspended.of(suspended, null));
            return suspended;
        }
    }

    /** Ends the suspension of an account, if there is one. A disabled account stays disabled. */
    record Resume(AccountId account, @Nullable String actor) implements AccountEdit {

        /** The account is required. */
        public Resume {
            Objects.requireNonNull(account, "account");
        }

        @Override
        public AccountEntry apply(UnitOfWork work) {
            AccountEntry before = Editing.existing(account, work);
            if (before.suspension() == null) {
                return work.unchanged(before);
            }
            AccountEntry resumed = Editing.edit(work, this, Change.Kind.RESUME, before.suspended(null), null);
            work.publish(LedgerEvent.Resumed.of(before, work.clock(), LedgerEvent.Cause.PERSON));
            return resumed;
        }
    }

    /**
     * Clears the used amount of some limits of an account. Charges of earlier reserves count no more for these limits, even
     * if the settle comes later. Windows and journal stay as they are.
     *
     * @param limitNames the names of limits in force, 1 or more
     */
    record Reset(
            AccountId account,
            Set<String> limitNames,
            @Nullable String actor) implements AccountEdit {

        /** @throws IllegalArgumentException if no limit is named */
        public Reset {
            Objects.requireNonNull(account, "account");
            limitNames = Set.copyOf(limitNames);
            if (limitNames.isEmpty()) {
                throw new IllegalArgumentException("reset of account " + account + " names no limit");
            }
        }

        @Override
        public AccountEntry apply(UnitOfWork work) {
            AccountEntry before = Editing.existing(account, work);
            limitNames.forEach(name -> Editing.inForce(name, work));
            Instant resetAt = Editing.afterAllBefore(before.account(), work);
            Map<String, Instant> resets = new HashMap<>(before.resets());
            limitNames.forEach(name -> resets.put(name, resetAt));
            AccountEntry reset = new AccountEntry(
                    before.account(),
                    before.version() + 1,
                    before.createdAt(),
                    null,
                    before.suspension(),
                    before.policySince(),
                    before.overrides(),
                    resets);
            return Editing.edit(work, this, Change.Kind.RESET, reset, String.join(", ", new TreeSet<>(limitNames)));
        }
    }

    /**
     * Recounts every limit of an account from the journal and the holds. No earlier counter counts then, in whatever span,
     * until it has been recomputed.
     *
     * @param note the differences that were found
     */
    record Repair(AccountId account, String note, @Nullable String actor) implements AccountEdit {

        /** Account and note are required. */
        public Repair {
            Objects.requireNonNull(account, "account");
            Objects.requireNonNull(note, "note");
        }

        @Override
        public AccountEntry apply(UnitOfWork work) {
            AccountEntry before = Editing.existing(account, work);
            Instant since = Editing.afterAllBefore(before.account(), work);
            AccountEntry repaired = new AccountEntry(
                    before.account(),
                    before.version() + 1,
                    before.createdAt(),
                    null,
                    before.suspension(),
                    since,
                    Editing.carrySince(List.of(), before.account().overrides(), since),
                    before.resets());
            return Editing.edit(work, this, Change.Kind.REPAIR, repaired, note);
        }
    }
}
