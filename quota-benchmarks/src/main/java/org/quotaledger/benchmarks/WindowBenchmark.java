package org.quotaledger.benchmarks;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.quotaledger.window.QuotaWindow;
import org.quotaledger.window.WindowSpan;

/** How long it takes to find the span of an instant. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class WindowBenchmark {

    private final QuotaWindow daily = QuotaWindow.daily(ZoneId.of("America/New_York"));
    private final QuotaWindow elapsed = QuotaWindow.custom(Duration.ofHours(5), Instant.EPOCH);
    private final Instant[] instants = new Instant[1024];
    private final WindowSpan current = daily.spanAt(Instant.parse("2026-03-08T12:00:00Z"));
    private final Instant withinCurrent = Instant.parse("2026-03-08T18:30:00Z");
    private int next;

    /** Fills the instants: a year of them, so that both sides of offset changes are met. */
    public WindowBenchmark() {
        Instant at = Instant.parse("2026-01-01T00:00:00Z");
        for (int i = 0; i < instants.length; i++) {
            instants[i] = at;
            at = at.plus(Duration.ofMinutes(509));
        }
    }

    private Instant instant() {
        next = (next + 1) & (instants.length - 1);
        return instants[next];
    }

    /** A local day in a zone whose offset changes. */
    @Benchmark
    public WindowSpan windowCalendar() {
        return daily.spanAt(instant());
    }

    /** A span of elapsed time from an anchor. */
    @Benchmark
    public WindowSpan windowElapsed() {
        return elapsed.spanAt(instant());
    }

    /** The span found last still contains the instant. */
    @Benchmark
    public WindowSpan windowCached() {
        return daily.spanAt(withinCurrent, current);
    }
}
