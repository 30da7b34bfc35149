package org.quotaledger;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.quotaledger.sink.EventSink;
import org.quotaledger.spi.ClaimedEvent;
import org.quotaledger.spi.EventOutbox;
import org.quotaledger.spi.QuotaStore;
import org.quotaledger.spi.QuotaStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers the events of a store to a sink: each at least once, on whatever node, until the store forgets it. Thread-safe.
 *
 * <p>An event waits in the store from the moment that what it tells of is durable; nothing is lost by a crash. Each is in
 * the hands of one node at a time. One whose delivery failed comes again after a pause that doubles with every attempt; it
 * holds up no other meanwhile. Events of one account come in their order, but for one that failed.
 *
 * <p>{@link #start} delivers from a thread of its own; a host that has a scheduler calls {@link #deliverOnce} instead, on
 * as many nodes as it likes:
 *
 * <pre>{@code
 * EventDelivery delivery = EventDelivery.builder(store, WebhookSink.builder(url, secret).build()).build();
 * delivery.start();
 * }</pre>
 */
public final class EventDelivery implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventDelivery.class);

    /** After so many failures in a row it is the sink that fails, rather than an event. */
    private static final int FAILURES_IN_A_ROW = 5;

    private static final Duration AWAITS_THREAD = Duration.ofSeconds(30);

    private final QuotaStore store;
    private final EventSink sink;
    private final String node;
    private final int batchSize;
    private final Duration lease;
    private final Duration firstPause;
    private final Duration longestPause;
    private final Duration pollEvery;

    /** Open as long as this is not closed. */
    private final CountDownLatch closing = new CountDownLatch(1);

    /** Guarded by this. */
    private @Nullable Thread thread;

    private EventDelivery(Builder builder) {
        this.store = builder.store;
        this.sink = builder.sink;
        this.node = builder.node == null ? UUID.randomUUID().toString() : builder.node;
        this.batchSize = builder.batchSize;
        this.lease = builder.lease;
        this.firstPause = builder.firstPause;
        this.longestPause = builder.longestPause;
        this.pollEvery = builder.pollEvery;
    }

    /**
     * Returns a builder of a delivery.
     *
     * @param store whose events they are; stays open
     * @param sink where they go; everything that wants the events of this store has to be behind it, because an event
     *     that is delivered here is delivered nowhere else
     */
    public static Builder builder(QuotaStore store, EventSink sink) {
        return new Builder(store, sink);
    }

    /**
     * What a round came to.
     *
     * @param claimed how many events were due and this node's
     * @param delivered how many of them the sink took
     * @param failed how many of them it did not take; they come again after a pause
     * @param givenBack how many of them were not tried: the sink failed too often in a row, took too long, or the
     *     delivery was closed
     */
    public record Round(int claimed, int delivered, int failed, int givenBack) {}

    /**
     * Delivers one batch of what is due.
     *
     * @throws QuotaStoreException if the store fails; what was delivered and not noted comes again
     */
    public Round deliverOnce() {
        EventOutbox outbox = store.outbox();
        List<ClaimedEvent> claimed = outbox.claim(node, batchSize, lease);
        int delivered = 0;
        int failed = 0;
        int inARow = 0;
        for (ClaimedEvent claim : claimed) {
            switch (deliver(outbox, claim, inARow)) {
                case DELIVERED -> {
                    delivered++;
                    inARow = 0;
                }
                case FAILED -> {
                    failed++;
                    inARow++;
                }
                case GIVEN_BACK -> {}
            }
        }
        return new Round(claimed.size(), delivered, failed, claimed.size() - delivered - failed);
    }

    private enum Outcome {
        DELIVERED,
        FAILED,
        GIVEN_BACK
    }

    private Outcome deliver(EventOutbox outbox, ClaimedEvent claim, int failedInARow) {
        Instant now = store.now();
        if (failedInARow >= FAILURES_IN_A_ROW || isOver(claim, now)) {
            outbox.postpone(claim, Duration.ZERO, null);
            return Outcome.GIVEN_BACK;
        }
        try {
            sink.deliver(new EventSink.Delivery(claim.event(), claim.attempt(), now));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            outbox.postpone(claim, Duration.ZERO, null);
            return Outcome.GIVEN_BACK;
        } catch (Exception | Error failure) {
            // An error too: one event that cannot be delivered must not keep all others from it.
            Duration pause = pauseAfter(claim.attempt());
            LOG.warn(
                    "{} event {} was not delivered by attempt {}, and is tried again in {}",
                    claim.event().kind(),
                    claim.event().id(),
                    claim.attempt(),
                    pause,
                    failure);
            outbox.postpone(claim, pause, String.valueOf(failure));
            return Outcome.FAILED;
        }
        outbox.delivered(claim);
        return Outcome.DELIVERED;
    }

    /** What is left of the lease has to be enough for the next event. */
    private boolean isOver(ClaimedEvent claim, Instant now) {
        return isClosed()
                || Thread.currentThread().isInterrupted()
                || now.isAfter(claim.until().minus(lease.dividedBy(2)));
    }

    private boolean isClosed() {
        return closing.getCount() == 0;
    }

    private Duration pauseAfter(int attempt) {
        Duration pause = firstPause;
        for (int i = 1; i < attempt && pause.compareTo(longestPause) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        return pause.compareTo(longestPause) < 0 ? pause : longestPause;
    }

    /**
     * Delivers from now on, from one daemon thread of its own.
     *
     * @throws IllegalStateException if it was started or closed before
     */
    public synchronized void start() {
        if (thread != null || isClosed()) {
            throw new IllegalStateException(
                    isClosed() ? "event delivery is closed" : "event delivery has been started");
        }
        Thread started = new Thread(this::deliverUntilClosed, "quota-events");
        started.setDaemon(true);
        started.start();
        thread = started;
    }

    private void deliverUntilClosed() {
        try {
            boolean more = false;
            while (more ? !isClosed() : !closing.await(pollEvery.toNanos(), TimeUnit.NANOSECONDS)) {
                more = deliversMore();
            }
        } catch (InterruptedException asked) {
            // It is this object's own thread: whoever interrupts it wants it to end.
            LOG.info("event delivery was interrupted, and ends");
        }
    }

    private boolean deliversMore() {
        try {
            Round round = deliverOnce();
            return round.claimed() == batchSize && round.delivered() > 0;
        } catch (RuntimeException failed) {
            // Thrown on, it would end the delivery. The next round does what this one could not.
            LOG.warn("events are not delivered for now", failed);
            return false;
        }
    }

    /**
     * Ends the delivery: the event under way is still delivered, for up to 30 seconds; those after it are given back to
     * the store. Neither store nor sink is closed.
     */
    @Override
    public void close() {
        closing.countDown();
        Thread running = started();
        if (running == null || running == Thread.currentThread()) {
            return;
        }
        try {
            running.join(AWAITS_THREAD.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        if (running.isAlive()) {
            LOG.warn("{} still waits for the sink after the delivery was closed", running.getName());
        }
    }

    private synchronized @Nullable Thread started() {
        return thread;
    }

    /** Builds a delivery. Not thread-safe. */
    public static final class Builder {

        private final QuotaStore store;
        private final EventSink sink;
        private @Nullable String node;
        private int batchSize = 100;
        private Duration lease = Duration.ofMinutes(1);
        private Duration firstPause = Duration.ofSeconds(1);
        private Duration longestPause = Duration.ofMinutes(5);
        private Duration pollEvery = Duration.ofSeconds(1);

        private Builder(QuotaStore store, EventSink sink) {
            this.store = Objects.requireNonNull(store, "store");
            this.sink = Objects.requireNonNull(sink, "sink");
        }

        /** What the store calls this node in the rows that it has claimed, 1 to 200 characters; default a random id. */
        public Builder node(String value) {
            ClaimedEvent.checkNode(value);
            node = value;
            return this;
        }

        /** How many events are claimed at once at most, 1 to 1,000; default 100. */
        public Builder batchSize(int value) {
            if (value < 1 || value > 1_000) {
                throw new IllegalArgumentException("batchSize is " + value + ": expected 1 to 1000");
            }
            batchSize = value;
            return this;
        }

        /**
         * For how long a batch is this node's, 1 second to 1 day; default 1 minute. Another node takes over after that if
         * this one died. It has to be more than twice what the sink takes for one event.
         */
        public Builder lease(Duration value) {
            lease = checked("lease", value, Duration.ofSeconds(1), Duration.ofDays(1));
            return this;
        }

        /**
         * How long an event pauses after an attempt that failed: {@code first} after the first, twice as long after each
         * that follows, {@code longest} at most; 1 millisecond to 1 day, default 1 second and 5 minutes.
         */
        public Builder pauses(Duration first, Duration longest) {
            firstPause = checked("first pause", first, Duration.ofMillis(1), Duration.ofDays(1));
            longestPause = checked("longest pause", longest, first, Duration.ofDays(1));
            return this;
        }

        /** How often {@link EventDelivery#start} asks for events, 1 millisecond to 1 day; default 1 second. */
        public Builder pollEvery(Duration value) {
            pollEvery = checked("pollEvery", value, Duration.ofMillis(1), Duration.ofDays(1));
            return this;
        }

        private static Duration checked(String what, Duration value, Duration least, Duration most) {
            if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
                throw new IllegalArgumentException(what + " is " + value + ": expected " + least + " to " + most);
            }
            return value;
        }

        /** Returns the delivery, not started. */
        public EventDelivery build() {
            return new EventDelivery(this);
        }
    }
}
