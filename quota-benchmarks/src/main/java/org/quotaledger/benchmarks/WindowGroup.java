package org.quotaledger.benchmarks;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.regex.Pattern;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Looking up the span of an instant, measured by JMH because it takes nanoseconds. */
final class WindowGroup implements Group {

    @Override
    public boolean inThisProcess() {
        return false;
    }

    @Override
    public List<Row> rows() {
        return List.of(
                row("window-calendar", "windowCalendar"),
                row("window-elapsed", "windowElapsed"),
                row("window-cached", "windowCached"));
    }

    private static Row row(String name, String method) {
        return new Row(name, "ns", 1, plan -> measure(method, plan));
    }

    private static Sample measure(String method, Plan plan) throws RunnerException {
        OptionsBuilder options = new OptionsBuilder();
        options.include("^" + Pattern.quote(WindowBenchmark.class.getName() + "." + method) + "$")
                .threads(1)
                .forks(plan.forks() ? 1 : 0)
                .warmupIterations(2)
                .warmupTime(TimeValue.milliseconds(plan.warmUp().toMillis() / 2))
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(plan.measured().toMillis()))
                .verbosity(VerboseMode.SILENT);
        return Sample.of(BigDecimal.valueOf(new Runner(options.build())
                        .runSingle()
                        .getPrimaryResult()
                        .getScore())
                .setScale(1, RoundingMode.HALF_UP));
    }

    /** A lookup changes nothing. */
    @Override
    public void verify() {}

    @Override
    public void close() {}
}
