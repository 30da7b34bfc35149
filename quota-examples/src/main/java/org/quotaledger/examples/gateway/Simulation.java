package org.quotaledger.examples.gateway;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * How the simulated upstream is to answer one request: what its header {@value #HEADER} says, such as
 * {@code tokens=50, pause=100}. Immutable.
 */
final class Simulation {

    static final String HEADER = "X-Simulate";

    /** The directives, for people. */
    static final String HELP = """
              tokens=N     answers with N tokens (default 60), never with more than the request allows
              cached=N     says that N tokens of the prompt were read from a cache
              delay=MS     waits before it answers
              pause=MS     waits before every event of a stream (default 10)
              fail=STATUS  answers with this status and an error
              cut=N        breaks off after N events of a stream, or amid the body of an answer
              no-usage     reports no usage
            """;

    private static final int TOKENS = 60;
    private static final int PAUSE = 10;
    private static final int MOST = 1_000_000;
    private static final Set<String> NAMES = Set.of("tokens", "cached", "delay", "pause", "fail", "cut", "no-usage");

    private final Map<String, Integer> values;

    private Simulation(Map<String, Integer> values) {
        this.values = values;
    }

    /** @throws GatewayError if the text has anything else than directives */
    static Simulation of(String text) {
        Map<String, Integer> values = new HashMap<>();
        for (String directive : text.split(",", -1)) {
            String[] parts = directive.strip().split("=", 2);
            if (parts[0].isEmpty()) {
                continue;
            }
            if (!NAMES.contains(parts[0])) {
                throw GatewayError.invalid(HEADER + " has the unknown directive " + parts[0] + ".");
            }
            values.put(parts[0], parts.length == 1 ? 0 : number(parts[0], parts[1]));
        }
        return new Simulation(Map.copyOf(values));
    }

    private static int number(String name, String text) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 0 && number <= MOST) {
                return number;
            }
        } catch (NumberFormatException noNumber) {
            // Said below.
        }
        throw GatewayError.invalid(HEADER + " has " + name + "=" + text + ": expected 0 to " + MOST + ".");
    }

    int tokens() {
        return values.getOrDefault("tokens", TOKENS);
    }

    int cachedTokens() {
        return values.getOrDefault("cached", 0);
    }

    int delayMillis() {
        return values.getOrDefault("delay", 0);
    }

    int pauseMillis() {
        return values.getOrDefault("pause", PAUSE);
    }

    /** Returns the status to fail with, or 0. */
    int failStatus() {
        return values.getOrDefault("fail", 0);
    }

    /** Returns after how many events to break off, or {@link Integer#MAX_VALUE}. */
    int cutAfter() {
        return values.getOrDefault("cut", Integer.MAX_VALUE);
    }

    boolean reportsUsage() {
        return !values.containsKey("no-usage");
    }
}
