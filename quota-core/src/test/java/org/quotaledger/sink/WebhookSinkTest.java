package org.quotaledger.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.quotaledger.alert.Severity;
import org.quotaledger.event.Events;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.json.EventJson;

class WebhookSinkTest {

    private static final String SECRET = "a secret of the receiver's";

    private final LinkedBlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;
    private volatile HttpHandler answer = exchange -> answer(exchange, 204);

    private record Received(String method, String body, Function<String, String> header) {}

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/events", exchange -> {
            received.add(new Received(
                    exchange.getRequestMethod(),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
                    exchange.getRequestHeaders()::getFirst));
            answer.handle(exchange);
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static void answer(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/events");
    }

    private WebhookSink sink() {
        return WebhookSink.builder(url(), SECRET).timeout(Duration.ofMinutes(5)).build();
    }

    private static EventSink.Delivery delivery() {
        return new EventSink.Delivery(Events.alert(Severity.WARNING, "owner", "\u8d26"), 3, Events.AT.plusMillis(999));
    }

    @Test
    void postsTheEventAsJsonWithItsIdAndAttempt() throws Exception {
        sink().deliver(delivery());

        Received request = received.remove();
        LedgerEvent event = delivery().event();
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.body()).isEqualTo(EventJson.write(event));
        assertThat(request.header().apply("Content-Type")).isEqualTo("application/json");
        assertThat(request.header().apply("Quota-Event-Id"))
                .isEqualTo(event.id().toString());
        assertThat(request.header().apply("Quota-Event-Attempt")).isEqualTo("3");
        assertThat(request.header().apply("Quota-Event-Time")).isEqualTo("" + Events.AT.getEpochSecond());
    }

    @Test
    void signsTimeAndBody() throws Exception {
        sink().deliver(delivery());

        Received request = received.remove();
        byte[] signed =
                (request.header().apply("Quota-Event-Time") + "." + request.body()).getBytes(StandardCharsets.UTF_8);
        assertThat(request.header().apply("Quota-Event-Signature"))
                .isEqualTo("v1=" + hmacSha256(SECRET.getBytes(StandardCharsets.UTF_8), signed));
    }

    /** RFC 2104, with nothing but the hash: it shares no code with what it checks. */
    private static String hmacSha256(byte[] key, byte[] message) throws NoSuchAlgorithmException {
        byte[] padded = Arrays.copyOf(key, 64);
        byte[] inner = new byte[64];
        byte[] outer = new byte[64];
        for (int i = 0; i < 64; i++) {
            inner[i] = (byte) (padded[i] ^ 0x36);
            outer[i] = (byte) (padded[i] ^ 0x5c);
        }
        MessageDigest hash = MessageDigest.getInstance("SHA-256");
        hash.update(inner);
        byte[] digest = hash.digest(message);
        hash.update(outer);
        return String.format("%064x", new BigInteger(1, hash.digest(digest)));
    }

    @Test
    void theCheckOfSignaturesIsTheOneOfRfc4231() throws NoSuchAlgorithmException {
        assertThat(hmacSha256(
                        "Jefe".getBytes(StandardCharsets.UTF_8),
                        "what do ya want for nothing?".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 204, 299})
    void takesEveryStatusOfSuccessForArrived(int status) {
        answer = exchange -> answer(exchange, status);

        assertThatCode(() -> sink().deliver(delivery())).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 304, 400, 401, 404, 410, 429, 500, 503})
    void takesEveryOtherStatusForAFailure(int status) {
        answer = exchange -> answer(exchange, status);

        assertThatThrownBy(() -> sink().deliver(delivery()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("answered " + status);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void followsNoRedirect(int status) throws IOException {
        LinkedBlockingQueue<String> elsewhere = new LinkedBlockingQueue<>();
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/", exchange -> {
            elsewhere.add(exchange.getRequestMethod());
            answer(exchange, 204);
        });
        other.start();
        try {
            answer = exchange -> {
                exchange.getResponseHeaders()
                        .add(
                                "Location",
                                "http://127.0.0.1:" + other.getAddress().getPort() + "/");
                answer(exchange, status);
            };

            assertThatThrownBy(() -> sink().deliver(delivery()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("answered " + status);
            assertThat(elsewhere).isEmpty();
            assertThat(received).hasSize(1);
        } finally {
            other.stop(0);
        }
    }

    @Test
    void failsWhenTheAnswerTakesTooLong() {
        CountDownLatch over = new CountDownLatch(1);
        answer = exchange -> await(over);
        WebhookSink sink = WebhookSink.builder(url(), SECRET)
                .timeout(Duration.ofMillis(100))
                .build();

        assertThatThrownBy(() -> sink.deliver(delivery())).isInstanceOf(IOException.class);
        over.countDown();
    }

    @Test
    void failsWhenTheAnswerNeverEnds() {
        CountDownLatch over = new CountDownLatch(1);
        answer = exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('x');
            exchange.getResponseBody().flush();
            await(over);
        };
        WebhookSink sink = WebhookSink.builder(url(), SECRET)
                .timeout(Duration.ofMillis(300))
                .build();

        assertThatThrownBy(() -> sink.deliver(delivery())).isInstanceOf(IOException.class);
        over.countDown();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void failsWhenNobodyListens() {
        WebhookSink sink = sink();
        server.stop(0);

        assertThatThrownBy(() -> sink.deliver(delivery())).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://host/", "mailto:me", "/events", "http:///events", "file:///etc/passwd"})
    void refusesUrlsThatAreNotHttp(String url) {
        assertThatThrownBy(() -> WebhookSink.builder(URI.create(url), SECRET))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(url);
    }

    @Test
    void refusesSecretsThatCouldBeGuessedWithoutTellingThem() {
        assertThatThrownBy(() -> WebhookSink.builder(url(), "guessable"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("9 bytes")
                .hasMessageNotContaining("guessable");
    }
}
