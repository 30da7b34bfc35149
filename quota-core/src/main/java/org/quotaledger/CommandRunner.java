package org.quotaledger;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.quotaledger.account.AccountId;
import org.quotaledger.accounting.Command;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.reservation.Refusal;
import org.quotaledger.reservation.Tags;
import org.quotaledger.spi.Applied;
import org.quotaledger.spi.QuotaStore;
import org.quotaledger.spi.QuotaStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands commands to the store, and tells of the events that come with their answers. Thread-safe. */
final class CommandRunner {

    private static final Logger LOG = LoggerFactory.getLogger(QuotaLedger.class);

    private final QuotaStore store;
    private final Consumer<LedgerEvent> onEvent;
    private final RequestIds ids;
    private final RefusalTally refusals;
    private final boolean view;

    CommandRunner(
            QuotaStore store, Consumer<LedgerEvent> onEvent, RequestIds ids, RefusalTally refusals, boolean view) {
        this.view = view;
        this.store = store;
        this.onEvent = onEvent;
        this.ids = ids;
        this.refusals = refusals;
    }

    /** Counts the refusal of a request with these tags, to be persisted later. */
    void count(Refusal refusal, Tags tags) {
        refusals.add(refusal, tags);
    }

    /** Counts under way to the store. */
    private record Written(RefusalTally.Taken taken, CompletionStage<Boolean> stage) {}

    /**
     * Writes down how many reserves were refused since this was done last; a view of another ledger leaves that to it.
     *
     * @throws RuntimeException if that failed; what was not applied is counted still
     */
    void writeRefusals() {
        if (view) {
            return;
        }
        Map<AccountId, RuntimeException> failures = new LinkedHashMap<>();
        List<RefusalTally.Taken> rest = refusals.take();
        while (!rest.isEmpty()) {
            // One span of each account at a time, so that the events of an account keep the order of its spans.
            Map<AccountId, RefusalTally.Taken> next = new LinkedHashMap<>();
            List<RefusalTally.Taken> later = new ArrayList<>();
            for (RefusalTally.Taken taken : rest) {
                if (failures.containsKey(taken.account())) {
                    refusals.giveBack(taken);
                } else if (next.putIfAbsent(taken.account(), taken) != null) {
                    later.add(taken);
                }
            }
            write(next.values(), failures);
            rest = later;
        }
        if (!failures.isEmpty()) {
            throw failures.values().iterator().next();
        }
    }

    /** Writes counts; those that were not applied are counted still. */
    private void write(Collection<RefusalTally.Taken> counts, Map<AccountId, RuntimeException> failures) {
        List<Written> under = new ArrayList<>();
        // All are handed over before any is waited for, so that a store can carry many in one step.
        for (RefusalTally.Taken taken : counts) {
            try {
                Command.CountRefusals count = new Command.CountRefusals(ids.next(), taken.account(), taken.counts());
                under.add(new Written(taken, submit(count)));
            } catch (RuntimeException notSubmitted) {
                failures.put(taken.account(), notSubmitted);
                refusals.giveBack(taken);
            }
        }
        for (Written written : under) {
            try {
                QuotaStore.await(written.stage());
            } catch (RuntimeException failed) {
                failures.put(written.taken().account(), failed);
                boolean unknown = failed instanceof QuotaStoreException ofStore
                        && ofStore.outcome() == QuotaStoreException.Outcome.UNKNOWN;
                if (!unknown) {
                    refusals.giveBack(written.taken());
                }
            }
        }
    }

    <A> CompletionStage<A> submit(Command<A> command) {
        return store.submit(command).thenApply(this::tell);
    }

    <A> A run(Command<A> command) {
        return tell(store.apply(command));
    }

    private <A> A tell(Applied<A> applied) {
        for (LedgerEvent event : applied.events()) {
            try {
                onEvent.accept(event);
            } catch (RuntimeException | Error thrownByListener) {
                // The charge is durable already: its caller must not take the listener's trouble for a failure of it.
                LOG.warn("event listener failed for {}", event, thrownByListener);
            }
        }
        return applied.answer();
    }
}
