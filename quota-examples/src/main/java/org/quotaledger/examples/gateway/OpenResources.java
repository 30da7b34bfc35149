package org.quotaledger.examples.gateway;

import java.util.ArrayDeque;
import java.util.Deque;
import org.quotaledger.reservation.Reservation;

/** The open resources of a request, closed together, the last first. For one thread at a time. */
final class OpenResources implements AutoCloseable {

    private final Deque<Runnable> closers = new ArrayDeque<>();

    Reservation add(Reservation hold) {
        closers.push(hold::close);
        return hold;
    }

    UpstreamAnswer add(UpstreamAnswer answer) {
        closers.push(answer::close);
        return answer;
    }

    /** Returns these for whoever closes them from now on; closing this does no more. */
    OpenResources moved() {
        OpenResources others = new OpenResources();
        others.closers.addAll(closers);
        closers.clear();
        return others;
    }

    @Override
    public void close() {
        try {
            while (!closers.isEmpty()) {
                closers.pop().run();
            }
        } finally {
            // A failure to close one, as while the store is down, leaves the others to be closed.
            if (!closers.isEmpty()) {
                close();
            }
        }
    }
}
