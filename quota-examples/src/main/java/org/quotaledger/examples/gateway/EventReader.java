package org.quotaledger.examples.gateway;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads server-sent events (WHATWG HTML, 9.2), each with its bytes as they came so that it can be passed on as it is. For
 * one thread. Lines end with LF or CRLF; a CR alone, which the standard allows too, no upstream sends.
 */
final class EventReader {

    private static final int MOST_BYTES = 4 << 20;

    private final InputStream in;

    EventReader(InputStream in) {
        this.in = new BufferedInputStream(in);
    }

    /** An event. Immutable. */
    static final class Event {
        private final byte[] raw;
        private final String data;

        private Event(byte[] raw, String data) {
            this.raw = raw;
            this.data = data;
        }

        /** Returns its bytes as they came, with the empty line that ends it. */
        byte[] raw() {
            return raw;
        }

        /** Returns the values of its {@code data} fields, with LF between them; empty if it has none, as a comment. */
        String data() {
            return data;
        }

        /** Returns whether it is the event that ends an OpenAI stream. */
        boolean isDone() {
            return data.equals("[DONE]");
        }
    }

    /**
     * Returns the next event, or {@code null} at the end.
     *
     * @throws GatewayError if the stream breaks off, comes too late, or has an event that is too large
     */
    @Nullable
    Event next() {
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        StringBuilder data = new StringBuilder();
        boolean more = true;
        boolean blank = false;
        while (more && !blank) {
            more = readLine(line, MOST_BYTES - raw.size());
            raw.writeBytes(line.toByteArray());
            String text = line.toString(StandardCharsets.UTF_8).stripTrailing();
            line.reset();
            blank = text.isEmpty();
            if (text.startsWith("data:")) {
                String value = text.substring("data:".length());
                data.append(data.isEmpty() ? "" : "\n").append(value.startsWith(" ") ? value.substring(1) : value);
            }
        }
        return raw.size() == 0 ? null : new Event(raw.toByteArray(), data.toString());
    }

    /** Adds a line to {@code line}, with its end; returns whether more may follow. */
    private boolean readLine(ByteArrayOutputStream line, int most) {
        try {
            while (true) {
                int b = in.read();
                if (b < 0) {
                    return false;
                }
                line.write(b);
                if (b == '\n') {
                    return true;
                }
                if (line.size() > most) {
                    throw GatewayError.badGateway("The upstream sent an event that is too large.", null);
                }
            }
        } catch (IOException failed) {
            throw UpstreamAnswer.failure(failed);
        }
    }
}
