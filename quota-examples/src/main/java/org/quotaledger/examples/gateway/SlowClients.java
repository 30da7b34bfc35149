package org.quotaledger.examples.gateway;

import io.undertow.server.Connectors;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;

/**
 * Bounds the time and the memory that clients take. Thread-safe.
 *
 * <p>Requests run on workers, one thread each. A client that sends or reads slowly keeps a connection, and its request goes
 * on when there is more to do: {@link RequestBody} reads and {@link ClientSink} writes on the connection's I/O thread, which
 * never waits.
 */
final class SlowClients implements HttpHandler, AutoCloseable {

    private static final AttachmentKey<SlowClients> KEY = AttachmentKey.create(SlowClients.class);

    private static final String LENGTH = "[0-9]{1,18}";

    private final Duration patience;
    private final HttpHandler next;

    /** Bytes of bodies that can still be buffered. */
    private final AtomicLong room = new AtomicLong(Runtime.getRuntime().maxMemory() / 4);

    private final Set<ClientSink> waiting = ConcurrentHashMap.newKeySet();

    /**
     * Creates the handler that comes before all others.
     *
     * @param patience the longest time in which a body arrives, and in which a client reads nothing of its answer
     * @param next runs on a worker
     */
    SlowClients(Duration patience, HttpHandler next) {
        this.patience = patience;
        this.next = next;
    }

    /** Returns the bounds that an exchange is under. */
    static SlowClients of(HttpServerExchange exchange) {
        return Objects.requireNonNull(exchange.getAttachment(KEY), "not behind SlowClients");
    }

    /** Goes on with an exchange on a worker, now or when the present call ends. Errors become answers. */
    static void onWorker(HttpServerExchange exchange, HttpHandler handler) {
        goOn(exchange, exchange.getConnection().getWorker(), new ErrorAnswers(handler));
    }

    /** Goes on with an exchange on its I/O thread when the present call ends. */
    static void onIoThread(HttpServerExchange exchange, HttpHandler handler) {
        goOn(exchange, exchange.getIoThread(), handler);
    }

    /** As a task: the server drops a handler whose connection is closed, and its reservation would stay open. */
    private static void goOn(HttpServerExchange exchange, Executor executor, HttpHandler handler) {
        exchange.dispatch(executor, () -> Connectors.executeRootHandler(handler, exchange));
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        exchange.putAttachment(KEY, this);
        if (!exchange.isRequestComplete()) {
            boundDrain(exchange);
        }
        if (!lengthIsValid(exchange)) {
            // No one knows where the next request begins.
            exchange.setPersistent(false);
            onWorker(exchange, refused -> {
                throw GatewayError.invalid("The Content-Length is not valid.");
            });
            return;
        }
        onWorker(exchange, next);
    }

    /** The server takes the last 64 bits of a longer number, and the first of several. */
    private static boolean lengthIsValid(HttpServerExchange exchange) {
        @Nullable HeaderValues lengths = exchange.getRequestHeaders().get(Headers.CONTENT_LENGTH);
        return lengths == null || (lengths.size() == 1 && lengths.getFirst().matches(LENGTH));
    }

    /** A body that no one wanted is dropped as it arrives, for one more {@code patience} after the answer at the most. */
    private void boundDrain(HttpServerExchange exchange) {
        exchange.getIoThread()
                .executeAfter(() -> closeIfDraining(exchange), patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void closeIfDraining(HttpServerExchange exchange) {
        if (exchange.isRequestComplete() || !exchange.getConnection().isOpen()) {
            return;
        }
        if (exchange.isResponseStarted()) {
            IoUtils.safeClose(exchange.getConnection());
        } else {
            boundDrain(exchange);
        }
    }

    /** Returns whether there was room to buffer so many more bytes. */
    boolean take(long bytes) {
        if (room.addAndGet(-bytes) < 0) {
            room.addAndGet(bytes);
            return false;
        }
        return true;
    }

    /** Gives bytes back that were taken. */
    void giveBack(long bytes) {
        room.addAndGet(bytes);
    }

    Duration patience() {
        return patience;
    }

    void add(ClientSink sink) {
        waiting.add(sink);
    }

    void remove(ClientSink sink) {
        waiting.remove(sink);
    }

    /** Cuts off every client that an answer waits for. */
    @Override
    public void close() {
        waiting.forEach(ClientSink::cutOff);
    }
}
