package org.quotaledger.admin;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.quotaledger.account.AccountId;
import org.quotaledger.admin.DefinitionException.Reason;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.policy.QuotaLimit;

/** What the changes of definitions have in common. */
final class AccountRules {

    private AccountRules() {}

    static AccountEntry existing(AccountId id, AdminState state) {
        AccountEntry account = state.account();
        if (account == null || account.deleted()) {
            throw DefinitionException.noAccount(id);
        }
        return account;
    }

    static PolicyEntry existingPolicy(String name, AdminState state) {
        PolicyEntry policy = state.policy();
        if (policy == null) {
            throw DefinitionException.noPolicy(name);
        }
        return policy;
    }

    /** Checks what an account as it is to be refers to. */
    static void checkReferences(AccountEntry changed, AdminState state) {
        Account account = changed.account();
        account.policy().ifPresent(policy -> {
            if (state.policy() == null) {
                throw invalid("policy", account, policy, "the name of an existing policy");
            }
        });
        account.parent().ifPresent(parent -> checkParent(account, parent, state));
        OverflowRules.check(new AccountLimits(changed, account.policy().isEmpty() ? null : state.policy()), state);
    }

    /** Returns an account's next version, defined so; what counts anew counts from {@code since}. */
    static AccountEntry replaced(AccountEntry before, Account account, Instant since) {
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

    /** Returns what is told if the account's suspension has ended by itself, which nobody has told. */
    static List<LedgerEvent> ended(AccountEntry account, Instant now) {
        return account.suspension() == null || account.suspensionAt(now) != null
                ? List.of()
                : List.of(LedgerEvent.Resumed.of(account, now, LedgerEvent.Cause.TIME));
    }

    /** Returns the limit in force of that name. */
    static LimitEntry inForce(AccountEntry account, String limit, AdminState state) {
        return named(account.limits(state.policy()), limit)
                .orElseThrow(() -> new DefinitionException(
                        Reason.NOT_FOUND,
                        "limit",
                        "limit is \"" + limit + "\": account " + account.id() + " has no such limit"));
    }

    private static void checkParent(Account account, AccountId parent, AdminState state) {
        List<AccountLimits> chain = state.parentChain();
        if (chain.isEmpty() || chain.get(0).entry().deleted()) {
            throw invalid("parent", account, parent.value(), "the id of an existing account");
        }
        if (chain.stream().anyMatch(above -> above.entry().id().equals(account.id()))) {
            throw invalid("parent", account, parent.value(), "an account that it is not itself a parent of");
        }
        int length = chain.size() + 1 + state.levelsBelow();
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

    /**
     * Returns since when a change counts: a microsecond after it, after every change before, and after all that was
     * charged before it, even if the clock was set back since. So what was charged at the very instant of the change is
     * known to have been charged before it.
     */
    static Instant afterAllBefore(Instant now, AdminState state) {
        Instant latest = now;
        AccountEntry account = state.account();
        if (account != null) {
            latest = later(latest, account.policySince());
            for (LimitEntry own : account.overrides()) {
                latest = later(latest, own.since());
            }
            for (Instant reset : account.resets().values()) {
                latest = later(latest, reset);
            }
        }
        PolicyEntry policy = state.policy();
        if (policy != null) {
            latest = later(latest, policy.changedAt());
        }
        Instant use = state.latestUse();
        if (use != null) {
            latest = later(latest, use);
        }
        return latest.plus(1, ChronoUnit.MICROS);
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

    /** Whether no override was taken away, added or made to count otherwise: what the policy counted stays known. */
    static boolean countAlike(List<LimitEntry> before, List<QuotaLimit> limits) {
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
