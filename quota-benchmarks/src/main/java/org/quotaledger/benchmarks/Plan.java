package org.quotaledger.benchmarks;

import java.time.Duration;

/**
 * How much is measured.
 *
 * @param runs how often each row is measured; the median is told
 * @param warmUp how long a row runs before it is measured, in each run
 * @param measured how long it is measured
 * @param keys how many accounts the rows named {@code 10k} have
 * @param memoryKeys how many accounts the rows named {@code 100k} have
 * @param accounts how many accounts the larger ledger of the scale group has
 * @param journalRows how many journal rows the longest ledger of the scale group has
 * @param pool how many connections to PostgreSQL all rows share
 * @param forks whether rows that keep nothing on disk are measured in processes of their own
 */
record Plan(
        int runs,
        Duration warmUp,
        Duration measured,
        int keys,
        int memoryKeys,
        int accounts,
        int journalRows,
        int pool,
        boolean forks) {

    /** What is measured unless the arguments say otherwise. */
    static final Plan FULL =
            new Plan(3, Duration.ofSeconds(2), Duration.ofSeconds(3), 10_000, 100_000, 1_000_000, 10_000_000, 32, true);

    Plan withRuns(int value) {
        return new Plan(value, warmUp, measured, keys, memoryKeys, accounts, journalRows, pool, forks);
    }

    Plan withSeconds(int value) {
        return withTimes(warmUp, Duration.ofSeconds(value));
    }

    Plan withTimes(Duration toWarmUp, Duration toMeasure) {
        return new Plan(runs, toWarmUp, toMeasure, keys, memoryKeys, accounts, journalRows, pool, forks);
    }

    Plan withMemoryKeys(int value) {
        return new Plan(runs, warmUp, measured, keys, value, accounts, journalRows, pool, forks);
    }
}
