package org.quotaledger.examples.gateway;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * Starts the gateway, and runs it until the process is told to stop. {@code --help} prints what can be set.
 *
 * <p>It prints {@code listening on http://localhost:PORT} and {@code demo key: KEY} when it is ready. SIGTERM ends it
 * cleanly.
 */
public final class Gateway {

    static final int OK = 0;
    static final int FAILED = 1;
    static final int MISUSED = 2;

    private Gateway() {}

    /** Runs; ends the JVM with 1 if it cannot start, with 2 if it was not asked rightly. */
    public static void main(String[] args) throws InterruptedException {
        // Before any class of the server: its logging follows everybody else's.
        System.setProperty("org.jboss.logging.provider", "slf4j");
        int status = run(List.of(args), System.getenv(), System.out, System.err);
        if (status != OK || List.of(args).contains("--help")) {
            System.exit(status);
        }
        // The shutdown hook does the rest.
        new CountDownLatch(1).await();
    }

    /** Starts it, or prints the help, and returns the exit status. */
    static int run(List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
        if (arguments.contains("--help")) {
            out.print(help());
            return OK;
        }
        GatewaySettings settings;
        try {
            settings = GatewaySettings.of(arguments, environment);
        } catch (IllegalArgumentException misuse) {
            err.println(misuse.getMessage());
            return MISUSED;
        }
        try {
            GatewayServer server = GatewayServer.start(settings);
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "shutdown"));
            out.println("listening on http://localhost:" + server.port());
            out.println("demo key: " + server.keys().demo());
            out.println("admin key: " + server.keys().admin());
            out.flush();
            return OK;
        } catch (StartException failed) {
            err.println(failed.getMessage());
            return FAILED;
        }
    }

    static String help() {
        StringBuilder help = new StringBuilder("""
                An OpenAI-compatible gateway that charges every request to the account of its key.

                  POST /v1/chat/completions, /v1/embeddings   charged; streams too
                  GET  /v1/models                             not charged
                  GET  /healthz                               whether it and its database work
                  GET  /admin/accounts                        with the admin key: all accounts
                  GET  /admin/accounts/ID/usage               what is used and held of every limit
                  PUT  /admin/accounts/ID/limits/LIMIT        {"amount":"0.20"}

                Set by environment variable or by flag:

                """);
        for (Setting setting : Setting.values()) {
            String fallback = setting.fallback().isEmpty() ? "" : " (default " + setting.fallback() + ")";
            help.append("  ")
                    .append(setting)
                    .append(", ")
                    .append(setting.flag())
                    .append(" VALUE\n");
            help.append("      ").append(setting.meaning()).append(fallback).append('\n');
        }
        help.append("\nThe simulated upstream does what the request's header " + Simulation.HEADER
                + " says, such as \"tokens=50, pause=100\":\n\n");
        return help.append(Simulation.HELP.indent(0)).toString();
    }
}
