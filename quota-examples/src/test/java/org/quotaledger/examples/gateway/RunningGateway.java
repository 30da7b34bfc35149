package org.quotaledger.examples.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.quotaledger.QuotaLedger;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.JournalRow;
import org.quotaledger.accounting.LimitStatus;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.policy.QuotaPolicy;
import org.quotaledger.spi.JournalQuery;
import org.quotaledger.window.QuotaWindow;

/** A gateway in this process on a free port, and a client of it. */
final class RunningGateway implements AutoCloseable {

    static final AccountId DEMO = DemoAccounts.DEMO;

    /** How a stream is simulated that ends only if it is broken off; it would cost 0.90006. */
    static final String LONG = "tokens=9000, pause=50";

    /** Longer than any wait of a test takes on the busiest machine. */
    static final Duration PATIENCE = Duration.ofMinutes(10);

    private final HttpClient http = HttpClient.newHttpClient();
    private final GatewayServer server;

    private RunningGateway(GatewayServer server) {
        this.server = server;
    }

    /** Starts one on a database in memory. */
    static RunningGateway start(String... flags) {
        try {
            Path keys = Files.createTempDirectory("gateway").resolve("demo.keys");
            keys.getParent().toFile().deleteOnExit();
            keys.toFile().deleteOnExit();
            List<String> all = new ArrayList<>(
                    List.of("--quota-db", "jdbc:h2:mem:" + UUID.randomUUID(), "--key-file", keys.toString()));
            all.addAll(List.of(flags));
            return startAsSaid(all.toArray(new String[0]));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Starts one on the database and with the key file that the flags say. */
    static RunningGateway startAsSaid(String... flags) {
        List<String> all = new ArrayList<>(List.of("--port", "0"));
        all.addAll(List.of(flags));
        try {
            RunningGateway gateway = new RunningGateway(GatewayServer.start(GatewaySettings.of(all, Map.of())));
            gateway.endNoWindowSoon();
            return gateway;
        } catch (StartException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Moves the ends of the demo's windows half a length away, so that none comes between two lines of a test. */
    private void endNoWindowSoon() {
        LocalDateTime then = LocalDateTime.now(ZoneOffset.UTC).plusHours(12);
        QuotaWindow day = QuotaWindow.daily(ZoneOffset.UTC, then.toLocalTime().truncatedTo(ChronoUnit.MINUTES));
        QuotaWindow month =
                QuotaWindow.monthly(ZoneOffset.UTC, then.plusDays(14).getDayOfMonth());
        Map<QuotaWindow, QuotaWindow> moved =
                Map.of(QuotaWindow.daily(ZoneOffset.UTC), day, QuotaWindow.monthly(ZoneOffset.UTC), month);
        for (String policy : List.of("demo", "demo-team")) {
            List<QuotaLimit> limits =
                    ledger().admin().policy(policy).orElseThrow().policy().limits();
            if (limits.stream().anyMatch(limit -> moved.containsKey(limit.window()))) {
                List<QuotaLimit> changed =
                        limits.stream().map(limit -> moved(limit, moved)).toList();
                ledger().admin().changePolicy(policy, before -> new QuotaPolicy(policy, changed));
            }
        }
    }

    private static QuotaLimit moved(QuotaLimit limit, Map<QuotaWindow, QuotaWindow> moved) {
        return QuotaLimit.builder(limit.name(), limit.amount(), moved.getOrDefault(limit.window(), limit.window()))
                .onExhaustion(limit.onExhaustion())
                .build();
    }

    /** Waits until the condition holds. */
    static void until(Callable<Boolean> condition) {
        Awaitility.await().atMost(PATIENCE).until(condition);
    }

    QuotaLedger ledger() {
        return server.ledger();
    }

    String demoKey() {
        return server.keys().demo();
    }

    String adminKey() {
        return server.keys().admin();
    }

    int port() {
        return server.port();
    }

    /** Returns a request with the demo key. */
    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port() + path))
                .header("Authorization", "Bearer " + demoKey());
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        return send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Sends a request whose answer may still be coming when this returns. */
    <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body) {
        try {
            return http.send(request.build(), body);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    HttpResponse<String> post(String path, String body, String... headers) {
        HttpRequest.Builder request = request(path).POST(HttpRequest.BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        return send(request);
    }

    /** Asks for a chat completion that costs 6 tokens of prompt and so many of output. */
    HttpResponse<String> chat(String model, int tokens, String... headers) {
        return post(Endpoint.CHAT_COMPLETIONS.path(), chatBody(model, tokens, ""), headers);
    }

    /** @param more further members, each with a comma before it */
    static String chatBody(String model, int tokens, String more) {
        return "{\"model\":\"" + model + "\",\"max_tokens\":" + tokens
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"hi there\"}]" + more + "}";
    }

    /** Returns the body of a stream that takes minutes, given that it is simulated with {@link #LONG}. */
    String longStream() {
        dailyLimit("1");
        return chatBody("demo-small", 9_000, ",\"stream\":true");
    }

    /** Sets the demo account's daily limit. */
    void dailyLimit(String usd) {
        ledger().admin().changePolicy("demo", policy -> {
            QuotaLimit daily = policy.limit("daily").orElseThrow();
            return new QuotaPolicy("demo", List.of(daily.withAmount(Amount.of(usd, Meter.USD))));
        });
    }

    LimitStatus daily() {
        return ledger().usage(DEMO).stream()
                .filter(status -> status.limit().name().equals("daily"))
                .findFirst()
                .orElseThrow();
    }

    String used() {
        return daily().used().toPlainString();
    }

    String held() {
        return daily().held().toPlainString();
    }

    List<JournalRow> journal() {
        List<JournalRow> rows = new ArrayList<>();
        ledger().admin().journal(JournalQuery.of(DEMO), rows::add);
        return rows;
    }

    @Override
    public void close() {
        server.close();
    }
}
