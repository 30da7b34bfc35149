package org.quotaledger.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Pairs in memory beside those of Bucket4j's local buckets. Each is measured in a fresh process, so that what one leaves
 * in the heap and teaches the compiler does not meet the next.
 */
final class MemoryGroup implements Group {

    static final String HEAP = "-Xmx6g";

    @Override
    public boolean inThisProcess() {
        return false;
    }

    @Override
    public List<Row> rows() {
        return List.of(
                perSecond("memory-pair-hot-1", 1, MemorySubject.PAIR_HOT),
                perSecond("memory-pair-hot-2", 2, MemorySubject.PAIR_HOT),
                perSecond("memory-bucket4j-pair-hot-1", 1, MemorySubject.BUCKET_HOT),
                perSecond("memory-bucket4j-pair-hot-2", 2, MemorySubject.BUCKET_HOT),
                perSecond("memory-pair-100k-1", 1, MemorySubject.PAIR_100K),
                perSecond("memory-bucket4j-pair-100k-1", 1, MemorySubject.BUCKET_100K),
                perSecond("memory-pair-100k-2", 2, MemorySubject.PAIR_100K),
                perSecond("memory-bucket4j-pair-100k-2", 2, MemorySubject.BUCKET_100K),
                perSecond("memory-refused-2", 2, MemorySubject.REFUSED),
                bytes("memory-idle-account-bytes", MemorySubject.IDLE_BYTES),
                bytes("memory-used-account-bytes", MemorySubject.USED_BYTES));
    }

    private static Row perSecond(String name, int threads, MemorySubject subject) {
        return Row.perSecond(name, threads, plan -> measure(subject, threads, plan));
    }

    private static Row bytes(String name, MemorySubject subject) {
        return new Row(name, "bytes", 1, plan -> measure(subject, 1, plan));
    }

    private static Sample measure(MemorySubject subject, int threads, Plan plan) throws Exception {
        return plan.forks() ? measureInFork(subject, threads, plan) : subject.measure(threads, plan);
    }

    private static Sample measureInFork(MemorySubject subject, int threads, Plan plan)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                HEAP,
                "-cp",
                System.getProperty("java.class.path"),
                MemoryFork.class.getName()));
        command.addAll(MemoryFork.arguments(subject, threads, plan));
        Process fork = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            String told = new String(fork.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (fork.waitFor() != 0) {
                throw new IllegalStateException("measuring " + subject + " ended with " + fork.exitValue());
            }
            return MemoryFork.told(told);
        } finally {
            fork.destroyForcibly();
        }
    }

    @Override
    public List<String> facts() {
        return List.of("in memory: a process for each row and run, " + HEAP);
    }

    /** Each measurement has verified itself. */
    @Override
    public void verify() {}

    @Override
    public void close() {}
}
