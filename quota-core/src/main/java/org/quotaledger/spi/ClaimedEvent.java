package org.quotaledger.spi;

import java.time.Instant;
import java.util.Objects;
import org.quotaledger.event.LedgerEvent;

/**
 * An event in the hands of one node. Immutable and thread-safe.
 *
 * @param sequence the event's place among those of the store
 * @param event the event
 * @param attempt the how manieth attempt to deliver it this is, from 1
 * @param node whose it is
 * @param until whose it is until then; not after
 */
public record ClaimedEvent(long sequence, LedgerEvent event, int attempt, String node, Instant until) {

    /** The most characters of a node's name. */
    public static final int MAX_NODE = 200;

    /** @throws IllegalArgumentException if the attempt is less than 1 or the node's name is not as allowed */
    public ClaimedEvent {
        Objects.requireNonNull(event, "event");
        Objects.requireNonNull(until, "until");
        checkNode(node);
        if (attempt < 1) {
            throw new IllegalArgumentException("attempt is " + attempt + ": expected 1 or more");
        }
    }

    /**
     * Checks the name of a node.
     *
     * @throws IllegalArgumentException if it is not 1 to {@value #MAX_NODE} characters long
     */
    public static void checkNode(String node) {
        if (node.isEmpty() || node.length() > MAX_NODE) {
            throw new IllegalArgumentException("node has " + node.length() + " characters: expected 1 to " + MAX_NODE);
        }
    }
}
