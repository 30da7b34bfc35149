package org.quotaledger.benchmarks;

import io.github.bucket4j.Bucket;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import org.quotaledger.benchmarks.LedgerTables.Limits;
import org.quotaledger.memory.InMemoryQuotaStore;
import org.quotaledger.spi.QuotaStore;

/** What is measured in memory: opened, asked, verified and dropped again in one measurement. */
enum MemorySubject {
    /** Pairs of a ledger on one account with three limits. */
    PAIR_HOT {
        @Override
        Sample measure(int threads, Plan plan) throws Exception {
            return pairs(threads, plan, 1);
        }
    },

    /** Pairs of a ledger on 100,000 accounts with three limits. */
    PAIR_100K {
        @Override
        Sample measure(int threads, Plan plan) throws Exception {
            return pairs(threads, plan, plan.sizes().memoryKeys());
        }
    },

    /** Bucket4j's local bucket, alone. */
    BUCKET_HOT {
        @Override
        Sample measure(int threads, Plan plan) throws Exception {
            return buckets(threads, plan, 1);
        }
    },

    /** Bucket4j's local buckets in a map by key. */
    BUCKET_100K {
        @Override
        Sample measure(int threads, Plan plan) throws Exception {
            return buckets(threads, plan, plan.sizes().memoryKeys());
        }
    },

    /** Reserves that an exhausted account refuses. */
    REFUSED {
        @Override
        Sample measure(int threads, Plan plan) throws Exception {
            return refusals(threads, plan);
        }
    },

    /** The heap that an account takes which was created and never used. */
    IDLE_BYTES {
        @Override
        Sample measure(int threads, Plan plan) {
            return bytes(plan, false);
        }
    },

    /** The heap that an account takes which was charged once: three usage rows, a journal row, a remembered id. */
    USED_BYTES {
        @Override
        Sample measure(int threads, Plan plan) {
            return bytes(plan, true);
        }
    };

    private static final long CAPACITY = 1_000_000_000_000L;

    abstract Sample measure(int threads, Plan plan) throws Exception;

    private static Sample pairs(int threads, Plan plan, int accounts) throws Exception {
        try (QuotaStore store = new InMemoryQuotaStore()) {
            LedgerTables.fill(store, accounts, Limits.THREE, false);
            LedgerTables tables = LedgerTables.over(store, accounts, false);
            Sample sample =
                    Load.threads(threads, plan, ExhaustedAccount.LATENCY_OF_ONE_IN, () -> tables.pair(tables.any()));
            tables.verify();
            return sample;
        }
    }

    private static Sample buckets(int threads, Plan plan, int accounts) throws Exception {
        ConcurrentHashMap<String, Bucket> buckets = new ConcurrentHashMap<>();
        String[] keys = new String[accounts];
        for (int i = 0; i < accounts; i++) {
            keys[i] = "key-" + i;
            buckets.put(
                    keys[i],
                    Bucket.builder()
                            .addLimit(BucketTables.CONFIGURATION.getBandwidths()[0])
                            .build());
        }
        LongAdder pairs = new LongAdder();
        Sample sample = Load.threads(threads, plan, ExhaustedAccount.LATENCY_OF_ONE_IN, () -> {
            Bucket bucket = buckets.get(
                    keys[accounts == 1 ? 0 : ThreadLocalRandom.current().nextInt(accounts)]);
            if (bucket == null || !bucket.tryConsume(100)) {
                throw new IllegalStateException("bucket has no 100 tokens");
            }
            bucket.addTokens(40);
            pairs.increment();
        });
        long left =
                buckets.values().stream().mapToLong(Bucket::getAvailableTokens).sum();
        LedgerTables.check("tokens taken", accounts * CAPACITY - left, pairs.sum() * 60);
        return sample;
    }

    private static Sample refusals(int threads, Plan plan) throws Exception {
        try (ExhaustedAccount account = ExhaustedAccount.create(new InMemoryQuotaStore())) {
            return Load.threads(threads, plan, ExhaustedAccount.LATENCY_OF_ONE_IN, account::refuse);
        }
    }

    private static Sample bytes(Plan plan, boolean used) {
        long before = usedHeap();
        QuotaStore store = new InMemoryQuotaStore();
        LedgerTables.fill(store, plan.sizes().memoryKeys(), Limits.THREE, false);
        if (used) {
            LedgerTables.over(store, plan.sizes().memoryKeys(), false).pairOnEach();
        }
        long taken = usedHeap() - before;
        store.close();
        return Sample.of(BigDecimal.valueOf(taken / plan.sizes().memoryKeys()));
    }

    private static long usedHeap() {
        for (int i = 0; i < 4; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
