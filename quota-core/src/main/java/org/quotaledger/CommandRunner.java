package org.quotaledger;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.quotaledger.accounting.Command;
import org.quotaledger.alert.Alert;
import org.quotaledger.policy.AdminCommand;
import org.quotaledger.spi.Applied;
import org.quotaledger.spi.QuotaStore;
import org.quotaledger.spi.QuotaStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands commands to the store, and tells of the alerts that come with their answers. Thread-safe. */
final class CommandRunner {

    private static final Logger LOG = LoggerFactory.getLogger(QuotaLedger.class);

    private final QuotaStore store;
    private final Consumer<Alert> onAlert;

    CommandRunner(QuotaStore store, Consumer<Alert> onAlert) {
        this.store = store;
        this.onAlert = onAlert;
    }

    <A> CompletionStage<A> submit(Command<A> command) {
        return store.submit(command).thenApply(this::tell);
    }

    <A> A administer(AdminCommand<A> command) {
        return tell(store.administer(command));
    }

    <A> A run(Command<A> command) {
        return await(submit(command));
    }

    private <A> A tell(Applied<A> applied) {
        for (Alert alert : applied.alerts()) {
            try {
                onAlert.accept(alert);
            } catch (RuntimeException | Error thrownByListener) {
                // The charge is durable already: its caller must not take the listener's trouble for a failure of it.
                LOG.warn("alert listener failed for {}", alert, thrownByListener);
            }
        }
        return applied.answer();
    }

    static <A> A await(CompletionStage<A> stage) {
        try {
            return stage.toCompletableFuture().get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw QuotaStoreException.outcomeUnknown("interrupted while waiting for the store", interrupted);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            if (cause instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            if (cause instanceof Error error) {
                throw error;
            }
            throw QuotaStoreException.outcomeUnknown("store failed", cause);
        }
    }
}
