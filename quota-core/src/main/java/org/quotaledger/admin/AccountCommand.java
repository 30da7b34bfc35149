package org.quotaledger.admin;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.admin.DefinitionException.Reason;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.history.Change;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.Suspension;

/** A change of one account. Immutable and thread-safe. */
public sealed interface AccountCommand extends AdminCommand<AccountEntry> {

    @Override
    AccountId accountId();

    @Override
    default AccountEntry reassessed(AccountEntry answer, @Nullable AccountEntry account) {
        return account == null ? answer : account;
    }

    /**
     * Creates an account. An id that was deleted can be created again: its usage in windows still open goes on counting,
     * so that nobody escapes a limit that way.
     */
    record Create(Account account) implements AccountCommand, DefiningCommand<AccountEntry> {

        /** The account is required. */
        public Create {
            Objects.requireNonNull(account, "account");
        }

        @Override
        public AccountId accountId() {
            return account.id();
        }

        @Override
        public AdminStep<AccountEntry> apply(AdminState state, Instant now) {
            AccountEntry before = state.account();
            if (before != null && !before.deleted()) {
                throw new DefinitionException(
                        Reason.ALREADY_EXISTS, "id", "id is \"" + account.id() + "\": that account exists");
            }
            Instant since = before == null ? now : AccountRules.afterAllBefore(now, state);
            AccountEntry created = new AccountEntry(
                    account,
                    before == null ? 1 : before.version() + 1,
                    before == null ? now : before.createdAt(),
                    null,
                    null,
                    since,
                    AccountRules.carrySince(List.of(), account.overrides(), since),
                    before == null ? Map.of() : before.resets());
            AccountRules.checkReferences(created, state);
            return AdminStep.account(Change.Kind.CREATE, before, created, now, null, List.of());
        }
    }

    /**
     * Defines an existing account anew.
     *
     * @param account what it is to be
     * @param expectedVersion the version that was read
     */
    record Replace(Account account, long expectedVersion) implements AccountCommand, DefiningCommand<AccountEntry> {

        /** The account is required. */
        public Replace {
            Objects.requireNonNull(account, "account");
        }

        @Override
        public AccountId accountId() {
            return account.id();
        }

        @Override
        public AdminStep<AccountEntry> apply(AdminState state, Instant now) {
            AccountEntry before = AccountRules.existing(account.id(), state);
            if (before.version() != expectedVersion) {
                throw new DefinitionException(
                        Reason.VERSION_CONFLICT,
                        "version",
                        "version of account " + account.id() + " is " + before.version() + ": expected "
                                + expectedVersion + ", somebody else changed it");
            }
            if (account.equals(before.account())) {
                return AdminStep.unchanged(before);
            }
            AccountEntry replaced = AccountRules.replaced(before, account, AccountRules.afterAllBefore(now, state));
            AccountRules.checkReferences(replaced, state);
            return AdminStep.account(
                    Change.Kind.CHANGE, before, replaced, now, null, LimitChanges.of(before, replaced, state, now));
        }
    }

    /** Deletes an account that is nobody's parent. Its journal, its usage and its open holds stay. */
    record Delete(AccountId accountId) implements AccountCommand {

        /** The account is required. */
        public Delete {
            Objects.requireNonNull(accountId, "accountId");
        }

        @Override
        public AdminStep<AccountEntry> apply(AdminState state, Instant now) {
            AccountEntry before = AccountRules.existing(accountId, state);
            if (state.levelsBelow() > 0) {
                throw new DefinitionException(
                        Reason.IN_USE, "id", "id is \"" + accountId + "\": that account is the parent of others");
            }
            if (state.overflows().stream().anyMatch(overflow -> overflow.to().equals(accountId))) {
                throw new DefinitionException(
                        Reason.IN_USE, "id", "id is \"" + accountId + "\": limits overflow to that account");
            }
            AccountEntry deleted = new AccountEntry(
                    before.account(),
                    before.version() + 1,
                    before.createdAt(),
                    now,
                    null,
                    before.policySince(),
                    before.overrides(),
                    before.resets());
            return AdminStep.account(Change.Kind.DELETE, before, deleted, now, null, AccountRules.ended(before, now));
        }
    }

    /**
     * Suspends an account. A suspension that lasts is replaced: a person's word counts more than a limit's.
     *
     * @param accountId which
     * @param until when it ends by itself, or {@code null} where only a person ends it
     */
    record Suspend(AccountId accountId, @Nullable Instant until) implements AccountCommand {

        /** The account is required. */
        public Suspend {
            Objects.requireNonNull(accountId, "accountId");
        }

        @Override
        public AdminStep<AccountEntry> apply(AdminState state, Instant now) {
            AccountEntry before = AccountRules.existing(accountId, state);
            if (until != null && !until.truncatedTo(ChronoUnit.MICROS).isAfter(now)) {
                throw new DefinitionException(
                        Reason.INVALID, "until", "until is " + until + ": expected an instant after " + now);
            }
            AccountEntry suspended = before.suspended(new Suspension(now, until, null));
            List<LedgerEvent> events = new ArrayList<>(AccountRules.ended(before, now));
            events.add(LedgerEvent.Suspended.of(suspended, null));
            return AdminStep.account(
                    Change.Kind.SUSPEND,
                    before,
                    suspended,
                    now,
                    until == null ? "until resumed" : "until " + until,
                    events);
        }
    }

    /** Ends an account's suspension; does nothing where there is none. A disabled account stays disabled. */
    record Resume(AccountId accountId) implements AccountCommand {

        /** The account is required. */
        public Resume {
            Objects.requireNonNull(accountId, "accountId");
        }

        @Override
        public AdminStep<AccountEntry> apply(AdminState state, Instant now) {
            AccountEntry before = AccountRules.existing(accountId, state);
            return before.suspension() == null
                    ? AdminStep.unchanged(before)
                    : AdminStep.account(
                            Change.Kind.RESUME,
                            before,
                            before.suspended(null),
                            now,
                            null,
                            List.of(LedgerEvent.Resumed.of(before, now, LedgerEvent.Cause.PERSON)));
        }
    }

    /**
     * Clears what is used of some of an account's limits: what was reserved before does not count any more for them, nor
     * when it is settled. It moves no window and leaves the journal as it is.
     *
     * @param limitNames the names of limits in force, 1 or more
     */
    record Reset(AccountId accountId, Set<String> limitNames) implements AccountCommand {

        /** @throws IllegalArgumentException if no limit is named */
        public Reset {
            Objects.requireNonNull(accountId, "accountId");
            limitNames = Set.copyOf(limitNames);
            if (limitNames.isEmpty()) {
                throw new IllegalArgumentException("reset of account " + accountId + " names no limit");
            }
        }

        @Override
        public AdminStep<AccountEntry> apply(AdminState state, Instant now) {
            AccountEntry before = AccountRules.existing(accountId, state);
            for (String name : limitNames) {
                AccountRules.inForce(before, name, state);
            }
            Instant resetAt = AccountRules.afterAllBefore(now, state);
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
            return AdminStep.account(
                    Change.Kind.RESET, before, reset, now, String.join(", ", new TreeSet<>(limitNames)), List.of());
        }
    }

    /**
     * Has every limit of an account count anew from the journal and the holds. No row that was kept before counts then, in
     * whatever span, until it has been recomputed.
     *
     * @param note what was found to differ
     */
    record Repair(AccountId accountId, String note) implements AccountCommand {

        /** Both are required. */
        public Repair {
            Objects.requireNonNull(accountId, "accountId");
            Objects.requireNonNull(note, "note");
        }

        @Override
        public AdminStep<AccountEntry> apply(AdminState state, Instant now) {
            AccountEntry before = AccountRules.existing(accountId, state);
            Instant since = AccountRules.afterAllBefore(now, state);
            AccountEntry repaired = new AccountEntry(
                    before.account(),
                    before.version() + 1,
                    before.createdAt(),
                    null,
                    before.suspension(),
                    since,
                    AccountRules.carrySince(List.of(), before.account().overrides(), since),
                    before.resets());
            return AdminStep.account(Change.Kind.REPAIR, before, repaired, now, note, List.of());
        }
    }
}
