package org.quotaledger.examples.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.net.http.HttpTimeoutException;
import java.util.Locale;

/** An upstream's answer, whose body is yet to be read. For one thread. Closing it lets go of the connection. */
final class UpstreamAnswer implements AutoCloseable {

    /** Far more than any answer has; an upstream that runs wild must not fill the memory. */
    private static final int MOST_BYTES = 64 << 20;

    private final int status;
    private final HttpHeaders headers;
    private final InputStream body;
    private final Runnable onClose;

    UpstreamAnswer(int status, HttpHeaders headers, InputStream body, Runnable onClose) {
        this.status = status;
        this.headers = headers;
        this.body = body;
        this.onClose = onClose;
    }

    int status() {
        return status;
    }

    HttpHeaders headers() {
        return headers;
    }

    /** Returns whether the upstream did what it was asked. */
    boolean ok() {
        return status >= 200 && status < 300;
    }

    /** Returns the media type of the body. */
    String contentType() {
        return headers.firstValue("Content-Type").orElse("application/json");
    }

    /** Returns whether the body is a stream of server-sent events. */
    boolean isEventStream() {
        return contentType().toLowerCase(Locale.ROOT).startsWith("text/event-stream");
    }

    /**
     * Returns the whole body.
     *
     * @throws GatewayError if it breaks off, comes too late or is too large
     */
    byte[] readAll() {
        try {
            byte[] bytes = body.readNBytes(MOST_BYTES);
            if (bytes.length == MOST_BYTES) {
                throw GatewayError.badGateway("The upstream's answer is too large.", null);
            }
            return bytes;
        } catch (IOException failed) {
            throw failure(failed);
        }
    }

    /** Returns the events of the body. */
    EventReader events() {
        return new EventReader(body);
    }

    /** Returns what a failure to read it means to the client. */
    static GatewayError failure(IOException failed) {
        return failed instanceof HttpTimeoutException
                ? GatewayError.timeout(failed)
                : GatewayError.badGateway("The upstream broke off its answer.", failed);
    }

    @Override
    public void close() {
        onClose.run();
        try {
            body.close();
        } catch (IOException nothingLeftToClose) {
            // It is being given up: there is nobody who could do more about it.
        }
    }
}
