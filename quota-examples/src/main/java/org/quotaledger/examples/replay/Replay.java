package org.quotaledger.examples.replay;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.quotaledger.jdbc.SchemaMismatchException;
import org.quotaledger.json.JsonFormatException;
import org.quotaledger.json.LiteLlmPrices;
import org.quotaledger.json.PolicyJson;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.pricing.PriceBook;
import org.quotaledger.spi.QuotaStoreException;

/** Replays a file of real requests through a ledger, and shows what it would have admitted, refused and charged. */
public final class Replay {

    static final int OK = 0;
    static final int FAILED = 1;
    static final int MISUSED = 2;

    private static final int MOST_MESSAGES = 20;

    private static final String HELP = """
            Replays a file of requests through a ledger, at the instants of the requests.

              TRACE --prices FILE [--model NAME] [--keys N] [--policy FILE]
                    [--store STORE] [--run NAME] [--threads N]
                    [--max-output N] [--first-token DURATION] [--per-token DURATION]
                    [--limit N] [--skip-bad] [--window WINDOW] [--json FILE] [--quiet]
              --help

              TRACE            a CSV file with the columns TIMESTAMP,ContextTokens,GeneratedTokens; times are UTC
              --prices FILE    prices of models, in LiteLLM's format
              --model NAME     the model that answers all requests (default: gpt-4o, or if the file has no price
                               of it, the first by name that has one)
              --keys N         how many keys the requests are dealt to, in turn (default: 4)
              --policy FILE    the limits of each key, as JSON (default: a built-in policy)
              --store STORE    memory (default), or the JDBC URL of an H2 or PostgreSQL database
              --run NAME       what the names of accounts, policy and requests start with (default: replay);
                               a database takes each name once
              --threads N      how many nodes share the work, each with its own keys, connections and clock
                               (default: 1); the result is the same
              --max-output N   what each request says that it generates at most (default: 1000): its estimate
              --first-token DURATION, --per-token DURATION
                               how long a model takes to answer (default: PT0.3S and PT0.02S)
              --limit N        replays only the first N rows
              --skip-bad       counts rows that cannot be read, instead of ending with 2
              --window WINDOW  the spans that the table is divided in (default: hourly UTC)
              --json FILE      writes the table as data, too
              --quiet          says nothing of the progress

            Exits with 0; with 1 if the audit finds a difference, the store fails, or a sum is more than a ledger
            can count; with 2 if it was not asked rightly, or a file cannot be read.
            """;

    private Replay() {}

    /** Runs and ends the JVM with the exit status. */
    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }

    /** Runs and returns the exit status. */
    static int run(String[] args, PrintStream out, PrintStream err) {
        try {
            List<String> words = List.of(args);
            if (words.contains("--help")) {
                out.print(HELP);
                return OK;
            }
            return replay(Arguments.parse(words), out, err);
        } catch (Misuse misuse) {
            err.println(misuse.getMessage());
            err.println("--help says what is allowed");
            return MISUSED;
        } catch (QuotaStoreException | SchemaMismatchException | ArithmeticException | IOException failure) {
            err.println("failed: " + failure.getMessage());
            return FAILED;
        } finally {
            out.flush();
            err.flush();
        }
    }

    private static int replay(Arguments arguments, PrintStream out, PrintStream err) throws IOException {
        requireFolder(arguments.output().json());
        Charges charges = charges(arguments);
        QuotaPolicy policy = policy(arguments);
        Trace trace = trace(arguments, err);
        Report report = new Replayer(arguments, charges, policy, err).replay(trace);
        ReportTable.print(report, out);
        if (arguments.output().json() != null) {
            ReportJson.write(report, arguments.output().json());
        }
        return report.verdict().agrees() ? OK : FAILED;
    }

    private static Trace trace(Arguments arguments, PrintStream err) {
        Path file = arguments.files().trace();
        Trace trace =
                readable("TRACE", file, () -> Trace.read(file, arguments.files().maxRows()));
        if (!arguments.output().quiet() || !arguments.files().skipBad()) {
            trace.unreadable().stream().limit(MOST_MESSAGES).forEach(err::println);
            if (trace.unreadable().size() > MOST_MESSAGES) {
                err.println("and " + (trace.unreadable().size() - MOST_MESSAGES) + " more");
            }
        }
        if (!trace.unreadable().isEmpty() && !arguments.files().skipBad()) {
            throw new Misuse(
                    trace.unreadable().size() + " rows of " + file + " cannot be read; --skip-bad replays the others");
        }
        if (trace.rows().isEmpty()) {
            throw new Misuse("TRACE: " + file + " has no requests");
        }
        return trace;
    }

    private static Charges charges(Arguments arguments) {
        Path file = arguments.files().prices();
        PriceBook prices = readable("--prices", file, () -> LiteLlmPrices.read(file));
        String model = arguments.files().model() == null
                ? Charges.modelOf(prices)
                : arguments.files().model();
        return new Charges(prices, model, arguments.load().maxOutputTokens());
    }

    private static QuotaPolicy policy(Arguments arguments) {
        Path file = arguments.files().policy();
        QuotaPolicy policy = file == null ? builtInPolicy() : readable("--policy", file, () -> PolicyJson.read(file));
        for (QuotaLimit limit : policy.limits()) {
            if (!Charges.METERS.contains(limit.meter())) {
                throw new Misuse("--policy: limit " + limit.name() + " counts " + limit.meter()
                        + ", which requests are not charged for: expected one of " + Charges.METERS);
            }
        }
        return policy;
    }

    private static QuotaPolicy builtInPolicy() {
        try (InputStream json =
                Objects.requireNonNull(Replay.class.getResourceAsStream("policy.json"), "policy.json")) {
            return PolicyJson.read(json);
        } catch (IOException why) {
            throw new UncheckedIOException(why);
        }
    }

    private static void requireFolder(@Nullable Path json) {
        Path folder = json == null ? null : json.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            throw new Misuse("--json is " + json + ": there is no folder " + folder);
        }
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    /** Reads a file that was named; that it cannot be read is the fault of whoever named it. */
    private static <T> T readable(String name, Path file, Reading<T> reading) {
        try {
            return reading.read();
        } catch (NoSuchFileException missing) {
            throw new Misuse(name + ": there is no file " + file);
        } catch (IOException | JsonFormatException why) {
            throw new Misuse(name + ": " + file + " cannot be read: " + why.getMessage());
        }
    }
}
