package org.quotaledger.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A TCP proxy in front of PostgreSQL that counts round trips, and can lose a connection between a request and its answer. A
 * round trip begins with what a client sends after it was answered.
 */
final class WatchedConnection implements AutoCloseable {

    private final PGSimpleDataSource direct;
    private final ServerSocket listening;
    private final AtomicInteger roundTrips = new AtomicInteger();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    private volatile boolean losesAnswer;
    private volatile boolean losesRequest;
    private volatile boolean silent;
    private volatile boolean answersNothing;

    WatchedConnection(PGSimpleDataSource direct) {
        this.direct = direct;
        try {
            listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        inThread(this::accept);
    }

    /** Returns a source of connections that go through here. */
    PGSimpleDataSource dataSource() {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setServerNames(new String[] {"localhost"});
        dataSource.setPortNumbers(new int[] {listening.getLocalPort()});
        dataSource.setDatabaseName(direct.getDatabaseName());
        dataSource.setUser("postgres");
        dataSource.setCurrentSchema(direct.getCurrentSchema());
        return dataSource;
    }

    /** Returns how many round trips some work takes. */
    int roundTrips(Runnable work) {
        int before = roundTrips.get();
        work.run();
        return roundTrips.get() - before;
    }

    int roundTrips() {
        return roundTrips.get();
    }

    /** Lets the database have the next request, and ends the connection in the place of its answer. */
    void loseNextAnswer() {
        losesAnswer = true;
    }

    /** Ends the connection in the place of the next request. */
    void loseNextRequest() {
        losesRequest = true;
    }

    /** Swallows everything from now on, and closes nothing, as a network does that has lost its way. */
    void becomeSilent() {
        silent = true;
    }

    /** Lets the database have every request, and swallows the answers. */
    void swallowAnswers() {
        answersNothing = true;
    }

    /** Carries everything from now on; bytes that were swallowed stay lost. */
    void becomeAudible() {
        silent = false;
        answersNothing = false;
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), direct.getPortNumbers()[0]);
                sockets.add(client);
                sockets.add(server);
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                Link link = new Link(client, server);
                inThread(link::requests);
                inThread(link::answers);
            } catch (IOException closed) {
                return;
            }
        }
    }

    private final class Link {
        private final Socket client;
        private final Socket server;
        private volatile boolean answered = true;

        Link(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void requests() {
            copy(client, server, () -> {
                if (losesRequest) {
                    losesRequest = false;
                    return false;
                }
                if (answered) {
                    answered = false;
                    roundTrips.incrementAndGet();
                }
                return true;
            });
        }

        void answers() {
            copy(server, client, () -> {
                if (losesAnswer) {
                    losesAnswer = false;
                    return false;
                }
                answered = true;
                return true;
            });
        }

        private void copy(Socket from, Socket to, PassesOn passesOn) {
            byte[] buffer = new byte[64 * 1024];
            try (from;
                    to;
                    InputStream in = from.getInputStream();
                    OutputStream out = to.getOutputStream()) {
                for (int count = in.read(buffer); count >= 0 && passesOn.ask(); count = in.read(buffer)) {
                    if (!silent && !(answersNothing && from == server)) {
                        out.write(buffer, 0, count);
                    }
                }
            } catch (IOException gone) {
                // Its other half is closed with it.
            }
        }
    }

    private interface PassesOn {
        boolean ask();
    }

    private static void inThread(Runnable work) {
        Thread thread = new Thread(work, "watched-connection");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
