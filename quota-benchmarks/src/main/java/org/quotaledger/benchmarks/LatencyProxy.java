package org.quotaledger.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP proxy that holds back every byte, both ways, for a fixed time: the network between a host and its database.
 *
 * <p>One thread reads whatever comes and stamps it with the instant at which it is due, another writes what is due.
 * Since all is held back for the same time, due instants are in the order of arrival, and a packet never waits for the
 * delay of another one, as it would if each were slept for.
 */
final class LatencyProxy implements AutoCloseable {

    /** A parked thread comes back so much late, or later: the last of the time is waited for awake. */
    private static final long AWAKE_NANOS = 80_000;

    /** Bytes under way to a peer. */
    private record Parcel(long due, SocketChannel to, ByteBuffer bytes) {}

    private final InetSocketAddress upstream;
    private final long delayNanos;
    private final ServerSocketChannel listening;
    private final Selector selector;
    private final Queue<Parcel> underWay = new ConcurrentLinkedQueue<>();
    private final Thread reader;
    private final Thread writer;

    private volatile boolean closed;

    private LatencyProxy(int upstreamPort, long delayNanos) throws IOException {
        this.upstream = new InetSocketAddress(InetAddress.getLoopbackAddress(), upstreamPort);
        this.delayNanos = delayNanos;
        listening = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        listening.configureBlocking(false);
        selector = Selector.open();
        listening.register(selector, SelectionKey.OP_ACCEPT);
        reader = new Thread(this::read, "latency-reader");
        writer = new Thread(this::write, "latency-writer");
        reader.setDaemon(true);
        writer.setDaemon(true);
    }

    /** Starts a proxy in front of a local port, which delays each way by so long. */
    static LatencyProxy start(int upstreamPort, long delayNanos) throws IOException {
        LatencyProxy proxy = new LatencyProxy(upstreamPort, delayNanos);
        proxy.reader.start();
        proxy.writer.start();
        return proxy;
    }

    int port() {
        return listening.socket().getLocalPort();
    }

    private void read() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(256 * 1024);
        while (!closed) {
            try {
                selector.select();
                for (SelectionKey key : selector.selectedKeys()) {
                    if (key.isValid() && key.isAcceptable()) {
                        accept();
                    } else if (key.isValid() && key.isReadable()) {
                        read(key, buffer);
                    }
                }
                selector.selectedKeys().clear();
            } catch (ClosedSelectorException end) {
                return;
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    private void accept() throws IOException {
        SocketChannel client = listening.accept();
        if (client == null) {
            return;
        }
        SocketChannel server = SocketChannel.open(upstream);
        for (SocketChannel channel : new SocketChannel[] {client, server}) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
        }
        client.register(selector, SelectionKey.OP_READ, server);
        server.register(selector, SelectionKey.OP_READ, client);
    }

    private void read(SelectionKey key, ByteBuffer buffer) {
        SocketChannel from = (SocketChannel) key.channel();
        SocketChannel to = (SocketChannel) key.attachment();
        try {
            buffer.clear();
            int count = from.read(buffer);
            if (count < 0) {
                closeBoth(from, to);
                return;
            }
            ByteBuffer bytes = ByteBuffer.allocate(count);
            bytes.put(buffer.flip()).flip();
            underWay.add(new Parcel(System.nanoTime() + delayNanos, to, bytes));
            LockSupport.unpark(writer);
        } catch (IOException connectionIsGone) {
            closeBoth(from, to);
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // Yields, so that waiting awake takes no processor from the database.
    private void write() {
        while (!closed) {
            Parcel next = underWay.peek();
            if (next == null) {
                LockSupport.park(this);
                continue;
            }
            long remaining = next.due() - System.nanoTime();
            if (remaining > AWAKE_NANOS) {
                LockSupport.parkNanos(this, remaining - AWAKE_NANOS);
            } else if (remaining > 0) {
                Thread.yield();
            } else {
                underWay.remove();
                deliver(next);
            }
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // A peer that takes nothing more has to run before it does.
    private static void deliver(Parcel parcel) {
        try {
            while (parcel.bytes().hasRemaining()) {
                if (parcel.to().write(parcel.bytes()) == 0) {
                    Thread.yield();
                }
            }
        } catch (IOException connectionIsGone) {
            closeBoth(parcel.to(), parcel.to());
        }
    }

    private static void closeBoth(SocketChannel one, SocketChannel other) {
        try (one;
                other) {
            return;
        } catch (IOException alreadyGone) {
            // What is left of a connection is of no interest.
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        // Both threads end by themselves: the reader when its selector is closed.
        LockSupport.unpark(writer);
        for (SelectionKey key : List.copyOf(selector.keys())) {
            key.channel().close();
        }
        selector.close();
        listening.close();
    }
}
