package org.quotaledger;

import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.quotaledger.accounting.Command;
import org.quotaledger.admin.AdminCommand;
import org.quotaledger.event.LedgerEvent;
import org.quotaledger.spi.Applied;
import org.quotaledger.spi.QuotaStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands commands to the store, and tells of the events that come with their answers. Thread-safe. */
final class CommandRunner {

    private static final Logger LOG = LoggerFactory.getLogger(QuotaLedger.class);

    private final QuotaStore store;
    private final Consumer<LedgerEvent> onEvent;

    CommandRunner(QuotaStore store, Consumer<LedgerEvent> onEvent) {
        this.store = store;
        this.onEvent = onEvent;
    }

    <A> CompletionStage<A> submit(Command<A> command) {
        return store.submit(command).thenApply(this::tell);
    }

    <A> A administer(AdminCommand<A> command, @Nullable String actor) {
        return tell(store.administer(command, actor));
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
