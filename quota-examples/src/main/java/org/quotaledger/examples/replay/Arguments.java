package org.quotaledger.examples.replay;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.quotaledger.window.QuotaWindow;

/**
 * The arguments of a replay.
 *
 * @param files the files that it reads
 * @param load how the requests are sent
 * @param store {@value #MEMORY}, or a JDBC URL
 * @param run the name that accounts, policy and request ids start with
 * @param output the report
 */
record Arguments(Files files, Load load, String store, String run, Output output) {

    /**
     * The files that a replay reads.
     *
     * @param trace the file of requests
     * @param maxRows at most so many rows of it
     * @param skipBad whether rows that cannot be read are skipped
     * @param prices the price file
     * @param model the model that answers, or {@code null} for one of the price file
     * @param policy the policy file, or {@code null} for the built-in policy
     */
    record Files(
            Path trace,
            long maxRows,
            boolean skipBad,
            Path prices,
            @Nullable String model,
            @Nullable Path policy) {}

    /**
     * How the requests are sent.
     *
     * @param keys how many keys they are dealt to
     * @param threads how many nodes replay them
     * @param maxOutputTokens the most tokens that each request says it generates
     * @param serviceTime how long answers take
     */
    record Load(int keys, int threads, long maxOutputTokens, ServiceTime serviceTime) {}

    /**
     * The report of a replay.
     *
     * @param window the window whose spans the table shows
     * @param json where to write the table as data, or {@code null}
     * @param quiet whether to be silent about the progress
     */
    record Output(QuotaWindow window, @Nullable Path json, boolean quiet) {}

    static final String MEMORY = "memory";

    private static final Set<String> FLAGS = Set.of("--skip-bad", "--quiet");

    private static final Set<String> OPTIONS = Set.of(
            "--prices",
            "--model",
            "--policy",
            "--keys",
            "--threads",
            "--store",
            "--run",
            "--window",
            "--max-output",
            "--first-token",
            "--per-token",
            "--limit",
            "--json");

    private static final Pattern RUN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,79}");

    private static final Duration LONGEST_SERVICE = Duration.ofHours(1);

    /** @throws Misuse if they make no sense; the message names the argument, its value and what is allowed */
    static Arguments parse(List<String> words) {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            String name = word.startsWith("--") ? word : "TRACE";
            String value = word;
            if (OPTIONS.contains(name)) {
                if (++i == words.size()) {
                    throw new Misuse(name + " has no value");
                }
                value = words.get(i);
            } else if (word.startsWith("--") && !FLAGS.contains(name)) {
                throw new Misuse("unknown option " + word);
            }
            if (given.put(name, value) != null) {
                throw new Misuse(name + " is given twice");
            }
        }
        return of(given);
    }

    private static Arguments of(Map<String, String> given) {
        Files files = new Files(
                path("TRACE", required(given, "TRACE")),
                number(given, "--limit", Long.MAX_VALUE, 1, Long.MAX_VALUE),
                given.containsKey("--skip-bad"),
                path("--prices", required(given, "--prices")),
                given.get("--model"),
                optionalPath(given, "--policy"));
        ServiceTime serviceTime = new ServiceTime(
                duration(given, "--first-token", Duration.ofMillis(300)),
                duration(given, "--per-token", Duration.ofMillis(20)));
        Load load = new Load(
                (int) number(given, "--keys", 4, 1, 10_000),
                (int) number(given, "--threads", 1, 1, 64),
                number(given, "--max-output", 1_000, 0, TraceRow.MAX_TOKENS),
                serviceTime);
        Output output = new Output(
                window(given.getOrDefault("--window", "hourly UTC")),
                optionalPath(given, "--json"),
                given.containsKey("--quiet"));
        return new Arguments(
                files,
                load,
                store(given.getOrDefault("--store", MEMORY)),
                run(given.getOrDefault("--run", "replay")),
                output);
    }

    private static String required(Map<String, String> given, String name) {
        String value = given.get(name);
        if (value == null) {
            throw new Misuse(name + " is missing");
        }
        return value;
    }

    private static @Nullable Path optionalPath(Map<String, String> given, String name) {
        String value = given.get(name);
        return value == null ? null : path(name, value);
    }

    private static Path path(String name, String value) {
        return read(name, value, "a file", Path::of);
    }

    private static long number(Map<String, String> given, String name, long otherwise, long least, long most) {
        String value = given.get(name);
        if (value == null) {
            return otherwise;
        }
        String allowed = "a whole number, " + least + " to " + most;
        long number = read(name, value, allowed, Long::parseLong);
        if (number < least || number > most) {
            throw new Misuse(name + " is " + value + ": expected " + allowed);
        }
        return number;
    }

    private static Duration duration(Map<String, String> given, String name, Duration otherwise) {
        String value = given.get(name);
        if (value == null) {
            return otherwise;
        }
        String allowed = "a duration such as PT0.02S, 0 to " + LONGEST_SERVICE;
        Duration duration = read(name, value, allowed, Duration::parse);
        if (duration.isNegative() || duration.compareTo(LONGEST_SERVICE) > 0) {
            throw new Misuse(name + " is " + value + ": expected " + allowed);
        }
        return duration;
    }

    private static QuotaWindow window(String value) {
        QuotaWindow window = read("--window", value, "a window", QuotaWindow::parse);
        if (window.opensWithUse()) {
            throw new Misuse("--window is " + value + ": expected a window whose spans do not depend on use");
        }
        return window;
    }

    private static String store(String value) {
        if (!value.equals(MEMORY) && !value.startsWith("jdbc:")) {
            throw new Misuse("--store is " + value + ": expected " + MEMORY + " or a JDBC URL");
        }
        return value;
    }

    private static String run(String value) {
        if (!RUN.matcher(value).matches()) {
            throw new Misuse("--run is " + value
                    + ": expected 1 to 80 letters, digits, _ - or . starting with a letter or digit");
        }
        return value;
    }

    private static <T> T read(String name, String value, String allowed, Function<String, T> reader) {
        try {
            return reader.apply(value);
        } catch (IllegalArgumentException | DateTimeException why) {
            throw new Misuse(name + " is " + value + ": expected " + allowed + " (" + why.getMessage() + ")");
        }
    }
}
