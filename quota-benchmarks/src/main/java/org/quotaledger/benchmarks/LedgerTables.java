package org.quotaledger.benchmarks;

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import javax.sql.DataSource;
import org.quotaledger.LedgerAdmin;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.accounting.LimitStatus;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.jdbc.JdbcQuotaStore;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.reservation.Admission;
import org.quotaledger.reservation.Answer;
import org.quotaledger.reservation.Settled;
import org.quotaledger.spi.JournalQuery;
import org.quotaledger.spi.QuotaStore;
import org.quotaledger.window.QuotaWindow;

/** A ledger with many accounts, and pairs of reserve and settle on them: holds and the journal included. */
final class LedgerTables implements AutoCloseable {

    /** What a pair holds, and what it costs in the end. */
    static final Charge HOLD = Charge.of(Amount.ofUnits(100, Meter.USD));

    static final Charge COST = Charge.of(Amount.ofUnits(60, Meter.USD));

    private static final Amount PLENTY = Amount.ofUnits(Long.MAX_VALUE / 2, Meter.USD);

    /** How many accounts are looked at together when it is verified. */
    private static final int ASKED_AT_ONCE = 1_000;

    private static final AccountId PARENT = AccountId.of("parent");

    /** Limits of one window, or of three. */
    enum Limits {
        ONE,
        THREE;

        private QuotaPolicy policy() {
            QuotaLimit monthly = QuotaLimit.of("monthly", PLENTY, QuotaWindow.monthly(ZoneOffset.UTC));
            return switch (this) {
                case ONE -> QuotaPolicy.of("plenty", monthly);
                case THREE ->
                    QuotaPolicy.of(
                            "plenty",
                            monthly,
                            QuotaLimit.of("daily", PLENTY, QuotaWindow.daily(ZoneOffset.UTC)),
                            QuotaLimit.of("hourly", PLENTY, QuotaWindow.hourly(ZoneOffset.UTC)));
            };
        }
    }

    private final QuotaLedger ledger;
    private final AccountId[] keys;
    private final boolean withParent;
    private final LongAdder pairs = new LongAdder();

    private LedgerTables(QuotaLedger ledger, AccountId[] keys, boolean withParent) {
        this.ledger = ledger;
        this.keys = keys;
        this.withParent = withParent;
    }

    /** Fills an empty store. */
    static void fill(QuotaStore store, int accounts, Limits limits, boolean withParent) {
        LedgerAdmin admin = QuotaLedger.over(store).admin();
        admin.createPolicy(limits.policy());
        if (withParent) {
            admin.createAccount(Account.builder(PARENT).policy("plenty").build());
        }
        for (int i = 0; i < accounts; i++) {
            Account.Builder account = Account.builder(key(i)).policy("plenty");
            if (withParent) {
                account.parent(PARENT);
            }
            admin.createAccount(account.build());
        }
    }

    /** Returns what a store that was filled holds. The first account is the hot one. */
    static LedgerTables over(QuotaStore filled, int accounts, boolean withParent) {
        AccountId[] keys = new AccountId[accounts];
        for (int i = 0; i < accounts; i++) {
            keys[i] = key(i);
        }
        return new LedgerTables(QuotaLedger.over(filled), keys, withParent);
    }

    private static AccountId key(int number) {
        return AccountId.of("key-" + number);
    }

    /** Opens a store of tables with this prefix. */
    static QuotaStore store(DataSource dataSource, String prefix) {
        return JdbcQuotaStore.builder(dataSource).tablePrefix(prefix + "_").build();
    }

    AccountId hot() {
        return keys[0];
    }

    AccountId any() {
        return keys[ThreadLocalRandom.current().nextInt(keys.length)];
    }

    AccountId nth(int index) {
        return keys[index];
    }

    /** Returns {@code count} accounts, or all if there are fewer, evenly spread over all. */
    AccountId[] spread(int count) {
        AccountId[] some = new AccountId[Math.min(count, keys.length)];
        for (int i = 0; i < some.length; i++) {
            some[i] = keys[(int) ((long) i * keys.length / some.length)];
        }
        return some;
    }

    void pair(AccountId key) {
        ledger.reserve(key, HOLD).orThrow().settle(COST).orThrow();
        pairs.increment();
    }

    /** Returns how many pairs there were. */
    long pairs() {
        return pairs.sum();
    }

    /** Expects pairs that another node did on the same tables. */
    void add(long pairsElsewhere) {
        pairs.add(pairsElsewhere);
    }

    void pairOnEach() {
        for (AccountId key : keys) {
            pair(key);
        }
    }

    /** Uses each account once, by as many threads: a first use makes rows that no later one does. */
    LedgerTables usedOnEach(int threads) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        List<Thread> users = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Thread user = new Thread(() -> {
                for (int key = next.getAndIncrement(); key < keys.length; key = next.getAndIncrement()) {
                    pair(keys[key]);
                }
            });
            user.start();
            users.add(user);
        }
        for (Thread user : users) {
            user.join();
        }
        check("accounts used once", pairs.sum(), keys.length);
        return this;
    }

    CompletionStage<Answer<Settled>> asyncPair(AccountId key) {
        return ledger.async()
                .reserve(key, HOLD)
                .thenCompose(this::settle)
                .whenComplete((settled, failure) -> pairs.increment());
    }

    private CompletionStage<Answer<Settled>> settle(Admission admission) {
        return ledger.async().settle(admission.orThrow().id(), COST);
    }

    /** Checks that the journal has every pair once on each account charged, and that the counters say the same. */
    void verify() {
        long expected = pairs.sum() * COST.units(Meter.USD);
        Journaled journaled = new Journaled();
        ledger.admin().journal(JournalQuery.ALL, journaled::add);
        check("journal of the keys", journaled.keys, expected);
        check("journal of their parent", journaled.parent, withParent ? expected : 0);
        check("used of the keys", usedOfKeys(), expected);
    }

    private long usedOfKeys() {
        long used = 0;
        for (int from = 0; from < keys.length; from += ASKED_AT_ONCE) {
            List<CompletionStage<List<LimitStatus>>> asked = new ArrayList<>();
            for (int i = from; i < Math.min(keys.length, from + ASKED_AT_ONCE); i++) {
                asked.add(ledger.async().usage(keys[i]));
            }
            for (CompletionStage<List<LimitStatus>> answer : asked) {
                LimitStatus monthly = monthly(answer.toCompletableFuture().join());
                check("held of " + monthly.account(), monthly.held().units(), 0);
                used += monthly.used().units();
            }
        }
        return used;
    }

    /** Of the account itself, which comes before its parent. */
    private static LimitStatus monthly(List<LimitStatus> limits) {
        return limits.stream()
                .filter(status -> status.limit().name().equals("monthly"))
                .findFirst()
                .orElseThrow();
    }

    private static final class Journaled {
        private long keys;
        private long parent;

        void add(JournalRow row) {
            if (row.account().equals(PARENT)) {
                parent += row.units();
            } else {
                keys += row.units();
            }
        }
    }

    /** Checks the counters of one account against the journal, where adding all of it up would take too long. */
    void audit(AccountId key) {
        check("counters of " + key + " that differ", ledger.admin().audit(key).size(), 0);
    }

    static void check(String what, long is, long expected) {
        if (is != expected) {
            throw new IllegalStateException(what + " is " + is + ": expected " + expected);
        }
    }

    @Override
    public void close() {
        ledger.close();
    }
}
