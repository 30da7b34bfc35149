package org.quotaledger.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/** A node that is ready: it begins to measure, beside others, when it gets the start. */
interface RunningNode extends AutoCloseable {

    void giveTheStart() throws IOException;

    Node.Work await() throws Exception;

    @Override
    void close();

    /** Starts a node in a process of its own, or in this one, and waits until it is ready. */
    static RunningNode start(Node.Share share, Plan plan) throws IOException, InterruptedException {
        return plan.forks() ? Forked.start(share, plan) : new Local(Node.open(share), plan);
    }

    /** A node in a process of its own. */
    record Forked(Process process, BufferedReader out) implements RunningNode {

        private static Forked start(Node.Share share, Plan plan) throws IOException {
            List<String> command = new ArrayList<>(List.of(
                    ProcessHandle.current().info().command().orElse("java"),
                    "-Xmx512m",
                    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                    "-cp",
                    System.getProperty("java.class.path"),
                    NodeFork.class.getName()));
            command.addAll(NodeFork.arguments(share, plan));
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            Forked node = new Forked(process, process.inputReader(StandardCharsets.UTF_8));
            String line = node.out.readLine();
            if (!NodeFork.READY.equals(line)) {
                node.close();
                throw new IllegalStateException("a node did not become ready, it printed " + line);
            }
            return node;
        }

        @Override
        public void giveTheStart() throws IOException {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
        }

        @Override
        public Node.Work await() throws IOException {
            String line = out.readLine();
            if (line == null) {
                throw new IllegalStateException("a node ended without its work");
            }
            return Node.Work.parse(line);
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    /** A node in this process, for a brief plan. */
    final class Local implements RunningNode {

        private final Node node;
        private final FutureTask<Node.Work> work;

        private Local(Node node, Plan plan) {
            this.node = node;
            Callable<Node.Work> measuring = () -> node.measure(plan);
            work = new FutureTask<>(measuring);
        }

        @Override
        public void giveTheStart() {
            new Thread(work, "node").start();
        }

        @Override
        public Node.Work await() throws Exception {
            return work.get();
        }

        @Override
        public void close() {
            node.close();
        }
    }
}
