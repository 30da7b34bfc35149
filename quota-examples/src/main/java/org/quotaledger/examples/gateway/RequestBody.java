package org.quotaledger.examples.gateway;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.RequestTooBigException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.xnio.XnioExecutor;
import org.xnio.channels.StreamSourceChannel;

/** The body of a request as it arrives, up to a bound. No thread waits for it. */
final class RequestBody {

    /** Uses a body. */
    @FunctionalInterface
    interface Use {
        void use(byte[] body) throws Exception;
    }

    private final HttpServerExchange exchange;
    private final StreamSourceChannel channel;
    private final SlowClients clients;
    private final int most;
    private final Use use;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private XnioExecutor.@Nullable Key deadline;
    private boolean ended;
    private long taken;

    private RequestBody(HttpServerExchange exchange, int most, Use use) {
        this.exchange = exchange;
        this.channel = exchange.getRequestChannel();
        this.most = most;
        this.use = use;
        clients = SlowClients.of(exchange);
        // Not before: the body is in use until the answer is complete.
        exchange.addExchangeCompleteListener((complete, others) -> {
            clients.giveBack(taken);
            others.proceed();
        });
    }

    /**
     * Reads the body and uses it: at once where all of it has arrived, later on another worker where it has not. It is the
     * last that a handler does.
     *
     * @throws GatewayError with status 413 if it has more bytes than allowed, 415 if it is compressed, 408 if it is late
     */
    static void read(HttpServerExchange exchange, int most, Use use) throws Exception {
        String encoding = Answers.header(exchange, "Content-Encoding").orElse("identity");
        if (!encoding.equalsIgnoreCase("identity")) {
            throw GatewayError.invalid(415, "unsupported_encoding", "The body is encoded: send it as it is.");
        }
        if (exchange.getRequestContentLength() > most) {
            throw tooLarge(exchange, most);
        }
        RequestBody reading = new RequestBody(exchange, most, use);
        if (reading.readWhatIsThere()) {
            use.use(reading.body.toByteArray());
        } else {
            SlowClients.onIoThread(exchange, onIoThread -> reading.await());
        }
    }

    private void await() {
        if (!exchange.getConnection().isOpen()) {
            end(() -> {
                throw new IOException("the client went away");
            });
            return;
        }
        deadline = exchange.getIoThread()
                .executeAfter(this::giveUp, clients.patience().toMillis(), TimeUnit.MILLISECONDS);
        channel.getReadSetter().set(readable -> readOn());
        channel.resumeReads();
    }

    private void readOn() {
        try {
            if (readWhatIsThere()) {
                end(() -> use.use(body.toByteArray()));
            }
        } catch (IOException | GatewayError failed) {
            end(() -> {
                throw failed;
            });
        }
    }

    /** How an exchange goes on. */
    @FunctionalInterface
    private interface Continuation {
        void run() throws Exception;
    }

    private void end(Continuation then) {
        if (ended) {
            return;
        }
        ended = true;
        if (deadline != null) {
            deadline.remove();
        }
        channel.suspendReads();
        SlowClients.onWorker(exchange, onWorker -> then.run());
    }

    private void giveUp() {
        end(() -> {
            exchange.setPersistent(false);
            throw GatewayError.invalid(408, "request_timeout", "The body did not arrive in time.");
        });
    }

    /** Returns whether that was the end of the body. */
    private boolean readWhatIsThere() throws IOException {
        try (PooledByteBuffer pooled =
                exchange.getConnection().getByteBufferPool().allocate()) {
            ByteBuffer buffer = pooled.getBuffer();
            while (true) {
                buffer.clear();
                int count = channel.read(buffer);
                if (count <= 0) {
                    return count < 0;
                }
                buffer.flip();
                add(buffer);
            }
        } catch (RequestTooBigException refusedByServer) {
            throw tooLarge(exchange, most);
        }
    }

    private void add(ByteBuffer part) {
        int count = part.remaining();
        if (count > most - body.size()) {
            throw tooLarge(exchange, most);
        }
        if (!clients.take(count)) {
            throw GatewayError.unavailable("Too many bodies are under way.", null);
        }
        taken += count;
        byte[] bytes = new byte[count];
        part.get(bytes);
        body.write(bytes, 0, count);
    }

    private static GatewayError tooLarge(HttpServerExchange exchange, int most) {
        // What is left of it is not worth reading.
        exchange.setPersistent(false);
        return GatewayError.invalid(413, "request_too_large", "The body has more than " + most + " bytes.");
    }
}
