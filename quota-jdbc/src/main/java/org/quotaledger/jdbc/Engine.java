package org.quotaledger.jdbc;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.quotaledger.accounting.Command;
import org.quotaledger.spi.ClockLead;

/** The lanes of a store and the threads that work for it, shared by all views of the store. Thread-safe. */
final class Engine {

    private static final long AWAITS_LANES = Duration.ofSeconds(30).toNanos();

    private final TableNames names;
    private final StoreThreads threads;
    private final Watch watch;
    private final Executor executor;
    private final ClockLead lead;
    private final Routes routes;
    private final TimedTransactions transactions;
    private final List<Lane> lanes = new ArrayList<>();

    private volatile boolean closed;

    /**
     * The parts that an engine works with.
     *
     * @param tx the transactions of the store
     * @param executor runs what continues from answers
     * @param clock the clock that decides, or {@code null} for the database's
     * @param lead notices accounts that are ahead of the clock
     * @param timeout the time-out of calls, unless a view has another
     */
    record Parts(
            Tx tx,
            Connections connections,
            StoreThreads threads,
            Watch watch,
            Executor executor,
            @Nullable Clock clock,
            ClockLead lead,
            Duration timeout) {}

    private Engine(Parts parts, int lanes, Lane.Settings settings) {
        names = parts.tx().names();
        threads = parts.threads();
        watch = parts.watch();
        executor = parts.executor();
        UnderWay underWay = new UnderWay(parts.connections(), threads, watch);
        transactions = new TimedTransactions(parts.tx(), parts.connections(), threads, underWay, parts.timeout());
        lead = parts.lead();
        DefinitionCache definitions = new DefinitionCache(lead);
        routes = new Routes(definitions);
        Lane.Shared shared =
                new Lane.Shared(parts.tx(), parts.connections(), threads, watch, definitions, new DatabaseTime());
        for (int i = 1; i <= lanes; i++) {
            this.lanes.add(new Lane(
                    "quota-lane-" + i,
                    shared,
                    parts.tx().dialect().stampsAccounts() ? routes : null,
                    parts.clock(),
                    settings));
        }
        watch.add(parts.connections());
        watch.add(underWay);
    }

    /** Starts the threads of a store. */
    static Engine start(Parts parts, int lanes, Lane.Settings settings) {
        Engine engine = new Engine(parts, lanes, settings);
        engine.watch.start();
        engine.lanes.forEach(Lane::start);
        return engine;
    }

    Executor executor() {
        return executor;
    }

    ClockLead lead() {
        return lead;
    }

    TableNames names() {
        return names;
    }

    /** Returns transactions of the store, with its own time-out. */
    TimedTransactions transactions() {
        return transactions;
    }

    /** Hands a command to its lane, to be answered in some time; what continues from the answer may block. */
    <A> Pending<A> submit(Command<A> command, Duration timeout) {
        return submit(new Pending<>(command, executor, timeout));
    }

    /** Hands a command to its lane, to be answered in some time; its caller waits. */
    <A> Pending<A> submitWaiting(Command<A> command, Duration timeout) {
        return submit(new Pending<>(command, null, timeout));
    }

    private <A> Pending<A> submit(Pending<A> pending) {
        routes.lane(pending.command(), lanes).submit(pending);
        return pending;
    }

    boolean isClosed() {
        return closed;
    }

    /** Waits for the transactions of lanes, up to 30 seconds. */
    void close() {
        lanes.forEach(Lane::close);
        closed = true;
        long until = System.nanoTime() + AWAITS_LANES;
        lanes.forEach(lane -> lane.awaitEnd(until));
        watch.close();
        threads.close();
    }
}
