package org.quotaledger.examples.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.ServerSocket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What goes to the upstream and comes back, and what happens when that fails. */
class GatewayForwardingTest {

    private static final String CHAT = Endpoint.CHAT_COMPLETIONS.path();
    private static final String ANSWER =
            "{\"later\":[1.10,{\"x\":null}],\"usage\":{\"prompt_tokens\":6,\"completion_tokens\":10}}";

    @Test
    void passesBodiesOnAsTheyAre() {
        try (ScriptedUpstream upstream = new ScriptedUpstream(200, Map.of("Content-Type", "application/json"), ANSWER);
                RunningGateway gateway = RunningGateway.start("--upstream-url", upstream.url() + "/v1/")) {
            String body = RunningGateway.chatBody("demo-small", 10, ", \"seed\" : 1.50, \"new\":{\"a\":[]}");

            HttpResponse<String> answer = gateway.post(CHAT + "?api-version=3", body);

            assertThat(upstream.last().body()).isEqualTo(body);
            assertThat(upstream.last().pathAndQuery()).isEqualTo("/v1/chat/completions?api-version=3");
            assertThat(answer.body()).isEqualTo(ANSWER);
            assertThat(gateway.used()).isEqualTo("0.00106");
        }
    }

    @Test
    void asksForTheUsageOfAStreamAndLeavesTheRestOfTheRequest() {
        try (ScriptedUpstream upstream = new ScriptedUpstream(200, Map.of("Content-Type", "application/json"), ANSWER);
                RunningGateway gateway = RunningGateway.start("--upstream-url", upstream.url())) {
            gateway.post(
                    CHAT,
                    "{\"model\":\"demo-small\",\"stream\":true,\"top_p\":0.10,\"new\":1e-7,\"stream_options\":{\"x\":1}}");

            assertThat(upstream.last().body())
                    .isEqualTo("{\"model\":\"demo-small\",\"stream\":true,\"top_p\":0.10,\"new\":1E-7,"
                            + "\"stream_options\":{\"x\":1,\"include_usage\":true}}");
        }
    }

    @Test
    void passesHeadersOnButForKeysAndThoseOfOneConnection() {
        Map<String, String> headers = Map.of(
                "Content-Type", "application/json", "X-Kept", "yes", "Set-Cookie", "a=b", "X-Request-Id", "theirs");
        try (ScriptedUpstream upstream = new ScriptedUpstream(200, headers, ANSWER);
                RunningGateway gateway = RunningGateway.start(
                        "--upstream-url", upstream.url(), "--upstream-api-key", "upstream-secret")) {
            HttpResponse<String> answer = gateway.chat(
                    "demo-small",
                    10,
                    "X-Trace",
                    "t-1",
                    "Idempotency-Key",
                    "mine",
                    "Cookie",
                    "c=d",
                    "Accept-Encoding",
                    "gzip",
                    "TE",
                    "trailers",
                    "X-Api-Key",
                    "other");

            assertThat(upstream.last().headers())
                    .containsEntry("X-Trace", List.of("t-1"))
                    .containsEntry("Authorization", List.of("Bearer upstream-secret"))
                    .doesNotContainKeys("Idempotency-Key", "Cookie", "Accept-Encoding", "TE", "X-Api-Key");
            assertThat(answer.headers().firstValue("X-Kept")).contains("yes");
            assertThat(answer.headers().map()).doesNotContainKeys("set-cookie");
        }
    }

    @Test
    void sendsNoKeyWhereTheUpstreamHasNone() {
        try (ScriptedUpstream upstream = new ScriptedUpstream(200, Map.of("Content-Type", "application/json"), ANSWER);
                RunningGateway gateway = RunningGateway.start("--upstream-url", upstream.url())) {
            gateway.chat("demo-small", 10);

            assertThat(upstream.last().headers()).doesNotContainKey("Authorization");
        }
    }

    @Test
    void releasesAndPassesTheErrorOnWhenTheUpstreamRefuses() {
        try (RunningGateway gateway = RunningGateway.start()) {
            HttpResponse<String> answer = gateway.chat("demo-small", 100, "X-Simulate", "fail=503");

            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("\"code\":\"simulated\"");
            assertNothingCharged(gateway);
        }
    }

    @Test
    void doesNotLetTheClientTakeARefusedUpstreamKeyForItsOwn() {
        try (RunningGateway gateway = RunningGateway.start()) {
            assertThat(gateway.chat("demo-small", 100, "X-Simulate", "fail=401").statusCode())
                    .isEqualTo(502);
            assertNothingCharged(gateway);
        }
    }

    @Test
    void releasesWhenTheUpstreamCannotBeReached() throws Exception {
        int closedPort;
        try (ServerSocket socket = new ServerSocket(0)) {
            closedPort = socket.getLocalPort();
        }
        try (RunningGateway gateway = RunningGateway.start("--upstream-url", "http://127.0.0.1:" + closedPort)) {
            HttpResponse<String> answer = gateway.chat("demo-small", 100);

            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(answer.body()).contains("\"type\":\"upstream_error\"");
            assertNothingCharged(gateway);
        }
    }

    @Test
    void releasesWhenTheUpstreamAnswersTooLate() {
        try (RunningGateway gateway = RunningGateway.start("--upstream-timeout-seconds", "1")) {
            assertThat(gateway.chat("demo-small", 100, "X-Simulate", "delay=600000")
                            .statusCode())
                    .isEqualTo(504);
            assertNothingCharged(gateway);
        }
    }

    @Test
    void releasesWhenTheUpstreamBreaksOff() {
        try (RunningGateway gateway = RunningGateway.start()) {
            assertThat(gateway.chat("demo-small", 100, "X-Simulate", "cut=1").statusCode())
                    .isEqualTo(502);
            assertNothingCharged(gateway);
        }
    }

    @Test
    void holdsTheMostThatARequestCanCostWhileItRuns() {
        try (ScriptedUpstream upstream = new ScriptedUpstream(200, Map.of("Content-Type", "application/json"), ANSWER);
                RunningGateway gateway = RunningGateway.start("--upstream-url", upstream.url())) {
            upstream.hold();
            CompletableFuture<Integer> running = CompletableFuture.supplyAsync(
                    () -> gateway.chat("demo-small", 100).statusCode());

            RunningGateway.until(() -> gateway.held().equals("0.01007"));

            upstream.letGo();
            assertThat(running.join()).isEqualTo(200);
            assertThat(gateway.held()).isEqualTo("0");
        }
    }

    @Test
    void sendsARetryTheSameAnswerAndChargesItOnce() {
        try (RunningGateway gateway = RunningGateway.start()) {
            HttpResponse<String> first = gateway.chat("demo-small", 100, "Idempotency-Key", "a");
            HttpResponse<String> retry = gateway.chat("demo-small", 100, "Idempotency-Key", "a");

            assertThat(retry.statusCode()).isEqualTo(200);
            assertThat(retry.body()).isEqualTo(first.body());
            assertThat(retry.headers().firstValue("Idempotency-Replayed")).contains("true");
            assertThat(gateway.used()).isEqualTo("0.00606");
            assertThat(gateway.chat("demo-small", 99, "Idempotency-Key", "a").statusCode())
                    .isEqualTo(422);
            assertThat(gateway.chat("demo-small", 100, "Idempotency-Key", "b").statusCode())
                    .isEqualTo(200);
            assertThat(gateway.used()).isEqualTo("0.01212");
        }
    }

    @Test
    void triesAgainAfterAFailureWithTheSameIdempotencyKey() {
        try (RunningGateway gateway = RunningGateway.start()) {
            assertThat(gateway.chat("demo-small", 100, "Idempotency-Key", "a", "X-Simulate", "fail=500")
                            .statusCode())
                    .isEqualTo(500);
            assertThat(gateway.chat("demo-small", 100, "Idempotency-Key", "a").statusCode())
                    .isEqualTo(200);
            assertThat(gateway.used()).isEqualTo("0.00606");
        }
    }

    @Test
    void refusesARetryWhileTheFirstAttemptRuns() {
        try (ScriptedUpstream upstream = new ScriptedUpstream(200, Map.of("Content-Type", "application/json"), ANSWER);
                RunningGateway gateway = RunningGateway.start("--upstream-url", upstream.url())) {
            upstream.hold();
            CompletableFuture<Integer> first = CompletableFuture.supplyAsync(() ->
                    gateway.chat("demo-small", 100, "Idempotency-Key", "a").statusCode());
            RunningGateway.until(() -> !gateway.held().equals("0"));

            assertThat(gateway.chat("demo-small", 100, "Idempotency-Key", "a").statusCode())
                    .isEqualTo(409);

            upstream.letGo();
            assertThat(first.join()).isEqualTo(200);
            assertThat(gateway.used()).isEqualTo("0.00106");
        }
    }

    @Test
    void refusesWhatIsNotAsItMustBe() {
        try (RunningGateway gateway = RunningGateway.start("--max-body-bytes", "1000")) {
            assertThat(List.of(
                            "{",
                            "[]",
                            "",
                            "{\"model\":1}",
                            "{\"model\":\"\"}",
                            "{\"model\":\"demo-free\",\"model\":\"demo-large\"}",
                            "{\"model\":\"demo-small\",\"n\":0}",
                            "{\"model\":\"demo-small\",\"max_tokens\":-1}",
                            "{\"model\":\"demo-small\",\"max_tokens\":\"many\"}"))
                    .allSatisfy(body -> {
                        HttpResponse<String> answer = gateway.post(CHAT, body);
                        assertThat(answer.statusCode()).as(body).isEqualTo(400);
                        assertThat(answer.body()).contains("\"type\":\"invalid_request_error\"");
                    });
            assertThat(gateway.post(CHAT, RunningGateway.chatBody("x".repeat(1000), 1, ""))
                            .statusCode())
                    .isEqualTo(413);
            assertThat(gateway.send(gateway.request(CHAT)
                                    .POST(BodyPublishers.ofInputStream(
                                            () -> new ByteArrayInputStream(new byte[100_000]))))
                            .statusCode())
                    .isEqualTo(413);
            assertThat(gateway.post(CHAT, "{}", "Content-Encoding", "gzip").statusCode())
                    .isEqualTo(415);
            assertNothingCharged(gateway);
        }
    }

    @Test
    void knowsItsPathsAndMethods() {
        try (RunningGateway gateway = RunningGateway.start()) {
            assertThat(gateway.send(gateway.request("/v1/files")).statusCode()).isEqualTo(404);
            HttpResponse<String> notPosted = gateway.send(gateway.request(CHAT));
            assertThat(notPosted.statusCode()).isEqualTo(405);
            assertThat(notPosted.headers().firstValue("Allow")).contains("POST");
            assertThat(gateway.send(gateway.request("/healthz")).body()).isEqualTo("{\"status\":\"ok\"}");
        }
    }

    private static void assertNothingCharged(RunningGateway gateway) {
        assertThat(gateway.used()).isEqualTo("0");
        assertThat(gateway.held()).isEqualTo("0");
        assertThat(gateway.ledger().admin().audit()).isEmpty();
    }
}
