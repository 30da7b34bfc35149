package org.quotaledger.examples.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of an upstream's answer as it comes in, for one reading thread. Unlike the JDK's own it does not wait for ever:
 * the timeout of an {@link java.net.http.HttpRequest} ends when the headers are there.
 */
final class UpstreamBody extends InputStream implements BodySubscriber<UpstreamBody> {

    /** What the connection's thread tells the reading one. */
    private record Signal(
            List<ByteBuffer> bytes, boolean last, @Nullable Throwable failure) {}

    private final Duration timeout;
    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
    private final Deque<ByteBuffer> unread = new ArrayDeque<>();
    private boolean ended;

    /** Guarded by this. */
    private Flow.@Nullable Subscription subscription;

    /** Guarded by this: the reader can be through before the connection's thread has begun. */
    private boolean closed;

    /** @param timeout the longest wait for the next part */
    UpstreamBody(Duration timeout) {
        this.timeout = timeout;
    }

    @Override
    public CompletionStage<UpstreamBody> getBody() {
        return CompletableFuture.completedFuture(this);
    }

    @Override
    public synchronized void onSubscribe(Flow.Subscription upstream) {
        subscription = upstream;
        if (closed) {
            upstream.cancel();
        } else {
            upstream.request(1);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> bytes) {
        signals.add(new Signal(bytes, false, null));
    }

    @Override
    public void onError(Throwable failure) {
        signals.add(new Signal(List.of(), true, failure));
    }

    @Override
    public void onComplete() {
        signals.add(new Signal(List.of(), true, null));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        while (true) {
            ByteBuffer next = unread.peek();
            if (next == null) {
                if (ended || !awaitMore()) {
                    return -1;
                }
            } else if (next.hasRemaining()) {
                int count = Math.min(length, next.remaining());
                next.get(into, offset, count);
                return count;
            } else {
                unread.remove();
            }
        }
    }

    /** Returns whether there was more. */
    private boolean awaitMore() throws IOException {
        Signal signal;
        try {
            signal = signals.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
        if (signal == null) {
            throw new HttpTimeoutException("nothing came for " + timeout);
        }
        ended = signal.last();
        if (signal.failure() != null) {
            throw new IOException(signal.failure());
        }
        unread.addAll(signal.bytes());
        if (!ended) {
            requestOneMore();
        }
        return !ended;
    }

    private synchronized void requestOneMore() {
        if (subscription != null) {
            subscription.request(1);
        }
    }

    /** Breaks it off, for a reader that waits too. */
    void abort(String why) {
        onError(new IOException(why));
    }

    /** Lets go of the connection, read to the end or not. */
    @Override
    public synchronized void close() {
        closed = true;
        if (subscription != null) {
            subscription.cancel();
        }
    }
}
