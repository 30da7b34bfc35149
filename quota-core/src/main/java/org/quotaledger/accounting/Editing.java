package org.quotaledger.accounting;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.admin.DefinitionException;
import org.quotaledger.admin.DefinitionException.Reason;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.history.Change;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.policy.QuotaLimit;

/** The rules that edits of definitions share. */
final class Editing {

    private Editing() {}

    /** Returns the account of the edit, also a deleted one; {@code null} if its id was never created. */
    static @Nullable WorkingAccount account(UnitOfWork work) {
        return work.accounts().isEmpty() ? null : work.accounts().get(0);
    }

    /** Returns the account of the edit, also a deleted one; {@code null} if its id was never created. */
    static @Nullable AccountEntry entry(UnitOfWork work) {
        WorkingAccount account = account(work);
        return account == null ? null : account.entry();
    }

    /** Returns the account of the edit. */
    static AccountEntry existing(AccountId id, UnitOfWork work) {
        AccountEntry entry = entry(work);
        if (entry == null || entry.deleted()) {
            throw DefinitionException.noAccount(id);
        }
        return entry;
    }

    static PolicyEntry existingPolicy(String name, UnitOfWork work) {
        PolicyEntry policy = work.definitions().policy(name);
        if (policy == null) {
            throw DefinitionException.noPolicy(name);
        }
        return policy;
    }

    /**
     * Records the next version of the account, and looks at it again if that changes its limits in force.
     *
     * @param note details that the definitions do not show, or {@code null}
     * @return the account as the step leaves it: the change of limits may have suspended or resumed it
     */
    static AccountEntry edit(
            UnitOfWork work, Command.Edit<?> edit, Change.Kind kind, AccountEntry after, @Nullable String note) {
        WorkingAccount account = account(work);
        AccountEntry before = account == null || account.entry().deleted() ? null : account.entry();
        Change change = new Change.OfAccount(
                work.clock(),
                edit.actor(),
                kind,
                after.id(),
                after.version(),
                new Change.OfAccount.Definition(
                        before == null ? null : before.account(), after.deleted() ? null : after.account()),
                edit.operation(),
                note);
        List<LimitEntry> inForce = after.limits(policy(after.account(), work));
        if (account == null || account.limits().equals(inForce)) {
            work.note(change);
            return work.define(after);
        }
        List<LimitEntry> limits = account.limits();
        work.define(account, after, inForce);
        work.note(change);
        if (before != null) {
            LimitChanges.of(after, limits, inForce, work.clock()).forEach(work::publish);
        }
        boolean repairs = kind == Change.Kind.REPAIR;
        Reassessing.reassess(new LimitsChange(limits, "account " + after.version(), repairs), work);
        return work.changedAccounts().get(0);
    }

    /**
     * Records the next version of a policy.
     *
     * @param before the policy before, or {@code null} if it is created
     * @param after the policy after, or {@code null} if it is deleted
     */
    static PolicyEntry edit(
            UnitOfWork work, Command.Edit<?> edit, @Nullable PolicyEntry before, @Nullable PolicyEntry after) {
        PolicyEntry last = after != null ? after : Objects.requireNonNull(before, "before");
        work.change(new PolicyChange(before, after));
        work.note(new Change.OfPolicy(
                work.clock(),
                edit.actor(),
                before == null ? Change.Kind.CREATE : after == null ? Change.Kind.DELETE : Change.Kind.CHANGE,
                last.name(),
                last.version(),
                before == null ? null : before.policy(),
                after == null ? null : after.policy()));
        if (before != null && after != null) {
            LimitChanges.of(before, after, work.clock()).forEach(work::publish);
        }
        return last;
    }

    /**
     * Returns the account of the edit defined anew: its next version, or the same where nothing changes.
     *
     * @param expectedVersion the version that the caller has read
     */
    static AccountEntry replaced(Account account, long expectedVersion, UnitOfWork work) {
        AccountEntry before = existing(account.id(), work);
        if (before.version() != expectedVersion) {
            throw new DefinitionException(
                    Reason.VERSION_CONFLICT,
                    "version",
                    "version of account " + account.id() + " is " + before.version() + ": expected " + expectedVersion
                            + ", somebody else changed it");
        }
        if (account.equals(before.account())) {
            return before;
        }
        AccountEntry replaced = replaced(before, account, work);
        checkReferences(replaced, work);
        return replaced;
    }

    /** Returns the next version of an account, with this definition. */
    static AccountEntry replaced(AccountEntry before, Account account, UnitOfWork work) {
        Instant since = afterAllBefore(account, work);
        boolean samePolicy = before.account().policy().equals(account.policy());
        boolean sameCounting = countAlike(before.overrides(), account.overrides());
        return new AccountEntry(
                account,
                before.version() + 1,
                before.createdAt(),
                null,
                before.suspension(),
                samePolicy && sameCounting ? before.policySince() : since,
                carrySince(before.overrides(), account.overrides(), since),
                before.resets());
    }

    /** Checks the references of an account as it is to be. */
    static void checkReferences(AccountEntry changed, UnitOfWork work) {
        Account account = changed.account();
        PolicyEntry policy = policy(account, work);
        account.policy().ifPresent(name -> {
            if (policy == null) {
                throw invalid("policy", account, name, "the name of an existing policy");
            }
        });
        List<AccountLimits> parents =
                account.parent().map(work.definitions()::chain).orElse(List.of());
        account.parent().ifPresent(parent -> checkParent(account, parent, parents, work.definitions()));
        OverflowRules.check(new AccountLimits(changed, policy), parents, work.definitions());
    }

    private static void checkParent(
            Account account, AccountId parent, List<AccountLimits> chain, Definitions definitions) {
        if (chain.isEmpty() || chain.get(0).entry().deleted()) {
            throw invalid("parent", account, parent.value(), "the id of an existing account");
        }
        if (chain.stream().anyMatch(above -> above.entry().id().equals(account.id()))) {
            throw invalid("parent", account, parent.value(), "an account that it is not itself a parent of");
        }
        int length = chain.size() + 1 + definitions.levelsBelow(account.id());
        if (length > Account.MAX_CHAIN) {
            throw invalid(
                    "parent",
                    account,
                    parent.value(),
                    "at most " + Account.MAX_CHAIN + " accounts one above the other, that makes " + length);
        }
    }

    private static DefinitionException invalid(String field, Account account, String value, String expected) {
        return new DefinitionException(
                Reason.INVALID,
                field,
                field + " of account " + account.id() + " is \"" + value + "\": expected " + expected);
    }

    /** Returns the policy of an account, or {@code null} if it has none. */
    static @Nullable PolicyEntry policy(Account account, UnitOfWork work) {
        return account.policy().map(work.definitions()::policy).orElse(null);
    }

    /** Returns the event of a suspension that has ended by itself without an event yet. */
    static List<LedgerEvent> ended(AccountEntry account, Instant now) {
        return account.suspension() == null || account.suspensionAt(now) != null
                ? List.of()
                : List.of(LedgerEvent.Resumed.of(account, now, LedgerEvent.Cause.TIME));
    }

    /** Returns the limit in force of that name. */
    static LimitEntry inForce(String limit, UnitOfWork work) {
        WorkingAccount account = work.accounts().get(0);
        return named(account.limits(), limit)
                .orElseThrow(() -> new DefinitionException(
                        Reason.NOT_FOUND,
                        "limit",
                        "limit is \"" + limit + "\": account " + account.id() + " has no such limit"));
    }

    /**
     * Returns the instant from which a change of an account counts: a microsecond after the clock, after every earlier change
     * and after every earlier charge. The clock may have been set back since those. A charge at the very instant of the change
     * is known to be earlier by that.
     *
     * @param defined the account as it is to be
     */
    static Instant afterAllBefore(Account defined, UnitOfWork work) {
        Instant latest = work.clock();
        AccountEntry account = entry(work);
        PolicyEntry policy =
                policy(defined.policy().isPresent() || account == null ? defined : account.account(), work);
        if (account != null) {
            latest = later(latest, account.policySince());
            for (LimitEntry own : account.overrides()) {
                latest = later(latest, own.since());
            }
            for (Instant reset : account.resets().values()) {
                latest = later(latest, reset);
            }
        }
        return after(latest, policy, work);
    }

    /** Returns the first microsecond after an instant, after the last change of a policy, and after all that was charged. */
    static Instant after(Instant at, @Nullable PolicyEntry policy, UnitOfWork work) {
        Instant latest = policy == null ? at : later(at, policy.changedAt());
        Instant use = work.definitions().latestUse();
        return (use == null ? latest : later(latest, use)).plus(1, ChronoUnit.MICROS);
    }

    private static Instant later(Instant one, Instant another) {
        return another.isAfter(one) ? another : one;
    }

    /** A limit that counts as one of the same name did keeps its since; any other counts from {@code since}. */
    static List<LimitEntry> carrySince(List<LimitEntry> before, List<QuotaLimit> limits, Instant since) {
        return limits.stream()
                .map(limit -> new LimitEntry(
                        limit,
                        named(before, limit.name())
                                .filter(old -> old.limit().countsLike(limit))
                                .map(LimitEntry::since)
                                .orElse(since)))
                .toList();
    }

    /** Whether every override is as before or counts alike: then the usage that the policy counted stays known. */
    private static boolean countAlike(List<LimitEntry> before, List<QuotaLimit> limits) {
        return before.size() == limits.size()
                && limits.stream()
                        .allMatch(limit -> named(before, limit.name())
                                .filter(old -> old.limit().countsLike(limit))
                                .isPresent());
    }

    static Optional<LimitEntry> named(List<LimitEntry> limits, String name) {
        return limits.stream()
                .filter(entry -> entry.limit().name().equals(name))
                .findFirst();
    }
}
