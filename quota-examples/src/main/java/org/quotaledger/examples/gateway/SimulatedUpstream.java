package org.quotaledger.examples.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;

/**
 * An upstream that stands in for a real one: it answers in OpenAI's form on a port of its own, so that requests take the
 * same way as to any other. {@link Simulation} says what it can be told to do. Thread-safe.
 */
final class SimulatedUpstream implements AutoCloseable {

    private static final String[] WORDS = {
        "The", " ledger", " keeps", " what", " was", " spent", " and", " forgets", " nothing", "."
    };
    private static final int MOST_BYTES = 64 << 20;
    private static final int DIMENSIONS = 8;
    private static final int SHUTDOWN_MILLIS = 100;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Undertow server;
    private final Set<String> models;

    private SimulatedUpstream(Set<String> models, int threads) {
        this.models = models;
        HttpHandler routes = Handlers.routing()
                .get(ModelsHandler.PATH, this::listModels)
                .post(Endpoint.CHAT_COMPLETIONS.path(), this::complete)
                .post(Endpoint.EMBEDDINGS.path(), this::embed);
        server = Undertow.builder()
                .addHttpListener(0, "127.0.0.1")
                .setIoThreads(2)
                .setWorkerThreads(threads)
                .setDirectBuffers(false)
                .setServerOption(UndertowOptions.SHUTDOWN_TIMEOUT, SHUTDOWN_MILLIS)
                .setHandler(new SlowClients(PATIENCE, routes))
                .build();
    }

    /** Starts one on a free port that only this machine reaches. */
    static SimulatedUpstream start(Set<String> models, int threads) {
        SimulatedUpstream upstream = new SimulatedUpstream(models, threads);
        upstream.server.start();
        return upstream;
    }

    URI url() {
        InetSocketAddress address =
                (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
        return URI.create("http://127.0.0.1:" + address.getPort());
    }

    @Override
    public void close() {
        server.stop();
    }

    private void listModels(HttpServerExchange exchange) throws IOException {
        ObjectNode answer = Json.object().put("object", "list");
        ArrayNode data = answer.putArray("data");
        models.forEach(model -> data.addObject()
                .put("id", model)
                .put("object", "model")
                .put("created", 0)
                .put("owned_by", "simulated"));
        Answers.json(exchange, 200, answer);
    }

    private void embed(HttpServerExchange exchange) throws Exception {
        RequestBody.read(exchange, MOST_BYTES, body -> embed(exchange, Json.parse(body)));
    }

    private static void embed(HttpServerExchange exchange, JsonNode request) throws IOException {
        Simulation simulation = begin(exchange);
        JsonNode input = request.path("input");
        ObjectNode answer = Json.object()
                .put("object", "list")
                .put("model", request.path("model").asText());
        ArrayNode data = answer.putArray("data");
        boolean several = input.isArray() && !input.path(0).isNumber();
        for (int i = 0; i < (several ? input.size() : 1); i++) {
            ObjectNode one = data.addObject().put("object", "embedding").put("index", i);
            ArrayNode vector = one.putArray("embedding");
            for (int d = 0; d < DIMENSIONS; d++) {
                vector.add(d == i % DIMENSIONS ? 1 : 0);
            }
        }
        if (simulation.reportsUsage()) {
            long tokens = RoughTokens.of(input).about();
            answer.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
        }
        Answers.json(exchange, 200, answer);
    }

    private void complete(HttpServerExchange exchange) throws Exception {
        RequestBody.read(exchange, MOST_BYTES, body -> complete(exchange, Json.parse(body)));
    }

    private static void complete(HttpServerExchange exchange, JsonNode request) throws IOException {
        Simulation simulation = begin(exchange);
        int tokens = Math.min(simulation.tokens(), mostTokens(request));
        ObjectNode usage = usage(request, simulation, tokens);
        if (request.path("stream").asBoolean()) {
            boolean tellsUsage = simulation.reportsUsage()
                    && request.path("stream_options").path("include_usage").asBoolean();
            stream(exchange, request, simulation, tokens, tellsUsage ? usage : null);
            return;
        }
        ObjectNode answer = head(request, "chat.completion");
        ObjectNode choice = answer.putArray("choices").addObject().put("index", 0);
        choice.putObject("message").put("role", "assistant").put("content", text(tokens));
        choice.put("finish_reason", "stop");
        if (simulation.reportsUsage()) {
            answer.set("usage", usage);
        }
        if (simulation.cutAfter() < Integer.MAX_VALUE) {
            cut(exchange, Json.bytes(answer));
        } else {
            Answers.json(exchange, 200, answer);
        }
    }

    private static Simulation begin(HttpServerExchange exchange) {
        Simulation simulation =
                Simulation.of(Answers.header(exchange, Simulation.HEADER).orElse(""));
        pause(simulation.delayMillis());
        if (simulation.failStatus() != 0) {
            throw GatewayError.invalid(simulation.failStatus(), "simulated", "It was told to fail.");
        }
        return simulation;
    }

    private static int mostTokens(JsonNode request) {
        JsonNode most = request.path("max_completion_tokens");
        return (most.isNumber() ? most : request.path("max_tokens")).asInt(200);
    }

    private static ObjectNode usage(JsonNode request, Simulation simulation, int tokens) {
        long prompt = RoughTokens.ofMessages(request.path("messages")).about();
        ObjectNode usage = Json.object()
                .put("prompt_tokens", prompt)
                .put("completion_tokens", tokens)
                .put("total_tokens", prompt + tokens);
        usage.putObject("prompt_tokens_details").put("cached_tokens", Math.min(prompt, simulation.cachedTokens()));
        return usage;
    }

    private static ObjectNode head(JsonNode request, String object) {
        return Json.object()
                .put("id", "chatcmpl-simulated")
                .put("object", object)
                .put("created", 0)
                .put("model", request.path("model").asText());
    }

    private static String word(int index) {
        return WORDS[index % WORDS.length];
    }

    private static String text(int tokens) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < tokens; i++) {
            text.append(word(i));
        }
        return text.toString();
    }

    private static void stream(
            HttpServerExchange exchange,
            JsonNode request,
            Simulation simulation,
            int tokens,
            @Nullable ObjectNode usage)
            throws IOException {
        exchange.startBlocking();
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/event-stream");
        OutputStream out = exchange.getOutputStream();
        for (int i = 0; i < tokens; i++) {
            if (i == simulation.cutAfter()) {
                IoUtils.safeClose(exchange.getConnection());
                return;
            }
            pause(simulation.pauseMillis());
            ObjectNode event = head(request, "chat.completion.chunk");
            event.putArray("choices")
                    .addObject()
                    .put("index", 0)
                    .putNull("finish_reason")
                    .putObject("delta")
                    .put("content", word(i));
            send(out, event.toString());
        }
        if (usage != null) {
            ObjectNode event = head(request, "chat.completion.chunk");
            event.putArray("choices");
            event.set("usage", usage);
            send(out, event.toString());
        }
        send(out, "[DONE]");
        out.close();
    }

    private static void send(OutputStream out, String data) throws IOException {
        out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** Promises the whole body and sends a half of it. */
    private static void cut(HttpServerExchange exchange, byte[] body) throws IOException {
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
        exchange.setResponseContentLength(body.length);
        exchange.startBlocking();
        OutputStream out = exchange.getOutputStream();
        out.write(body, 0, body.length / 2);
        out.flush();
        IoUtils.safeClose(exchange.getConnection());
    }

    private static void pause(int millis) {
        LockSupport.parkNanos(millis * 1_000_000L);
    }
}
