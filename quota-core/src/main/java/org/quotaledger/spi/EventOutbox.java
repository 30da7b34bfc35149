package org.quotaledger.spi;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The events that a store keeps until they are delivered. Thread-safe; every method blocks and throws
 * {@link QuotaStoreException} if the store fails.
 *
 * <p>An event is in it as soon as what it tells of is durable. Each is in the hands of one node at a time: a node claims
 * it for a while, and from the end of that while any node can claim it, as if the first had never been.
 */
public interface EventOutbox {

    /**
     * Claims events that are due, in the order in which they were written. An event waits for as long as an earlier one of
     * its account is in the hands of a node, as far as that is known when it is claimed: so events of one account do not
     * overtake each other on two nodes.
     *
     * @param node who claims them, 1 to 200 characters
     * @param max at most so many, 1 or more
     * @param lease for how long, a millisecond or more
     */
    List<ClaimedEvent> claim(String node, int max, Duration lease);

    /**
     * Notes that an event was delivered: it is never claimed again.
     *
     * @return whether it was; {@code false} if the claim had ended and another took its place, or the event is forgotten
     */
    boolean delivered(ClaimedEvent claim);

    /**
     * Notes that an event was not delivered, and lets any node claim it after a delay.
     *
     * @param delay from now on, 0 or more
     * @param error why, for people; {@code null} where it was not tried, which then does not count as an attempt. What is
     *     beyond 1,000 characters is cut off.
     * @return whether that was noted; {@code false} if the claim had ended and another took its place, or the event is
     *     forgotten
     */
    boolean postpone(ClaimedEvent claim, Duration delay, @Nullable String error);
}
