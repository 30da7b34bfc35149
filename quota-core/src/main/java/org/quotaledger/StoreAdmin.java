package org.quotaledger;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.AccountEdit;
import org.quotaledger.accounting.AmountEdit;
import org.quotaledger.accounting.ByHand;
import org.quotaledger.accounting.Command;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.accounting.PolicyEdit;
import org.quotaledger.accounting.Tighten;
import org.quotaledger.admin.DefinitionException;
import org.quotaledger.admin.Tightened;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.history.Change;
import org.quotaledger.history.HistoryQuery;
import org.quotaledger.history.KeptChange;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.PolicyEntry;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Charged;
import org.quotaledger.reservation.Refunded;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.Tags;
import org.quotaledger.spi.Compacted;
import org.quotaledger.spi.JournalQuery;
import org.quotaledger.spi.QuotaStore;
import org.quotaledger.spi.UsageAudit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns changes into commands that name the version they were made from. Thread-safe. */
final class StoreAdmin implements LedgerAdmin {

    private static final Logger LOG = LoggerFactory.getLogger(LedgerAdmin.class);
    private static final int MAX_PAGE = 10_000;

    /** More would not fit the history's column. */
    private static final int ROWS_OF_A_NOTE = 10;

    private final QuotaStore store;
    private final CommandRunner runner;
    private final Duration rememberIds;

    /** Who changes what is changed here, or {@code null}. */
    private final @Nullable String actor;

    StoreAdmin(QuotaStore store, CommandRunner runner, Duration rememberIds, @Nullable String actor) {
        this.actor = actor;
        this.store = store;
        this.runner = runner;
        this.rememberIds = rememberIds;
    }

    @Override
    public LedgerAdmin as(String who) {
        return new StoreAdmin(store, runner, rememberIds, Change.checkActor(who));
    }

    @Override
    public List<KeptChange> history(HistoryQuery query) {
        return store.history(query);
    }

    @Override
    public AccountEntry createAccount(Account account) {
        return runner.run(new AccountEdit.Create(account, actor));
    }

    @Override
    public Optional<AccountEntry> account(AccountId id) {
        return store.account(id).filter(entry -> !entry.deleted());
    }

    @Override
    public List<AccountEntry> accounts(@Nullable AccountId after, int max) {
        checkPage(max);
        List<AccountEntry> page = new ArrayList<>();
        AccountId last = after;
        while (page.size() < max) {
            List<AccountEntry> next = store.accounts(last, max - page.size());
            if (next.isEmpty()) {
                break;
            }
            next.stream().filter(entry -> !entry.deleted()).forEach(page::add);
            last = next.get(next.size() - 1).id();
        }
        return List.copyOf(page);
    }

    @Override
    public AccountEntry changeAccount(AccountId id, UnaryOperator<Account> change) {
        return change(id, change, (account, version) -> new AccountEdit.Replace(account, version, actor));
    }

    @Override
    public Tightened tighten(AccountId id, UnaryOperator<Account> change) {
        return change(id, change, (account, version) -> new Tighten(account, version, actor));
    }

    private <A> A change(AccountId id, UnaryOperator<Account> change, BiFunction<Account, Long, Command<A>> edit) {
        return untilNobodyInterferes(() -> {
            AccountEntry before = account(id).orElseThrow(() -> DefinitionException.noAccount(id));
            Account changed = change.apply(before.account());
            if (!changed.id().equals(id)) {
                throw new IllegalArgumentException("change of account " + id + " returned account " + changed.id());
            }
            // Also where nothing is to be changed: a store may remember an older version, which only it can tell.
            return runner.run(edit.apply(changed, before.version()));
        });
    }

    @Override
    public AccountEntry setAmount(AccountId id, String limit, Amount amount) {
        return runner.run(new AmountEdit.Set(id, limit, amount, actor));
    }

    @Override
    public PolicyEntry setPolicyAmount(String policy, String limit, Amount amount) {
        return changePolicy(policy, before -> before.withAmount(limit, amount));
    }

    @Override
    public AccountEntry topUp(RequestId id, AccountId account, String limit, Amount amount) {
        return runner.run(new AmountEdit.TopUp(id, account, limit, amount, actor));
    }

    @Override
    public Answer<Charged> charge(RequestId id, AccountId account, Charge charge, String reason) {
        return runner.run(new Command.DirectCharge(id, account, charge, Tags.NONE, new ByHand(reason, actor)));
    }

    @Override
    public Answer<Refunded> refund(RequestId refund, RequestId reservation, Charge charge, String reason) {
        return runner.run(new Command.Refund(refund, reservation, charge, new ByHand(reason, actor)));
    }

    @Override
    public AccountEntry suspend(AccountId id, @Nullable Instant until) {
        return runner.run(new AccountEdit.Suspend(id, until, actor));
    }

    @Override
    public AccountEntry resume(AccountId id) {
        return runner.run(new AccountEdit.Resume(id, actor));
    }

    @Override
    public AccountEntry reset(AccountId id, String... limits) {
        return runner.run(new AccountEdit.Reset(id, Set.of(limits), actor));
    }

    @Override
    public void deleteAccount(AccountId id) {
        runner.run(new AccountEdit.Delete(id, actor));
    }

    @Override
    public PolicyEntry createPolicy(QuotaPolicy policy) {
        return runner.run(new PolicyEdit.Create(policy, actor));
    }

    @Override
    public Optional<PolicyEntry> policy(String name) {
        return store.policy(name);
    }

    @Override
    public List<PolicyEntry> policies(@Nullable String after, int max) {
        checkPage(max);
        return store.policies(after, max);
    }

    @Override
    public PolicyEntry changePolicy(String name, UnaryOperator<QuotaPolicy> change) {
        return untilNobodyInterferes(() -> {
            PolicyEntry before = policy(name).orElseThrow(() -> DefinitionException.noPolicy(name));
            QuotaPolicy changed = change.apply(before.policy());
            if (!changed.name().equals(name)) {
                throw new IllegalArgumentException("change of policy " + name + " returned policy " + changed.name());
            }
            return runner.run(new PolicyEdit.Replace(changed, before.version(), actor));
        });
    }

    private static <T> T untilNobodyInterferes(Supplier<T> change) {
        while (true) {
            try {
                return change.get();
            } catch (DefinitionException refused) {
                if (refused.reason() != DefinitionException.Reason.VERSION_CONFLICT) {
                    throw refused;
                }
            }
        }
    }

    @Override
    public void deletePolicy(String name) {
        runner.run(new PolicyEdit.Delete(name, actor));
    }

    @Override
    public void journal(JournalQuery query, Consumer<JournalRow> rows) {
        store.journal(query, rows);
    }

    @Override
    public List<UsageAudit> audit(AccountId id) {
        Instant now = store.now();
        Duration bound = store.clockLead();
        return store.audit(id).stream()
                .filter(row -> !row.agrees() || !row.countable() || row.isAhead(now, bound))
                .toList();
    }

    @Override
    public List<UsageAudit> repair(AccountId id) {
        List<UsageAudit> differences =
                store.audit(id).stream().filter(row -> !row.agrees()).toList();
        if (!differences.isEmpty()) {
            runner.run(new AccountEdit.Repair(id, note(differences), actor));
        }
        return differences;
    }

    private static String note(List<UsageAudit> differences) {
        int more = differences.size() - ROWS_OF_A_NOTE;
        return differences.stream()
                        .limit(ROWS_OF_A_NOTE)
                        .map(UsageAudit::toString)
                        .collect(Collectors.joining(", "))
                + (more > 0 ? ", and " + more + " more" : "");
    }

    @Override
    public List<UsageAudit> audit() {
        List<UsageAudit> differences = new ArrayList<>();
        List<AccountEntry> page = store.accounts(null, MAX_PAGE);
        while (!page.isEmpty()) {
            page.forEach(entry -> differences.addAll(audit(entry.id())));
            page = store.accounts(page.get(page.size() - 1).id(), MAX_PAGE);
        }
        return List.copyOf(differences);
    }

    @Override
    public List<AccountId> returnToClock(AccountId id) {
        List<AccountEntry> tree = tree(id);
        List<AccountId> ids = tree.stream().map(AccountEntry::id).toList();
        store.returnToClock(ids);
        for (AccountEntry entry : tree) {
            if (!entry.deleted()) {
                runner.run(new AccountEdit.Repair(entry.id(), "brought back to the clock", actor));
            }
        }
        return ids;
    }

    /** Returns all accounts under the topmost parent of an account, that one too. */
    private List<AccountEntry> tree(AccountId id) {
        Map<AccountId, AccountEntry> all = new LinkedHashMap<>();
        List<AccountEntry> page = store.accounts(null, MAX_PAGE);
        while (!page.isEmpty()) {
            page.forEach(entry -> all.put(entry.id(), entry));
            page = store.accounts(page.get(page.size() - 1).id(), MAX_PAGE);
        }
        if (!all.containsKey(id)) {
            throw DefinitionException.noAccount(id);
        }
        AccountId top = top(id, all);
        return all.values().stream()
                .filter(entry -> top(entry.id(), all).equals(top))
                .toList();
    }

    private static AccountId top(AccountId id, Map<AccountId, AccountEntry> all) {
        AccountId top = id;
        for (int level = 0; level < Account.MAX_CHAIN; level++) {
            AccountEntry entry = all.get(top);
            AccountId parent = entry == null ? null : entry.account().parent().orElse(null);
            if (parent == null || !all.containsKey(parent)) {
                return top;
            }
            top = parent;
        }
        return top;
    }

    @Override
    public Sweep sweep(int max) {
        checkPage(max);
        runner.writeRefusals();
        // All are handed over before any is waited for, so that a store can carry many in one step.
        int expired = countDone(store.expired(max).stream()
                .map(id -> runner.submit(new Command.Expire(id)))
                .toList());
        int resumed = countDone(store.suspensionsOver(max).stream()
                .map(id -> runner.submit(new Command.EndSuspension(id)))
                .toList());
        return new Sweep(expired, resumed, store.forget(store.now().minus(rememberIds), max));
    }

    @Override
    public Compacted compact(Instant recordedBefore, Compacted.@Nullable Point after, int max) {
        checkPage(max);
        Instant latest = store.now().minus(rememberIds);
        if (recordedBefore.isAfter(latest)) {
            throw new IllegalArgumentException("rows recorded before " + recordedBefore
                    + " are to be merged: expected no later than " + latest + ", since ids are remembered for "
                    + rememberIds);
        }
        return store.compact(recordedBefore, after, max);
    }

    private static int countDone(List<CompletionStage<Boolean>> under) {
        int done = 0;
        for (CompletionStage<Boolean> one : under) {
            done += isDone(one) ? 1 : 0;
        }
        return done;
    }

    /** One that cannot be charged, because a sum would overflow, must not stop the others for ever. */
    private static boolean isDone(CompletionStage<Boolean> one) {
        try {
            return QuotaStore.await(one);
        } catch (ArithmeticException overflow) {
            LOG.warn("an expired hold or the end of a suspension could not be written down", overflow);
            return false;
        }
    }

    private static void checkPage(int max) {
        if (max < 1 || max > MAX_PAGE) {
            throw new IllegalArgumentException("max is " + max + ": expected 1 to " + MAX_PAGE);
        }
    }
}
