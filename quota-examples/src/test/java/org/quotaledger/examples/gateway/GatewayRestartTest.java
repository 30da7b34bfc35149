package org.quotaledger.examples.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;

/** What outlives a gateway, and how one ends. */
class GatewayRestartTest {

    private static final String ANSWER = "{\"usage\":{\"prompt_tokens\":6,\"completion_tokens\":10}}";

    @TempDir
    private Path folder;

    private RunningGateway start(String... more) {
        String[] flags = new String[more.length + 2];
        flags[0] = "--quota-db";
        flags[1] = "jdbc:h2:file:" + folder.resolve("ledger");
        System.arraycopy(more, 0, flags, 2, more.length);
        return RunningGateway.startAsSaid(flags);
    }

    @Test
    void givesTheSameAnswerAfterARestart() throws Exception {
        String key;
        String used;
        HttpResponse<String> before;
        try (RunningGateway gateway = start()) {
            key = gateway.demoKey();
            do {
                before = gateway.chat("demo-small", 100);
            } while (before.statusCode() == 200);
            used = gateway.used();
        }

        try (RunningGateway gateway = start()) {
            assertThat(gateway.demoKey()).isEqualTo(key);
            HttpResponse<String> after = gateway.chat("demo-small", 100);
            assertThat(after.statusCode()).isEqualTo(429);
            assertThat(after.body()).isEqualTo(before.body());
            assertThat(gateway.used()).isEqualTo(used);
            assertThat(gateway.ledger().admin().audit()).isEmpty();
        }
    }

    @Test
    void knowsARetryAfterARestartAndDoesNotServeItUnpaid() {
        try (RunningGateway gateway = start()) {
            assertThat(gateway.chat("demo-small", 100, "Idempotency-Key", "a").statusCode())
                    .isEqualTo(200);
        }

        try (RunningGateway gateway = start()) {
            assertThat(gateway.chat("demo-small", 100, "Idempotency-Key", "a").statusCode())
                    .isEqualTo(409);
            assertThat(gateway.chat("demo-small", 99, "Idempotency-Key", "a").statusCode())
                    .isEqualTo(422);
            assertThat(gateway.used()).isEqualTo("0.00606");
        }
    }

    @Test
    void keepsNoKeyInTheDatabase() throws Exception {
        String demo;
        String admin;
        try (RunningGateway gateway = start()) {
            demo = gateway.demoKey();
            admin = gateway.adminKey();
            gateway.chat("demo-small", 100);
        }

        String script;
        try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + folder.resolve("ledger"));
                Statement statement = connection.createStatement()) {
            Path file = folder.resolve("dump.sql");
            statement.execute("SCRIPT TO '" + file + "'");
            script = Files.readString(file);
        }
        assertThat(script).contains(Secrets.sha256(demo)).doesNotContain(demo, admin);
    }

    @Test
    void takesTheAdminKeyThatItIsGiven() {
        try (RunningGateway gateway = start("--admin-key", "of my own")) {
            assertThat(gateway.send(gateway.request("/admin/accounts").setHeader("Authorization", "Bearer of my own"))
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void letsARunningRequestEndBeforeItStops() throws Exception {
        try (ScriptedUpstream upstream =
                new ScriptedUpstream(200, Map.of("Content-Type", "application/json"), ANSWER)) {
            upstream.hold();
            RunningGateway gateway = start(
                    "--upstream-url",
                    upstream.url(),
                    "--shutdown-seconds",
                    Long.toString(RunningGateway.PATIENCE.toSeconds()));
            CompletableFuture<HttpResponse<String>> running =
                    CompletableFuture.supplyAsync(() -> gateway.chat("demo-small", 100));
            RunningGateway.until(() -> !gateway.held().equals("0"));

            Thread closing = new Thread(gateway::close);
            closing.start();
            RunningGateway.until(() -> gateway.send(gateway.request("/healthz")).statusCode() == 503);
            upstream.letGo();

            assertThat(running.join().statusCode()).isEqualTo(200);
            closing.join();
        }
        try (RunningGateway again = start()) {
            assertThat(again.used()).isEqualTo("0.00106");
            assertThat(again.held()).isEqualTo("0");
        }
    }

    @Test
    void breaksOffAStreamThatDoesNotEndInTimeAndChargesWhatWasDelivered() throws Exception {
        RunningGateway gateway = start("--shutdown-seconds", "0");
        HttpResponse<InputStream> stream = gateway.send(
                gateway.request(Endpoint.CHAT_COMPLETIONS.path())
                        .header("X-Simulate", RunningGateway.LONG)
                        .POST(HttpRequest.BodyPublishers.ofString(gateway.longStream())),
                HttpResponse.BodyHandlers.ofInputStream());

        gateway.close();

        assertThat(new String(stream.body().readAllBytes(), StandardCharsets.UTF_8))
                .contains("\"content\":\"The\"", "\"code\":\"upstream_failed\"")
                .doesNotContain("[DONE]");
        try (RunningGateway again = start()) {
            assertThat(again.held()).isEqualTo("0");
            assertThat(again.daily().used())
                    .isGreaterThan(Amount.of("0.00006", Meter.USD))
                    .isLessThan(Amount.of("0.9", Meter.USD));
            assertThat(again.ledger().admin().audit()).isEmpty();
        }
    }

    @Test
    void servesNothingWhileTheDatabaseIsAway() throws Exception {
        try (RunningGateway gateway = start()) {
            try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + folder.resolve("ledger"));
                    Statement statement = connection.createStatement()) {
                statement.execute("DROP ALL OBJECTS");
            }

            HttpResponse<String> answer = gateway.chat("demo-small", 100);

            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body())
                    .contains("\"code\":\"service_unavailable\"")
                    .doesNotContain("SQL");
        }
    }
}
