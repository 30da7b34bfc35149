package org.quotaledger.benchmarks;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.quotaledger.account.AccountId;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.memory.inplace.InPlaceSteps;
import org.quotaledger.policy.Account;
import org.quotaledger.policy.AccountEntry;
import org.quotaledger.policy.LimitEntry;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.reservation.RequestId;
import org.quotaledger.reservation.Tags;
import org.quotaledger.rule.Reserve;
import org.quotaledger.rule.Settle;
import org.quotaledger.window.QuotaWindow;

/** Pairs of the rule on counters that it changes in place: three limits, holds, remembered ids and journal included. */
final class InPlacePairs {

    private static final Duration TIME_TO_LIVE = Duration.ofMinutes(10);

    private final InPlaceSteps steps = new InPlaceSteps(Clock.systemUTC());
    private final AccountId[] keys;
    private final AtomicLong count = new AtomicLong();
    private final LongAdder pairs = new LongAdder();

    InPlacePairs(int accounts, long amount) {
        keys = new AccountId[accounts];
        Instant created = Instant.EPOCH;
        for (int i = 0; i < accounts; i++) {
            keys[i] = AccountId.of("key-" + i);
            AccountEntry entry = new AccountEntry(
                    Account.builder(keys[i]).build(), 1, created, null, null, created, List.of(), Map.of());
            steps.add(entry, limits(amount, created));
        }
    }

    private static List<LimitEntry> limits(long amount, Instant since) {
        Amount plenty = Amount.ofUnits(amount, Meter.USD);
        return List.of(
                new LimitEntry(QuotaLimit.of("monthly", plenty, QuotaWindow.monthly(ZoneOffset.UTC)), since),
                new LimitEntry(QuotaLimit.of("daily", plenty, QuotaWindow.daily(ZoneOffset.UTC)), since),
                new LimitEntry(QuotaLimit.of("hourly", plenty, QuotaWindow.hourly(ZoneOffset.UTC)), since));
    }

    void pair() {
        AccountId key = keys[keys.length == 1 ? 0 : ThreadLocalRandom.current().nextInt(keys.length)];
        RequestId id = RequestId.of("3f0e5a4b9c21." + count.incrementAndGet());
        Reserve.Answer answer = steps.reserve(new Reserve(id, key, LedgerTables.HOLD, TIME_TO_LIVE, Tags.NONE));
        if (!(answer instanceof Reserve.Answer.Held)) {
            throw new IllegalStateException("reserve was answered " + answer);
        }
        steps.settle(new Settle(id, LedgerTables.COST)).orThrow();
        pairs.increment();
    }

    void refuse() {
        RequestId id = RequestId.of("3f0e5a4b9c21." + count.incrementAndGet());
        Reserve.Answer answer = steps.reserve(new Reserve(id, keys[0], LedgerTables.HOLD, TIME_TO_LIVE, Tags.NONE));
        if (!(answer instanceof Reserve.Answer.Refused)) {
            throw new IllegalStateException("reserve was answered " + answer);
        }
    }

    /** Checks that counters and journal have every pair. */
    void verify() {
        long journaled = 0;
        long used = 0;
        for (AccountId key : keys) {
            journaled += steps.journal(key).stream()
                    .map(record -> record.ending())
                    .mapToLong(ending -> ending == null ? 0 : ending.charged().units(Meter.USD))
                    .sum();
            used += steps.used(key).get(0);
        }
        long expected = pairs.sum() * LedgerTables.COST.units(Meter.USD);
        LedgerTables.check("journal of the keys", journaled, expected);
        LedgerTables.check("used of the keys", used, expected);
    }
}
