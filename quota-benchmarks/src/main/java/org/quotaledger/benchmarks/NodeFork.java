package org.quotaledger.benchmarks;

import java.time.Duration;
import java.util.List;

/** The process of a node: says when it is ready, waits for a line, measures once and prints its work. */
final class NodeFork {

    static final String READY = "ready";

    private NodeFork() {}

    static List<String> arguments(Node.Share share, Plan plan) {
        return List.of(
                share.url(),
                share.prefix(),
                String.valueOf(share.keys()),
                String.valueOf(share.withParent()),
                String.valueOf(share.callers()),
                String.valueOf(plan.warmUp()),
                String.valueOf(plan.measured()));
    }

    public static void main(String[] args) throws Exception {
        Node.Share share = new Node.Share(
                args[0], args[1], Integer.parseInt(args[2]), Boolean.parseBoolean(args[3]), Integer.parseInt(args[4]));
        Plan plan = Plan.FULL.withTimes(Duration.parse(args[5]), Duration.parse(args[6]));
        try (Node node = Node.open(share)) {
            System.out.println(READY);
            if (System.in.read() >= 0) {
                System.out.println(node.measure(plan).line());
            }
        }
    }
}
