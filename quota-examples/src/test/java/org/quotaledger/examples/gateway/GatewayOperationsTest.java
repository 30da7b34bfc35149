package org.quotaledger.examples.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.quotaledger.sink.WebhookSink;

/** What operators see and do, over HTTP: suspensions, alerts, reports. */
class GatewayOperationsTest {

    private static final String TEAM = "/admin/accounts/demo-team";
    private static final String SECRET = "a secret of enough bytes";

    private static HttpResponse<String> admin(RunningGateway gateway, String method, String path, String... more) {
        HttpRequest.Builder request = gateway.request(path)
                .setHeader("Authorization", "Bearer " + gateway.adminKey())
                .method(method, HttpRequest.BodyPublishers.ofString(more.length > 0 ? more[0] : ""));
        if (more.length > 1) {
            request.setHeader("Accept", more[1]);
        }
        return gateway.send(request);
    }

    @Test
    void aTeamThatUsedUpItsMonthIsSuspendedUntilItIsResumedOrReset() {
        try (RunningGateway gateway = RunningGateway.start()) {
            assertThat(gateway.chat("demo-small", 100).statusCode()).isEqualTo(200);

            // What is used stays, and is all of the amount now.
            assertThat(admin(gateway, "PUT", TEAM + "/limits/team-monthly", "{\"amount\":\"0.00606\"}")
                            .statusCode())
                    .isEqualTo(200);

            HttpResponse<String> refused = gateway.chat("demo-small", 1, "Accept", "application/problem+json");
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.body()).contains("\"code\":\"account_suspended\"");
            assertThat(refused.headers().firstValueAsLong("Retry-After").orElseThrow())
                    .isPositive();
            assertThat(admin(gateway, "GET", "/admin/accounts").body())
                    .contains("\"id\":\"demo-team\",\"status\":\"suspended\",\"suspendedBy\":\"team-monthly\"");

            HttpResponse<String> reset = admin(gateway, "POST", TEAM + "/limits/team-monthly/reset");
            assertThat(reset.statusCode()).isEqualTo(200);
            assertThat(admin(gateway, "GET", "/admin/accounts").body()).doesNotContain("suspended");
            assertThat(gateway.chat("demo-free", 1).statusCode()).isEqualTo(200);
            assertThat(gateway.ledger().admin().audit()).isEmpty();
        }
    }

    @Test
    void anAdministratorSuspendsAndResumesByHand() {
        try (RunningGateway gateway = RunningGateway.start()) {
            assertThat(admin(gateway, "POST", TEAM + "/suspend").statusCode()).isEqualTo(200);
            HttpResponse<String> refused = gateway.chat("demo-small", 1);
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Retry-After")).isEmpty();

            assertThat(admin(gateway, "POST", TEAM + "/resume").statusCode()).isEqualTo(200);

            assertThat(gateway.chat("demo-small", 1).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void anAlertReachesTheWebhookSignedAndOnceEach() throws Exception {
        try (ScriptedUpstream receiver = new ScriptedUpstream(204, Map.of(), "");
                RunningGateway gateway =
                        RunningGateway.start("--webhook-url", receiver.url() + "/alerts", "--webhook-secret", SECRET)) {
            for (int i = 0; i < 7; i++) {
                assertThat(gateway.chat("demo-small", 60).statusCode()).isEqualTo(200);
            }

            // 0.04242 of 0.05 is used.
            RunningGateway.until(() -> receiver.last().body().contains("\"threshold\""));

            ScriptedUpstream.Request alert = receiver.last();
            assertThat(alert.pathAndQuery()).isEqualTo("/alerts");
            assertThat(alert.body()).contains("80%").contains("\"daily\"").contains("\"demo\"");
            String time = header(alert, WebhookSink.TIME);
            assertThat(header(alert, WebhookSink.SIGNATURE)).isEqualTo("v1=" + hmac(time + "." + alert.body()));
        }
    }

    private static String header(ScriptedUpstream.Request request, String name) {
        return request.headers().getOrDefault(name, List.of("none")).get(0);
    }

    private static String hmac(String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aWebhookWithoutASecretIsRefusedAtTheStart() {
        assertThatThrownBy(() -> RunningGateway.start("--webhook-url", URI.create("http://localhost:1") + "/alerts"))
                .hasRootCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void reportsAddUpWhatWasChargedAsJsonAndAsCsv() {
        try (RunningGateway gateway = RunningGateway.start()) {
            gateway.chat("demo-small", 100);
            gateway.chat("demo-small", 100);
            gateway.chat("demo-unpriced", 100);

            HttpResponse<String> csv = admin(gateway, "GET", "/admin/report?by=account,model", "", "text/csv");
            HttpResponse<String> json = admin(gateway, "GET", "/admin/report?by=model");
            HttpResponse<String> none = admin(gateway, "GET", "/admin/report?by=day&before=2020-01-01T00:00:00Z");

            assertThat(csv.headers().firstValue("Content-Type"))
                    .hasValueSatisfying(type -> assertThat(type).startsWith("text/csv"));
            assertThat(csv.body().lines())
                    .hasSize(3)
                    .anySatisfy(line ->
                            assertThat(line).startsWith("demo,demo-small,2,").contains("0.01212"))
                    .anySatisfy(line -> assertThat(line).startsWith("demo,demo-unpriced,1,"));
            assertThat(json.body()).contains("0.01212").contains("PRICE_NOT_FOUND");
            assertThat(none.body()).doesNotContain("0.01212");
        }
    }

    @Test
    void reportsAreForAdministratorsAndSayWhatIsWrong() {
        try (RunningGateway gateway = RunningGateway.start()) {
            assertThat(gateway.send(gateway.request("/admin/report?by=model")).statusCode())
                    .isEqualTo(401);
            for (String wrong : List.of("by=colour", "from=yesterday", "from=2026-03-10T00:00:01Z")) {
                assertThat(admin(gateway, "GET", "/admin/report?" + wrong).statusCode())
                        .as(wrong)
                        .isEqualTo(400);
            }
        }
    }
}
