package org.quotaledger.examples.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.quotaledger.accounting.JournalKind;
import org.quotaledger.amount.Amount;
import org.quotaledger.amount.Meter;
import org.quotaledger.policy.QuotaLimit;
import org.quotaledger.window.QuotaWindow;

/** What is let through, what is refused, and what is charged. */
class GatewayQuotaTest {

    private final RunningGateway gateway = RunningGateway.start();

    @AfterEach
    void stopWithEveryCounterRight() {
        assertThat(gateway.ledger().admin().audit()).isEmpty();
        gateway.close();
    }

    @Test
    void chargesTheCostOfTheReportedUsageToTheAccountAndItsTeam() {
        HttpResponse<String> answer = gateway.chat("demo-small", 100);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"prompt_tokens\":6").contains("\"completion_tokens\":60");
        assertThat(gateway.ledger().usage(RunningGateway.DEMO)).hasSize(3).allSatisfy(limit -> {
            assertThat(limit.used()).isEqualTo(Amount.of("0.00606", Meter.USD));
            assertThat(limit.held().isZero()).isTrue();
        });
    }

    @Test
    void chargesCachedTokensAtTheirOwnPrice() {
        gateway.chat("demo-small", 100, "X-Simulate", "tokens=1, cached=4");

        assertThat(gateway.used()).isEqualTo("0.000124");
    }

    @Test
    void refusesWhatDoesNotFitTheBudgetAndSaysWhenToComeBack() {
        while (gateway.chat("demo-small", 100).statusCode() == 200) {
            assertThat(gateway.daily().used()).isLessThan(Amount.of("0.05", Meter.USD));
        }

        HttpResponse<String> refused = gateway.chat("demo-small", 100);

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(refused.headers().firstValueAsLong("Retry-After").orElseThrow())
                .isBetween(1L, 86_400L);
        assertThat(refused.headers().firstValue("RateLimit"))
                .hasValueSatisfying(limit -> assertThat(limit).startsWith("\"daily\";r=0;t="));
        assertThat(refused.body())
                .startsWith("{\"error\":{\"message\":")
                .contains("\"code\":\"insufficient_quota\"")
                .doesNotContain("0.05");
        assertThat(gateway.used()).isEqualTo("0.04242");
        assertThat(gateway.held()).isEqualTo("0");
    }

    @Test
    void refusesWithAProblemWhereTheClientAsksForOne() {
        gateway.dailyLimit("0");

        HttpResponse<String> refused =
                gateway.chat("demo-small", 1, "Accept", "application/problem+json", "Accept-Language", "zh");

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(refused.headers().firstValue("Content-Language")).contains("zh");
        assertThat(refused.body()).contains("\"status\":429").contains("\"code\":\"quota_");
    }

    @Test
    void passesWhatHasNoPriceAlsoOverTheBudget() {
        gateway.dailyLimit("0");

        assertThat(gateway.chat("demo-small", 1).statusCode()).isEqualTo(429);
        assertThat(gateway.chat("demo-unpriced", 1).statusCode()).isEqualTo(200);
        assertThat(gateway.post(Endpoint.CHAT_COMPLETIONS.path(), "{\"messages\":[]}")
                        .statusCode())
                .isEqualTo(200);

        assertThat(gateway.journal())
                .extracting(row -> row.kind() + " " + row.reason())
                .containsExactly(
                        JournalKind.SETTLE + " null",
                        JournalKind.UNBILLED + " PRICE_NOT_FOUND",
                        JournalKind.SETTLE + " null",
                        JournalKind.UNBILLED + " MODEL_MISSING");
        assertThat(gateway.used()).isEqualTo("0");
    }

    @Test
    void refusesWhatHasNoPriceOverALimitOfRequests() {
        gateway.ledger()
                .admin()
                .override(
                        DemoAccounts.DEMO,
                        QuotaLimit.of("rate", Amount.of(1, Meter.REQUESTS), QuotaWindow.daily(ZoneOffset.UTC)));

        assertThat(gateway.chat("demo-unpriced", 1).statusCode()).isEqualTo(200);
        assertThat(gateway.chat("demo-unpriced", 1).statusCode()).isEqualTo(429);
        assertThat(gateway.chat("demo-small", 1).statusCode()).isEqualTo(429);
    }

    @Test
    void listsModelsOverTheBudget() {
        gateway.dailyLimit("0");

        HttpResponse<String> models = gateway.send(gateway.request(ModelsHandler.PATH));

        assertThat(models.statusCode()).isEqualTo(200);
        assertThat(models.body()).contains("demo-small").contains("demo-unpriced");
    }

    @Test
    void admitsAFreeModelOverTheBudget() {
        gateway.dailyLimit("0");

        assertThat(gateway.chat("demo-free", 100).statusCode()).isEqualTo(200);
    }

    @Test
    void settlesAnAnswerWithoutUsageAsUnbilled() {
        assertThat(gateway.chat("demo-small", 100, "X-Simulate", "no-usage").statusCode())
                .isEqualTo(200);

        assertThat(gateway.used()).isEqualTo("0");
        assertThat(gateway.held()).isEqualTo("0");
        assertThat(gateway.journal())
                .extracting(row -> row.kind() + " " + row.units() + " " + row.reason())
                .containsExactly("SETTLE 1 null", "UNBILLED 0 USAGE_MISSING");
    }

    @Test
    void chargesEmbeddingsForTheirInput() {
        HttpResponse<String> answer = gateway.post(
                Endpoint.EMBEDDINGS.path(), "{\"model\":\"demo-embed\",\"input\":[\"twelve bytes\",\"and twelve b\"]}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(gateway.used()).isEqualTo("0.000006");
    }

    @Test
    void refusesAnUnknownKey() {
        HttpResponse<String> wrong = gateway.chat("demo-small", 1, "Authorization", "Bearer ql-demo-nobody");
        HttpResponse<String> none = gateway.chat("demo-small", 1, "Authorization", "Basic abc");

        assertThat(List.of(wrong, none)).allSatisfy(answer -> {
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
            assertThat(answer.body()).contains("\"code\":\"invalid_api_key\"");
        });
    }

    @Test
    void forbidsADisabledAccountEverything() {
        gateway.ledger().admin().disable(RunningGateway.DEMO);

        assertThat(Stream.of(
                        gateway.chat("demo-small", 1),
                        gateway.chat("demo-unpriced", 1),
                        gateway.send(gateway.request(ModelsHandler.PATH))))
                .allSatisfy(answer -> {
                    assertThat(answer.statusCode()).isEqualTo(403);
                    assertThat(answer.body()).contains("\"code\":\"account_disabled\"");
                });
    }

    @Test
    void forbidsAnExpiredAccount() {
        gateway.ledger().admin().expireAt(RunningGateway.DEMO, Instant.EPOCH);

        HttpResponse<String> answer = gateway.chat("demo-small", 1);

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("\"code\":\"account_expired\"");
    }

    @Test
    void neverOverspendsHoweverManyAskAtOnce() throws Exception {
        int clients = 64;
        int requestsEach = 3;
        ExecutorService pool = Executors.newFixedThreadPool(clients);
        CountDownLatch together = new CountDownLatch(clients);
        Callable<Integer> client = () -> {
            together.countDown();
            together.await();
            int served = 0;
            for (int i = 0; i < requestsEach; i++) {
                int status =
                        gateway.chat("demo-small", 60, "X-Simulate", "delay=20").statusCode();
                assertThat(status).isIn(200, 429);
                served += status == 200 ? 1 : 0;
            }
            return served;
        };

        int served = 0;
        for (Future<Integer> one : pool.invokeAll(Collections.nCopies(clients, client))) {
            served += one.get();
        }
        pool.shutdown();

        // A request costs 0.00606 and sets 0.00607 aside: eight of them fit.
        assertThat(served).isEqualTo(8);
        assertThat(gateway.used()).isEqualTo("0.04848");
        assertThat(gateway.held()).isEqualTo("0");
    }

    @Test
    void letsTheKeyBackInWhenAnAdministratorRaisesTheLimit() {
        gateway.dailyLimit("0");
        String body = "{\"amount\":\"0.2\"}";
        String path = "/admin/accounts/demo/limits/daily";

        assertThat(put(path, body, gateway.demoKey()).statusCode()).isEqualTo(401);
        assertThat(gateway.chat("demo-small", 100).statusCode()).isEqualTo(429);
        HttpResponse<String> changed = put(path, body, gateway.adminKey());

        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(changed.body()).contains("\"limit\":\"daily\"").contains("\"amount\":\"0.2\"");
        assertThat(gateway.chat("demo-small", 100).statusCode()).isEqualTo(200);
    }

    @Test
    void tellsAnAdministratorWhatIsWrong() {
        String limits = "/admin/accounts/demo/limits/";

        assertThat(put(limits + "daily", "{\"amount\":\"-1\"}", gateway.adminKey())
                        .statusCode())
                .isEqualTo(400);
        assertThat(put(limits + "daily", "{\"amount\":0.1}", gateway.adminKey()).statusCode())
                .isEqualTo(400);
        assertThat(put(limits + "daily", "{", gateway.adminKey()).statusCode()).isEqualTo(400);
        assertThat(put(limits + "hourly", "{\"amount\":\"1\"}", gateway.adminKey())
                        .statusCode())
                .isEqualTo(404);
        assertThat(put("/admin/accounts/nobody/limits/daily", "{\"amount\":\"1\"}", gateway.adminKey())
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void listsAccountsAndUsageToAnAdministratorOnly() {
        gateway.chat("demo-small", 100);

        HttpResponse<String> accounts = get("/admin/accounts", gateway.adminKey());
        HttpResponse<String> usage = get("/admin/accounts/demo/usage", gateway.adminKey());

        assertThat(accounts.body()).contains("\"id\":\"demo\"").contains("\"parent\":\"demo-team\"");
        assertThat(usage.body()).contains("\"used\":\"0.00606\"").contains("\"resetsAt\":");
        assertThat(get("/admin/accounts?after=demo", gateway.adminKey()).body()).doesNotContain("\"id\":\"demo\"");
        assertThat(get("/admin/accounts", gateway.demoKey()).statusCode()).isEqualTo(401);
    }

    private HttpResponse<String> put(String path, String body, String key) {
        return gateway.send(gateway.request(path)
                .setHeader("Authorization", "Bearer " + key)
                .PUT(HttpRequest.BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> get(String path, String key) {
        return gateway.send(gateway.request(path).setHeader("Authorization", "Bearer " + key));
    }
}
