package org.quotaledger.sink;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.quotaledger.event.LedgerEvent;

/**
 * Takes events, each at least once: one whose delivery failed, or was not noted before its node died, comes again with
 * the same {@link LedgerEvent#id}.
 *
 * <p>Called by one thread at a time of each {@code EventDelivery}; thread-safe where several share it.
 */
@FunctionalInterface
public interface EventSink {

    /**
     * Takes an event; returns when it has arrived where it shall, and must take less than half the time for which it was
     * claimed.
     *
     * @throws Exception if it did not arrive: then it comes again later
     */
    void deliver(Delivery delivery) throws Exception;

    /**
     * An event on its way. Immutable and thread-safe.
     *
     * @param event the event
     * @param attempt the how manieth attempt this is, from 1
     * @param at the instant of the store's clock
     */
    record Delivery(LedgerEvent event, int attempt, Instant at) {

        /** @throws IllegalArgumentException if the attempt is less than 1 */
        public Delivery {
            Objects.requireNonNull(event, "event");
            Objects.requireNonNull(at, "at");
            if (attempt < 1) {
                throw new IllegalArgumentException("attempt is " + attempt + ": expected 1 or more");
            }
        }
    }

    /** Returns a sink that hands on what the filter lets through, and takes the rest for delivered. */
    default EventSink only(Predicate<? super LedgerEvent> filter) {
        Objects.requireNonNull(filter, "filter");
        return delivery -> {
            if (filter.test(delivery.event())) {
                deliver(delivery);
            }
        };
    }

    /**
     * Returns a sink that hands each event to all of these, in this order. If one fails the event comes again, to those
     * too that have taken it.
     */
    static EventSink all(EventSink... sinks) {
        List<EventSink> each = List.of(sinks);
        return delivery -> {
            for (EventSink sink : each) {
                sink.deliver(delivery);
            }
        };
    }
}
