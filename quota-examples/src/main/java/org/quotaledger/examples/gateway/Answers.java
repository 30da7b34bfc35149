package org.quotaledger.examples.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.quotaledger.http.HttpRefusal;
import org.quotaledger.reservation.Refusal;

/** Writes whole answers. Stateless. */
final class Answers {

    private Answers() {}

    /**
     * Sends a body with the status, and with headers that are set already. It is the last that a handler does: a client that
     * reads slowly still reads when this returns.
     */
    static void send(HttpServerExchange exchange, int status, byte[] body) throws IOException {
        exchange.setStatusCode(status);
        exchange.setResponseContentLength(body.length);
        ClientSink client = new ClientSink(exchange);
        if (body.length > 0 && !client.write(body)) {
            client.whenRead(allWasRead -> {});
        }
    }

    static void json(HttpServerExchange exchange, int status, JsonNode body) throws IOException {
        text(exchange, status, HttpRefusal.JSON, body.toString());
    }

    static void text(HttpServerExchange exchange, int status, String type, String body) throws IOException {
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, type);
        send(exchange, status, body.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends what the ledger refused: in OpenAI's form, or as a problem if the client asks for that. */
    static void refusal(HttpServerExchange exchange, Refusal refusal) throws IOException {
        Locale language =
                HttpRefusal.language(header(exchange, "Accept-Language").orElse(null));
        HttpRefusal answer = HttpRefusal.of(refusal, ZoneOffset.UTC, language);
        answer.headers().forEach((name, value) -> exchange.getResponseHeaders().put(new HttpString(name), value));
        if (wantsProblem(exchange)) {
            text(exchange, answer.status(), HttpRefusal.PROBLEM_JSON, answer.problemJson());
        } else {
            text(exchange, answer.status(), HttpRefusal.JSON, answer.openAiJson());
        }
    }

    /** Sends an error of the gateway's own, in the same forms. */
    static void error(HttpServerExchange exchange, GatewayError error) throws IOException {
        if (error.status() == StatusCodes.UNAUTHORIZED) {
            exchange.getResponseHeaders().put(Headers.WWW_AUTHENTICATE, "Bearer");
        }
        if (wantsProblem(exchange)) {
            ObjectNode problem = Json.object()
                    .put("type", "about:blank")
                    .put("title", StatusCodes.getReason(error.status()))
                    .put("status", error.status())
                    .put("detail", error.text())
                    .put("code", error.code());
            text(exchange, error.status(), HttpRefusal.PROBLEM_JSON, problem.toString());
        } else {
            json(exchange, error.status(), openAi(error));
        }
    }

    /** Returns an error in OpenAI's form. */
    static ObjectNode openAi(GatewayError error) {
        ObjectNode body = Json.object();
        body.putObject("error")
                .put("message", error.text())
                .put("type", error.type())
                .putNull("param")
                .put("code", error.code());
        return body;
    }

    static Optional<String> header(HttpServerExchange exchange, String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
    }

    private static boolean wantsProblem(HttpServerExchange exchange) {
        @Nullable HeaderValues accept = exchange.getRequestHeaders().get(Headers.ACCEPT);
        return accept != null
                && accept.stream()
                        .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains(HttpRefusal.PROBLEM_JSON));
    }
}
