package org.quotaledger.examples;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.quotaledger.window.QuotaWindow;

/** What stands on the command line; every question it is asked answers or says what is wrong with it. */
record WindowArguments(List<String> words, Map<String, String> options) {

    private static final int MOST_SPANS = 10_000;

    static WindowArguments parse(String[] args) {
        List<String> words = new ArrayList<>();
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < args.length; i++) {
            String arg = args[i];
            switch (arg) {
                case "--help", "-h" -> options.put("--help", "");
                case "--at", "--count", "--zone", "--check" -> {
                    if (i + 1 == args.length) {
                        throw new Misuse(arg + " has no value");
                    }
                    i++;
                    if (options.put(arg, args[i]) != null) {
                        throw new Misuse(arg + " is given twice");
                    }
                }
                default -> {
                    // A word of a window can be an offset such as -05:00.
                    if (arg.startsWith("-") && !arg.matches("-[0-9].*")) {
                        throw new Misuse("unknown option " + arg);
                    }
                    words.add(arg);
                }
            }
        }
        return new WindowArguments(words, options);
    }

    boolean has(String option) {
        return options.containsKey(option);
    }

    private String option(String name, String unlessGiven) {
        return options.getOrDefault(name, unlessGiven);
    }

    QuotaWindow window() {
        if (words.isEmpty()) {
            throw new Misuse("no window is given");
        }
        try {
            // Words that the shell has taken apart are put together again.
            return QuotaWindow.parse(String.join(" ", words));
        } catch (IllegalArgumentException malformed) {
            throw new Misuse(malformed.getMessage());
        }
    }

    Instant at(Clock clock) {
        String at = option("--at", "");
        try {
            return has("--at") ? OffsetDateTime.parse(at).toInstant() : clock.instant();
        } catch (DateTimeException malformed) {
            throw new Misuse("--at is \"" + at + "\": expected an instant such as 2026-03-29T00:00:00Z");
        }
    }

    int count() {
        String count = option("--count", "5");
        if (count.matches("[0-9]{1,5}")) {
            int spans = Integer.parseInt(count);
            if (spans >= 1 && spans <= MOST_SPANS) {
                return spans;
            }
        }
        throw new Misuse("--count is \"" + count + "\": expected 1 to " + MOST_SPANS);
    }

    ZoneId zone() {
        String zone = option("--zone", "UTC");
        try {
            return ZoneId.of(zone);
        } catch (DateTimeException unknown) {
            throw new Misuse("--zone is \"" + zone + "\": expected a zone such as Europe/Berlin or +02:00");
        }
    }

    Path checkedFile() {
        if (!words.isEmpty() || options.size() > 1) {
            throw new Misuse("--check goes with no window and no other option");
        }
        String file = option("--check", "");
        try {
            return Path.of(file);
        } catch (InvalidPathException malformed) {
            throw new Misuse("--check is \"" + file + "\": expected a file");
        }
    }
}
