package org.quotaledger.examples.gateway;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.RequestTooBigException;
import java.io.IOException;

/** Reads the body of a request, up to a bound. Stateless. */
final class RequestBody {

    private RequestBody() {}

    /**
     * Returns the body.
     *
     * @throws GatewayError with status 413 if it has more bytes than allowed, 415 if it is compressed
     */
    static byte[] read(HttpServerExchange exchange, int most) throws IOException {
        String encoding = Answers.header(exchange, "Content-Encoding").orElse("identity");
        if (!encoding.equalsIgnoreCase("identity")) {
            throw GatewayError.invalid(415, "unsupported_encoding", "The body is encoded: send it as it is.");
        }
        if (exchange.getRequestContentLength() > most) {
            throw tooLarge(exchange, most);
        }
        byte[] body;
        try {
            body = exchange.getInputStream().readNBytes(most + 1);
        } catch (RequestTooBigException refusedByServer) {
            throw tooLarge(exchange, most);
        }
        if (body.length > most) {
            throw tooLarge(exchange, most);
        }
        return body;
    }

    private static GatewayError tooLarge(HttpServerExchange exchange, int most) {
        // What is left of it is not worth reading.
        exchange.setPersistent(false);
        return GatewayError.invalid(413, "request_too_large", "The body has more than " + most + " bytes.");
    }
}
