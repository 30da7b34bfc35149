package org.quotaledger.benchmarks;

import java.time.ZoneOffset;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Charge;
import org.quotaledger.amount.Meter;
import org.quotaledger.memory.InMemoryQuotaStore;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.reservation.Settled;
import org.quotaledger.window.QuotaWindow;

/** Pairs of reserve and settle in memory: holds, three limits and the journal included. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class MemoryBenchmark {

    private static final int KEYS = 100_000;
    private static final Charge HOLD = Charge.of(Amount.ofUnits(100, Meter.USD));
    private static final Charge COST = Charge.of(Amount.ofUnits(60, Meter.USD));

    private final AccountId[] keys = new AccountId[KEYS];
    private QuotaLedger ledger = QuotaLedger.over(new InMemoryQuotaStore());

    /** Starts each iteration empty: the store keeps its whole journal, which would else grow from one to the next. */
    @Setup(Level.Iteration)
    public void open() {
        ledger = QuotaLedger.over(new InMemoryQuotaStore());
        Amount plenty = Amount.ofUnits(Long.MAX_VALUE / 2, Meter.USD);
        ledger.admin()
                .createPolicy(QuotaPolicy.of(
                        "three",
                        QuotaLimit.of("hourly", plenty, QuotaWindow.hourly(ZoneOffset.UTC)),
                        QuotaLimit.of("daily", plenty, QuotaWindow.daily(ZoneOffset.UTC)),
                        QuotaLimit.of("monthly", plenty, QuotaWindow.monthly(ZoneOffset.UTC))));
        for (int i = 0; i < KEYS; i++) {
            keys[i] = AccountId.of("key-" + i);
            ledger.admin()
                    .createAccount(Account.builder(keys[i]).policy("three").build());
        }
    }

    /** Closes the ledger. */
    @TearDown(Level.Iteration)
    public void close() {
        ledger.close();
    }

    /** Every pair on the same account. */
    @Benchmark
    public Settled memoryPairHot() {
        return pair(keys[0]);
    }

    /** Every pair on one of 100,000 accounts. */
    @Benchmark
    public Settled memoryPair100k() {
        return pair(keys[ThreadLocalRandom.current().nextInt(KEYS)]);
    }

    private Settled pair(AccountId key) {
        return ledger.reserve(key, HOLD).orThrow().settle(COST).orThrow();
    }
}
