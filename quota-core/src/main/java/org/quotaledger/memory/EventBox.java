package org.quotaledger.memory;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.ReturnToClock;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.spi.ClaimedEvent;
import org.quotaledger.spi.EventOutbox;

/** Events in memory, until they are delivered or forgotten. Thread-safe. */
final class EventBox implements EventOutbox {

    private final Clock clock;

    /** Guarded by this object's lock, as all else. */
    private final TreeMap<Long, Waiting> waiting = new TreeMap<>();

    private long sequence;

    /**
     * An event not delivered yet.
     *
     * @param node who has it in hand until it is due, or {@code null}
     */
    private record Waiting(
            LedgerEvent event,
            int attempts,
            Instant due,
            @Nullable String node) {

        Waiting back(ReturnToClock to) {
            return new Waiting(event.withAt(to.back(event.at())), attempts, to.back(due), node);
        }
    }

    EventBox(Clock clock) {
        this.clock = clock;
    }

    /** Takes events; those of one account come in their order, because its lock is held. */
    void add(List<LedgerEvent> events) {
        // Most steps tell nothing: they do not wait for each other here.
        if (!events.isEmpty()) {
            addAll(events);
        }
    }

    private synchronized void addAll(List<LedgerEvent> events) {
        for (LedgerEvent event : events) {
            waiting.put(++sequence, new Waiting(event, 0, event.at(), null));
        }
    }

    @Override
    public synchronized List<ClaimedEvent> claim(String node, int max, Duration lease) {
        ClaimedEvent.checkNode(node);
        Instant now = now();
        Instant until = now.plus(lease);
        Set<AccountId> inHand = new HashSet<>();
        List<ClaimedEvent> claimed = new ArrayList<>();
        for (Map.Entry<Long, Waiting> entry : waiting.entrySet()) {
            Waiting event = entry.getValue();
            AccountId account = event.event().account();
            boolean due = !event.due().isAfter(now);
            if (!due && event.node() != null && account != null) {
                inHand.add(account);
            }
            if (due && claimed.size() < max && (account == null || !inHand.contains(account))) {
                entry.setValue(new Waiting(event.event(), event.attempts() + 1, until, node));
                claimed.add(new ClaimedEvent(entry.getKey(), event.event(), event.attempts() + 1, node, until));
            }
        }
        return claimed;
    }

    @Override
    public synchronized boolean delivered(ClaimedEvent claim) {
        if (!holds(claim)) {
            return false;
        }
        waiting.remove(claim.sequence());
        return true;
    }

    @Override
    public synchronized boolean postpone(ClaimedEvent claim, Duration delay, @Nullable String error) {
        if (!holds(claim)) {
            return false;
        }
        int attempts = error == null ? claim.attempt() - 1 : claim.attempt();
        waiting.put(claim.sequence(), new Waiting(claim.event(), attempts, now().plus(delay), null));
        return true;
    }

    private boolean holds(ClaimedEvent claim) {
        Waiting event = waiting.get(claim.sequence());
        return event != null
                && event.attempts() == claim.attempt()
                && claim.node().equals(event.node());
    }

    synchronized int forget(Instant before, int max) {
        List<Long> old = waiting.entrySet().stream()
                .filter(entry -> entry.getValue().event().at().isBefore(before))
                .map(Map.Entry::getKey)
                .limit(max)
                .toList();
        old.forEach(waiting::remove);
        return old.size();
    }

    /**
     * Brings the events of accounts back to the clock, and those of policies. What waits for a later instant, because it
     * was published, claimed or postponed in the time ahead, is due.
     */
    synchronized void back(ReturnToClock to, Set<AccountId> accounts) {
        waiting.replaceAll((at, event) -> {
            AccountId account = event.event().account();
            return account == null || accounts.contains(account) ? event.back(to) : event;
        });
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
