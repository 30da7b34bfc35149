package org.quotaledger.benchmarks;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What one measurement, or the median of several, found.
 *
 * @param value in the unit of the row
 * @param p50 the median latency in microseconds, {@code null} where latencies are not measured
 * @param p99 the latency in microseconds that one in a hundred passes, {@code null} where latencies are not measured
 */
record Sample(
        BigDecimal value,
        @Nullable BigDecimal p50,
        @Nullable BigDecimal p99) {

    static Sample of(BigDecimal value) {
        return new Sample(value, null, null);
    }

    /**
     * Returns so many operations in so long.
     *
     * @param nanos latencies of all operations, or of some of them
     */
    static Sample perSecond(long operations, Duration taken, Histogram nanos) {
        BigDecimal perSecond = BigDecimal.valueOf(operations)
                .multiply(BigDecimal.valueOf(1_000_000_000))
                .divide(BigDecimal.valueOf(taken.toNanos()), MathContext.DECIMAL64);
        return new Sample(rounded(perSecond), percentile(nanos, 50), percentile(nanos, 99));
    }

    private static @Nullable BigDecimal percentile(Histogram nanos, int percent) {
        return nanos.getTotalCount() == 0 ? null : rounded(BigDecimal.valueOf(nanos.getValueAtPercentile(percent), 3));
    }

    private static BigDecimal rounded(BigDecimal value) {
        return value.setScale(1, RoundingMode.HALF_UP);
    }

    /** Returns the medians; the runs are an odd number, or the lower of the two in the middle counts. */
    static Sample median(List<Sample> runs) {
        BigDecimal value = Objects.requireNonNull(median(runs, Sample::value), "no runs");
        return new Sample(value, median(runs, Sample::p50), median(runs, Sample::p99));
    }

    private static @Nullable BigDecimal median(List<Sample> runs, Function<Sample, @Nullable BigDecimal> field) {
        List<BigDecimal> sorted = new ArrayList<>();
        for (Sample run : runs) {
            BigDecimal value = field.apply(run);
            if (value != null) {
                sorted.add(value);
            }
        }
        sorted.sort(BigDecimal::compareTo);
        return sorted.isEmpty() ? null : sorted.get((sorted.size() - 1) / 2);
    }
}
