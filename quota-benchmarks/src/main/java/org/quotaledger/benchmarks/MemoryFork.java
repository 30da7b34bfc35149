package org.quotaledger.benchmarks;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The process in which something in memory is measured once. */
final class MemoryFork {

    private MemoryFork() {}

    static List<String> arguments(MemorySubject subject, int threads, Plan plan) {
        return List.of(
                subject.name(),
                String.valueOf(threads),
                String.valueOf(plan.sizes().memoryKeys()),
                String.valueOf(plan.warmUp()),
                String.valueOf(plan.measured()));
    }

    public static void main(String[] args) throws Exception {
        Plan plan = Plan.FULL
                .withMemoryKeys(Integer.parseInt(args[2]))
                .withTimes(Duration.parse(args[3]), Duration.parse(args[4]));
        Sample sample = MemorySubject.valueOf(args[0]).measure(Integer.parseInt(args[1]), plan);
        System.out.println(sample.value() + " " + sample.p50() + " " + sample.p99());
    }

    /** Reads what the process has written. */
    static Sample told(String line) {
        String[] words = line.strip().split(" ", -1);
        return new Sample(new BigDecimal(words[0]), number(words[1]), number(words[2]));
    }

    private static @Nullable BigDecimal number(String text) {
        return text.equals("null") ? null : new BigDecimal(text);
    }
}
