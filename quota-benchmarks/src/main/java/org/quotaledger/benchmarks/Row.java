package org.quotaledger.benchmarks;

/**
 * A line of the table.
 *
 * @param threads how many threads ask at once, or how many pairs are in flight where no thread waits
 */
record Row(String name, String unit, int threads, Measurement measurement) {

    static final String PER_SECOND = "ops/s";

    /** Measures a row once. */
    @FunctionalInterface
    interface Measurement {
        Sample measure(Plan plan) throws Exception;
    }

    static Row perSecond(String name, int threads, Measurement measurement) {
        return new Row(name, PER_SECOND, threads, measurement);
    }
}
