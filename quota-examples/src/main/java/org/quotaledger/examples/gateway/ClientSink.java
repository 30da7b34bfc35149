package org.quotaledger.examples.gateway;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;
import org.xnio.channels.StreamSinkChannel;

/**
 * The way to a client. A client that reads slowly keeps no thread, and a client that reads nothing for too long is cut off.
 * For one thread at a time.
 */
final class ClientSink {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final HttpServerExchange exchange;
    private final SlowClients clients;
    private final StreamSinkChannel channel;
    private ByteBuffer rest = NOTHING;
    private boolean gone;

    /** The continuation that waits for the client, {@code null} if none does. Confined to the I/O thread. */
    private @Nullable HttpHandler next;

    private XnioExecutor.@Nullable Key deadline;

    /** Begins the answer, whose status and headers are set. */
    ClientSink(HttpServerExchange exchange) {
        this.exchange = exchange;
        clients = SlowClients.of(exchange);
        channel = exchange.getResponseChannel();
    }

    /**
     * Writes all bytes, or as many as the client takes now.
     *
     * @return whether it took all; otherwise nothing can be written before {@link #whenRead} has gone on
     * @throws IOException if the client went away or was cut off
     */
    boolean write(byte[] bytes) throws IOException {
        rest = ByteBuffer.wrap(bytes);
        return writeRest();
    }

    private boolean writeRest() throws IOException {
        requireClient();
        while (rest.hasRemaining()) {
            if (channel.write(rest) == 0) {
                return false;
            }
        }
        return channel.flush();
    }

    /** Throws if the client went away while it was waited for. */
    void requireClient() throws IOException {
        if (gone) {
            throw new IOException("the client was cut off");
        }
    }

    /** Runs a continuation on a worker when the client has read all bytes or is gone. A handler does this last. */
    void whenRead(HttpHandler handler) {
        SlowClients.onIoThread(exchange, onIoThread -> {
            next = handler;
            if (!exchange.getConnection().isOpen()) {
                gone = true;
                goOn();
                return;
            }
            clients.add(this);
            arm();
            channel.getWriteSetter().set(writable -> writeOn());
            channel.resumeWrites();
        });
    }

    private void writeOn() {
        if (next == null) {
            return;
        }
        int before = rest.remaining();
        try {
            if (writeRest()) {
                goOn();
            } else if (rest.remaining() < before) {
                arm();
            }
        } catch (IOException clientGone) {
            gone = true;
            goOn();
        }
    }

    private void arm() {
        if (deadline != null) {
            deadline.remove();
        }
        deadline = exchange.getIoThread()
                .executeAfter(this::cutOffNow, clients.patience().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Cuts the client off if it is waited for. For any thread. */
    void cutOff() {
        exchange.getIoThread().execute(this::cutOffNow);
    }

    private void cutOffNow() {
        if (next != null) {
            gone = true;
            IoUtils.safeClose(exchange.getConnection());
            goOn();
        }
    }

    private void goOn() {
        HttpHandler handler = Objects.requireNonNull(next);
        next = null;
        clients.remove(this);
        if (deadline != null) {
            deadline.remove();
        }
        channel.suspendWrites();
        SlowClients.onWorker(exchange, handler);
    }
}
