package org.quotaledger.examples.gateway;

import io.undertow.Undertow;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;

/** An upstream that gives one answer and remembers the last request. */
final class ScriptedUpstream implements AutoCloseable {

    /** A request as it came. */
    record Request(String pathAndQuery, Map<String, List<String>> headers, String body) {}

    private static final int MOST_BYTES = 64 << 20;

    private final Undertow server;
    private final int status;
    private final Map<String, String> headers;
    private final String body;
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile Request last = new Request("", Map.of(), "");

    ScriptedUpstream(int status, Map<String, String> headers, String body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
        server = Undertow.builder()
                .addHttpListener(0, "127.0.0.1")
                .setHandler(new SlowClients(
                        Duration.ofMinutes(5),
                        exchange -> RequestBody.read(exchange, MOST_BYTES, request -> answer(exchange, request))))
                .build();
        server.start();
    }

    private void answer(HttpServerExchange exchange, byte[] request) throws IOException {
        Map<String, List<String>> got = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        exchange.getRequestHeaders()
                .forEach(header -> got.put(header.getHeaderName().toString(), List.copyOf(header)));
        String query = exchange.getQueryString();
        last = new Request(
                exchange.getRequestPath() + (query.isEmpty() ? "" : "?" + query),
                got,
                new String(request, StandardCharsets.UTF_8));
        try {
            gate.await();
        } catch (InterruptedException stopped) {
            return;
        }
        headers.forEach((name, value) -> exchange.getResponseHeaders().put(new HttpString(name), value));
        Answers.send(exchange, status, body.getBytes(StandardCharsets.UTF_8));
    }

    /** Lets every request wait for its answer from now on. */
    void hold() {
        gate = new CountDownLatch(1);
    }

    /** Answers those that wait. */
    void letGo() {
        gate.countDown();
    }

    String url() {
        return "http://127.0.0.1:"
                + ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
    }

    Request last() {
        return last;
    }

    @Override
    public void close() {
        letGo();
        server.stop();
    }
}
