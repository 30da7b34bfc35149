package org.quotaledger.benchmarks;

import java.time.Duration;

/**
 * How much is measured.
 *
 * @param runs how often each row is measured; the median is told
 * @param warmUp how long a row runs before it is measured, in each run
 * @param measured how long it is measured
 * @param sizes how large the ledgers are
 * @param pool how many connections to PostgreSQL all rows share
 * @param forks whether rows that keep nothing on disk, and nodes of several, are measured in processes of their own
 */
record Plan(int runs, Duration warmUp, Duration measured, Sizes sizes, int pool, boolean forks) {

    /**
     * How large the ledgers are.
     *
     * @param keys how many accounts the rows named {@code 10k} have
     * @param memoryKeys how many accounts the rows named {@code 100k} have
     * @param accounts how many accounts the larger ledger of the scale group has
     * @param journalRows how many journal rows the longest ledger of the scale group has
     * @param growthPairs after how many pairs the growth of the tables is measured
     */
    record Sizes(int keys, int memoryKeys, int accounts, int journalRows, int growthPairs) {

        Sizes withMemoryKeys(int value) {
            return new Sizes(keys, value, accounts, journalRows, growthPairs);
        }
    }

    /** What is measured unless the arguments say otherwise. */
    static final Plan FULL = new Plan(
            3,
            Duration.ofSeconds(2),
            Duration.ofSeconds(3),
            new Sizes(10_000, 100_000, 1_000_000, 10_000_000, 100_000),
            32,
            true);

    Plan withRuns(int value) {
        return new Plan(value, warmUp, measured, sizes, pool, forks);
    }

    Plan withSeconds(int value) {
        return withTimes(warmUp, Duration.ofSeconds(value));
    }

    Plan withTimes(Duration toWarmUp, Duration toMeasure) {
        return new Plan(runs, toWarmUp, toMeasure, sizes, pool, forks);
    }

    Plan withMemoryKeys(int value) {
        return new Plan(runs, warmUp, measured, sizes.withMemoryKeys(value), pool, forks);
    }
}
