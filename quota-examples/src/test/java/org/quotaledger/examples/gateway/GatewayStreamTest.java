package org.quotaledger.examples.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.reservation.RequestId;

/** Streams: passed on as they come, charged for what was delivered. */
class GatewayStreamTest {

    private static final String CHAT = Endpoint.CHAT_COMPLETIONS.path();
    private static final String STREAM = RunningGateway.chatBody("demo-small", 200, ",\"stream\":true");
    private static final String EVENT = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"12345678\"}}]}\n\n";
    private static final String USAGE =
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":6,\"completion_tokens\":50}}\n\n";
    private static final String DONE = "data: [DONE]\n\n";

    @Test
    void passesAStreamOnAndSettlesItsExactCost() {
        try (RunningGateway gateway = RunningGateway.start()) {
            HttpResponse<String> answer = gateway.post(CHAT, STREAM, "X-Simulate", "tokens=5, pause=1");

            assertThat(answer.headers().firstValue("Content-Type")).contains("text/event-stream");
            assertThat(List.of(answer.body().split("\n\n"))).hasSize(6).last().isEqualTo("data: [DONE]");
            assertThat(answer.body()).contains("\"content\":\" ledger\"").doesNotContain("usage");
            assertThat(gateway.used()).isEqualTo("0.00056");
            assertThat(gateway.held()).isEqualTo("0");
        }
    }

    @Test
    void passesEventsOnByteForByte() {
        String events = ": hello\r\n\r\n" + "event: x\nid: 7\n" + EVENT + USAGE + DONE;
        try (ScriptedUpstream upstream =
                        new ScriptedUpstream(200, Map.of("Content-Type", "text/event-stream;charset=utf-8"), events);
                RunningGateway gateway = RunningGateway.start("--upstream-url", upstream.url())) {
            String askingForUsage = RunningGateway.chatBody(
                    "demo-small", 200, ",\"stream\":true,\"stream_options\":{\"include_usage\":true}");

            assertThat(gateway.post(CHAT, askingForUsage).body()).isEqualTo(events);
            assertThat(gateway.post(CHAT, STREAM).body()).isEqualTo(events.replace(USAGE, ""));

            assertThat(gateway.used()).isEqualTo("0.01012");
        }
    }

    @Test
    void chargesAStreamWithoutUsageForWhatWasDelivered() {
        try (ScriptedUpstream upstream =
                        new ScriptedUpstream(200, Map.of("Content-Type", "text/event-stream"), EVENT + EVENT + DONE);
                RunningGateway gateway = RunningGateway.start("--upstream-url", upstream.url())) {
            gateway.post(CHAT, STREAM);

            // 6 tokens of prompt; 16 bytes, so 4 tokens, of output.
            assertThat(gateway.used()).isEqualTo("0.00046");
            assertThat(gateway.held()).isEqualTo("0");
        }
    }

    @Test
    void chargesAClientThatGoesAwayForWhatWasDelivered() throws IOException {
        try (RunningGateway gateway = RunningGateway.start()) {
            try (Socket client = new Socket("localhost", gateway.port())) {
                client.getOutputStream().write(rawRequest(gateway, gateway.longStream(), RunningGateway.LONG));
                BufferedReader reader =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
                for (int events = 0; events < 3; ) {
                    events += reader.readLine().startsWith("data:") ? 1 : 0;
                }
            }

            RunningGateway.until(() -> gateway.held().equals("0"));
            assertThat(gateway.daily().used())
                    .isGreaterThan(Amount.of("0.00006", Meter.USD))
                    .isLessThan(Amount.of("0.9", Meter.USD));
            assertThat(gateway.ledger().admin().audit()).isEmpty();
        }
    }

    private static byte[] rawRequest(RunningGateway gateway, String body, String simulation, String... headers) {
        String head = "POST " + CHAT + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + gateway.demoKey()
                + "\r\nX-Simulate: " + simulation + "\r\nContent-Length: " + body.length() + "\r\n"
                + String.join("", headers) + "\r\n";
        return (head + body).getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void tellsTheClientOfAnUpstreamThatBreaksOffAndChargesWhatWasDelivered() {
        try (RunningGateway gateway = RunningGateway.start()) {
            HttpResponse<String> answer = gateway.post(CHAT, STREAM, "X-Simulate", "tokens=20, cut=4, pause=1");

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body())
                    .contains("\"content\":\" what\"")
                    .contains("\"code\":\"upstream_failed\"")
                    .doesNotContain("[DONE]");
            // "The ledger keeps what": 21 bytes, so 6 tokens.
            assertThat(gateway.used()).isEqualTo("0.00066");
            assertThat(gateway.held()).isEqualTo("0");
        }
    }

    @Test
    void tellsTheClientOfAnUpstreamThatStalls() {
        try (RunningGateway gateway = RunningGateway.start("--upstream-timeout-seconds", "1")) {
            HttpResponse<String> answer = gateway.post(CHAT, STREAM, "X-Simulate", "tokens=20, pause=600000");

            // Nothing was passed on yet: it can still be an answer with a status, and nothing is charged.
            assertThat(answer.statusCode()).isEqualTo(504);
            assertThat(gateway.used()).isEqualTo("0");
            assertThat(gateway.held()).isEqualTo("0");
        }
    }

    @Test
    void releasesAStreamThatDoesNotBegin() {
        try (RunningGateway gateway = RunningGateway.start()) {
            assertThat(gateway.post(CHAT, STREAM, "X-Simulate", "cut=0").statusCode())
                    .isEqualTo(502);
            assertThat(gateway.used()).isEqualTo("0");
            assertThat(gateway.held()).isEqualTo("0");
        }
    }

    @Test
    void refusesAStreamThatDoesNotFit() {
        try (RunningGateway gateway = RunningGateway.start()) {
            gateway.dailyLimit("0.01");

            HttpResponse<String> refused = gateway.post(CHAT, STREAM);

            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Content-Type")).contains("application/json");
        }
    }

    @Test
    void reportsProgressSoThatAnExpiredHoldIsChargedForWhatWasDelivered() throws IOException {
        try (RunningGateway gateway = RunningGateway.start()) {
            String id = "key-" + Secrets.sha256(RunningGateway.DEMO + "\ns") + "-1";
            try (Socket client = new Socket("localhost", gateway.port())) {
                client.getOutputStream()
                        .write(rawRequest(
                                gateway, gateway.longStream(), RunningGateway.LONG, "Idempotency-Key: s\r\n"));

                RunningGateway.until(() -> gateway.ledger()
                        .reservation(RequestId.of(id))
                        .map(state ->
                                state.progress() != null && state.progress().units(Meter.TOKENS) > 7)
                        .orElse(false));
            }

            RunningGateway.until(() -> gateway.held().equals("0"));
            assertThat(gateway.ledger()
                            .reservation(RequestId.of(id))
                            .orElseThrow()
                            .progress())
                    .isNotNull();
        }
    }
}
